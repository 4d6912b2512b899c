"""Every built-in ladder, as `rung ladders list` names them, passes against the embedded gateway;
those of the network side over a link that the run makes up itself."""
import concurrent.futures

import harness
from harness import INCONCLUSIVE, PASS, RungTest, rung

# What a ladder needs besides a low rate.
SIMULATED = ["--transport", "sim"]  # it waits longer than a test should
OPTIONS = {
    "register_digest": ["--digest"],
    "recipient_silent": SIMULATED,
    "sc_no_answer": SIMULATED,
    "binding_runs_out": SIMULATED,
    "validity_over": SIMULATED,
    "contact_without_tag": SIMULATED,
    "contact_msisdn_less": SIMULATED,
    "truncated_rpdu": SIMULATED,
    "short_content_length": SIMULATED,
    "barred_sender": SIMULATED,
    "late_report": SIMULATED,
    "recipient_proceeding": SIMULATED,
    "net_smma_unanswered": SIMULATED,
    "net_registration_runs_out": SIMULATED,
    "net_mo_barred": SIMULATED,
    "net_mo_unanswered": SIMULATED,
    "net_mo_report_refused": SIMULATED,
    "net_mt_unreported": SIMULATED,
    "net_mt_unanswered": SIMULATED,
    "net_mt_silent_msc": SIMULATED,
    "net_mt_in_time": SIMULATED,
    "net_routing_unanswered": SIMULATED,
}
# Needs a target that serves unregistered UEs; see sut_test.py.
REFUSED = {"message_only"}
# Runs side by side, each with a gateway and a port of its own: at this rate they wait, mostly.
AT_ONCE = 4


class EveryLadder(RungTest):
    def judged_requirements(self, result):
        """Ids that the run judged, each with nothing but passes."""
        ids = set()
        for row in result["requirements"]:
            counts = row["counts"]
            self.assertFalse(counts["fail"] or counts["error"] or counts["inconclusive"], row)
            if counts["pass"]:
                ids.add(row["id"])
        return ids

    def plays(self, name):
        done = self.run_load(
            "--mix",
            f"{name}=1",
            "--ues",
            200,
            "--rate",
            40,
            "--duration",
            "1s",
            "--warm-up",
            "0s",
            *OPTIONS.get(name, []),
            directory=self.directory / name,
        )
        self.assert_code(done, INCONCLUSIVE if name in REFUSED else PASS)
        result = self.assert_report(done)
        sessions = next(ladder for ladder in result["ladders"] if ladder["name"] == name)[
            "sessions"
        ]
        outcome = "refused" if name in REFUSED else "passed"
        self.assertEqual(sessions["started"], 40)
        self.assertEqual(sessions[outcome], 40)
        for fate in (
            "lost",
            "late",
            "duplicate",
            "corrupted",
            "misdelivered",
            "ghost",
            "reordered",
        ):
            self.assertEqual(result["totals"][f"sm_{fate}"], 0, fate)
        return self.judged_requirements(result)

    def test_each_passes_alone_with_every_requirement_it_judges(self):
        names = [line.split()[0] for line in rung("ladders", "list").out.splitlines()]
        self.assertGreater(len(names), 20)
        judged = set()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            played = [(name, pool.submit(self.plays, name)) for name in names]
            for name, done in played:
                with self.subTest(name):
                    judged |= done.result()
        self.assertGreater(len(judged), 60)

    def test_the_smoke_profile_passes(self):
        done = self.run_load("--config", "profiles/smoke.ini", "--duration", "2s")
        self.assert_code(done, PASS)


if __name__ == "__main__":
    harness.main()
