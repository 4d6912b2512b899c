"""Options of `rung run` that change the wire or the screen, each in a run that must pass."""
import os
import pty
import re
import select
import unittest

import harness
from harness import PASS, RungTest, free_port, has_ipv6

SHORT = ("--ues", 200, "--rate", 100, "--duration", "1s", "--warm-up", "0s")


class Wire(RungTest):
    def passes(self, *words, **kwargs):
        done = self.run_load(*words, *SHORT, **kwargs)
        self.assert_code(done, PASS)
        result = self.assert_report(done)
        totals = result["totals"]
        self.assertEqual(totals["sessions_passed"], totals["sessions_offered"])
        self.assertEqual(totals["sip_strangers"], 0)
        self.assertEqual(result["transport_figures"]["rx_datagrams"], totals["sip_received"])
        return result

    def test_digest(self):
        result = self.passes("--digest")
        self.assertGreaterEqual(result["totals"]["challenges"], 200)
        self.assertEqual(result["totals"]["registrations"], 200)

    def test_a_wrong_password_registers_nobody(self):
        with self.gateway("--digest", "--password", "right") as (_, target):
            done = self.run_load(
                "--target",
                target,
                "--password",
                "wrong",
                "--register-timeout",
                "1s",
                "--register-rate",
                50,
                *SHORT,
            )
        self.assertNotEqual(done.code, PASS)
        self.assertEqual(self.assert_report(done)["totals"]["registrations"], 0)

    def test_timers_of_gm(self):
        self.passes("--timers", "gm")

    def test_two_workers_share_the_ues(self):
        result = self.passes("--workers", 2)
        self.assertEqual(result["workers"], 2)
        self.assertEqual(result["totals"]["registrations"], 200)

    def test_all_ues_of_a_worker_on_one_address(self):
        self.passes("--shared-address", "--ue-addresses", "127.0.0.2/32")

    def test_ports_where_addresses_do_not_last(self):
        self.passes(
            "--ue-addresses", "127.65.0.0/29", "--ue-port", free_port()
        )

    @unittest.skipUnless(has_ipv6(), "this machine has no IPv6")
    def test_ipv6_with_all_ues_on_one_address(self):
        with self.gateway(listen="[::1]:0") as (_, target):
            self.passes(
                "--target", f"sip:{target}", "--ue-addresses", "::1/128", "--shared-address"
            )

    @unittest.skipUnless(has_ipv6(), "this machine has no IPv6")
    def test_ipv6_with_a_port_for_each_ue_and_the_embedded_gateway(self):
        self.passes("--ue-addresses", "::1/128", "--ue-port", free_port())

    def test_poisson_ramp_and_steps(self):
        self.passes("--shape", "poisson")
        self.passes("--shape", "ramp", "--rate-from", 10, directory=self.directory / "ramp")
        done = self.run_load(
            "--shape",
            "steps",
            "--steps",
            "50:500ms, 100:500ms",
            "--ues",
            200,
            "--warm-up",
            "0s",
            directory=self.directory / "steps",
        )
        self.assert_code(done, PASS)
        self.assertEqual(self.assert_report(done)["totals"]["sessions_offered"], 75)

    def test_texts_of_every_length_class(self):
        for length in (40, 70, 140, 160):
            self.passes(
                "--text-length",
                length,
                "--mix",
                "mo_to_mt=1, mo_to_mt_ucs2=1, mo_to_mt_8bit=1, " "mo_to_mt_concat=1",
                directory=self.directory / str(length),
            )

    def test_the_same_seed_gives_the_same_simulated_run(self):
        words = (
            "--transport",
            "sim",
            "--seed",
            4711,
            "--loss",
            "0.02",
            "--duplication",
            "0.02",
            "--reordering",
            "0.02",
            *SHORT,
        )
        runs = [
            self.run_load(*words, directory=self.directory / name).result for name in ("one", "two")
        ]
        self.assertEqual(runs[0]["totals"], runs[1]["totals"])
        self.assertEqual(runs[0]["ladders"], runs[1]["ladders"])
        self.assertGreater(runs[0]["totals"]["sip_retransmitted"], 0)


class Screen(RungTest):
    def on_terminal(self, *words):
        """The run with a terminal for all its output; everything it drew, and its exit code."""
        command = [
            harness.PROGRAM,
            "run",
            "--run-dir",
            str(self.directory / "run"),
            "--ue-port",
            str(free_port()),
            "--ues",
            "200",
            "--rate",
            "100",
            "--duration",
            "2500ms",
            *words,
            *harness.CALM,
        ]
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(harness.ROOT)
            os.execv(command[0], command)
        drawn = b""
        while select.select([terminal], [], [], 30)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # Linux reports the other end's closing so.
                break
            drawn += piece
        os.close(terminal)
        return drawn.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def test_a_terminal_gets_lines_in_place_and_colour(self):
        drawn, code = self.on_terminal()
        self.assertEqual(code, PASS, drawn)
        self.assertGreaterEqual(drawn.count("\r\x1b[K"), 2, drawn)
        self.assertRegex(drawn, "\x1b\\[[0-9;]+mPASS")

    def test_plain_lines_even_on_a_terminal(self):
        drawn, code = self.on_terminal("--plain")
        self.assertEqual(code, PASS, drawn)
        self.assertNotIn("\x1b[K", drawn)

    def test_no_terminal_gets_plain_lines_with_times_from_the_start(self):
        done = self.run_load("--mix", "mo_sms=1", *SHORT)
        self.assert_code(done, PASS)
        self.assertNotIn("\x1b", done.out + done.err)
        times = [float(m.group(1)) for m in re.finditer(r"^ *(\d+\.\d) ?s  ", done.err, re.M)]
        self.assertGreaterEqual(len(times), 2, done.err)
        self.assertEqual(times, sorted(times))
        self.assertLess(times[0], 1)
        self.assertLess(times[-1], 20)
        self.assertRegex(done.err, r"(?m)^ *1\.\d ?s  measure +\S")


if __name__ == "__main__":
    harness.main()
