"""Ladders of the network side over SIGTRAN links: SCTP in UDP on loopback, to the embedded gateway
and to one that was started by hand."""
import json
import random
import signal
import subprocess

import harness
from harness import ENVIRONMENT, FAIL, PASS, RungTest, free_port, rung

LADDERS = ("net_mo", "net_mo_congested", "net_mt", "net_routing")
CLEAN = "_ws.malformed || _ws.expert.severity >= 6291456"


def tshark(capture, display):
    done = subprocess.run(
        ["tshark", "-n", "-r", str(capture), "-Y", display],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def loopback_pair():
    """Two addresses that nobody else is likely to use, for SCTP in UDP."""
    host = f"127.200.{random.randrange(256)}.{random.randrange(1, 255)}"
    other = f"127.201.{random.randrange(256)}.{random.randrange(1, 255)}"
    return host, other


def link_flags(name, **keys):
    return [f"--link.{name}.{key.replace('_', '-')}={value}" for key, value in keys.items()]


class LinkTest(RungTest):
    def check(self, *words, directory="suite"):
        path = self.directory / directory
        return path, rung(
            "check",
            "--plain",
            "--run-dir",
            path,
            "--ue-port",
            free_port(),
            *words,
            timeout=120,
        )

    def assert_passed(self, path, done):
        self.assert_code(done, PASS)
        suite = json.loads((path / "suite.json").read_text())
        self.assertEqual(
            {row["name"]: row["verdict"] for row in suite["ladders"]},
            {name: "pass" for name in LADDERS},
            done,
        )

    def assert_clean(self, capture):
        """Every unit is read from IP up to MAP."""
        self.assertEqual(tshark(capture, CLEAN), [])
        units = tshark(capture, "sctp && m3ua")
        self.assertGreater(len(units), 3)
        self.assertEqual(tshark(capture, "sctp && m3ua && sccp && tcap"), units)
        return units

    def test_the_embedded_gateway_is_reached_over_links_that_nobody_configured(self):
        path, done = self.check(*LADDERS, "--jobs", 4)

        self.assert_passed(path, done)
        for name in LADDERS:
            self.assert_clean(path / name / "capture.pcapng")
        for name in ("net_mo", "net_mt"):
            capture = path / name / "capture.pcapng"
            self.assertTrue(tshark(capture, "gsm_map && gsm_sms && sctp"), name)
        page = (path / "report.html").read_text()
        for shown in ("Invoke mo-ForwardSM SMS-SUBMIT", "Invoke mt-ForwardSM SMS-DELIVER"):
            self.assertIn(shown, page)

    def test_the_simulated_wire_plays_the_same(self):
        words = ["check", "--plain", "--run-dir", self.directory / "sim"]
        done = rung(*words, "--transport", "sim", *LADDERS)

        self.assert_passed(self.directory / "sim", done)
        for name in LADDERS:
            self.assert_clean(self.directory / "sim" / name / "capture.pcapng")

    def test_a_run_of_several_workers_shares_one_association(self):
        done = self.run_load(
            "--mix",
            "net_mo=1, net_mt=1",
            "--workers",
            2,
            "--ues",
            400,
            "--rate",
            100,
            "--duration",
            "2s",
        )

        self.assert_code(done, PASS)
        result = self.assert_report(done)
        for ladder in result["ladders"]:
            if ladder["name"].startswith("net_"):
                sessions = ladder["sessions"]
                self.assertGreater(sessions["started"], 50)
                self.assertEqual(sessions["passed"], sessions["started"], done)
        (link,) = result["links"]
        self.assertEqual((link["name"], link["active"]), ("gw", True))
        self.assertEqual(link["counts"]["received"], result["totals"]["map_received"])
        self.assertEqual(link["counts"]["sent"], result["totals"]["map_sent"])
        self.assertEqual(link["counts"]["downs"], 0)
        self.assertIn("link gw  active at the end", done.out)
        self.assertEqual(result["totals"]["map_stale"], 0)
        self.assertEqual(result["totals"]["map_malformed"], 0)

    def test_a_gateway_started_by_hand_is_a_foreign_target(self):
        ours, theirs = loopback_pair()
        gateway = link_flags(
            "tester", role="asp", local=theirs, remote=ours, point_code=20, peer_point_code=10
        )
        with self.gateway(*gateway) as (_, address):
            path, done = self.check(
                *LADDERS,
                "--target",
                address,
                *link_flags("sut", role="sg", local=ours, point_code=10, peer_point_code=20),
            )

        self.assert_passed(path, done)

    def test_a_target_that_leaves_ends_the_run_with_a_verdict_that_names_the_link(self):
        ours, theirs = loopback_pair()
        gateway = link_flags(
            "tester", role="sg", local=theirs, remote=ours, point_code=20, peer_point_code=10
        )
        link = link_flags("sut", local=ours, remote=theirs, point_code=10, peer_point_code=20)
        with self.gateway(*gateway) as (process, address):
            words = ["--mix", "net_mo=1", "--target", address, *link]
            words += ["--ues", 100, "--rate", 50, "--duration", "30s", "--silence-max", "1s"]
            with self.start_load(*words, "--drain", "1s") as run:
                self.await_measuring(run)
                process.signal(signal.SIGTERM)
                done = run.wait()

        self.assert_code(done, FAIL)
        result = done.result
        self.assertEqual(result["verdict"], "fail")
        self.assertIn("link sut: association shut down", " ".join(result["notes"]))
        self.assertEqual(result["links"][0]["counts"]["downs"], 1)
        self.assertFalse(result["links"][0]["active"])

    def test_a_link_that_nobody_answers_ends_the_run_before_it_begins(self):
        ours, theirs = loopback_pair()
        with self.gateway() as (_, address):
            done = self.run_load(
                "--mix",
                "net_mo=1",
                "--target",
                address,
                "--link-timeout",
                "300ms",
                *link_flags("sut", local=ours, remote=theirs, point_code=10, peer_point_code=20),
            )

        self.assert_code(done, ENVIRONMENT)
        self.assertIn(f"link sut to {theirs}:9899 is not active after 300ms", done.err)
        self.assertIn("association is", done.err)


if __name__ == "__main__":
    harness.require("tshark")
    harness.main()
