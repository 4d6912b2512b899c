"""A run that does not go its way: Ctrl-C, and a generator that is itself the limit."""
import signal

import harness
from harness import INTERRUPTED, INVALID, PASS, RungTest

AT_ONCE = ("--warm-up", "0s")
QUIET = (*AT_ONCE, "--ues", 400)
WAITING = ("--mix", "recipient_404=1")  # each session lasts a while
SIMULATED = ("--transport", "sim")
# Sessions soon hold all the UEs there are.
TOO_FEW_UES = (*SIMULATED, *AT_ONCE, *WAITING, "--ues", 4, "--rate", 50, "--duration", "2s")


class Interrupt(RungTest):
    def test_one_drains_and_reports(self):
        with self.start_load(
            "--rate", 100, "--duration", "60s", *WAITING, *QUIET
        ) as run:
            self.await_measuring(run)
            run.signal(signal.SIGINT)
            done = run.wait(20)
        self.assert_code(done, INTERRUPTED)
        result = self.assert_report(done)
        self.assertTrue(result["interrupted"])
        totals = result["totals"]
        self.assertEqual(totals["sessions_aborted"], 0)
        self.assertEqual(totals["sessions_started"], totals["sessions_passed"])
        self.assertIn("interrupted before its end", done.out)

    def test_two_stop_at_once_and_still_report(self):
        with self.start_load(
            "--rate", 20, "--duration", "60s", "--mix", "recipient_silent=1", *QUIET
        ) as run:
            self.await_measuring(run)
            run.signal(signal.SIGINT)
            self.await_line(run, r"\d ?s  drain")
            run.signal(signal.SIGINT)
            done = run.wait(5)
        self.assert_code(done, INTERRUPTED)
        result = self.assert_report(done)
        self.assertGreater(result["totals"]["sessions_aborted"], 0)
        self.assertTrue(any("still open" in note for note in result["notes"]), result["notes"])

    def test_a_gateway_ends_well_and_tells_what_it_counted(self):
        with self.gateway() as (gateway, target):
            self.assert_code(
                self.run_load("--target", target, "--rate", 50, "--duration", "1s", *QUIET), PASS
            )
            gateway.signal(signal.SIGTERM)
            done = gateway.wait(10)
        self.assert_code(done, PASS)
        self.assertRegex(done.out, r" 50  Submit reports sent\n")


class Limits(RungTest):
    def assert_invalid(self, done, reason):
        self.assert_code(done, INVALID)
        result = self.assert_report(done)
        self.assertTrue(
            any(reason in text for text in result["invalid_reasons"]), result["invalid_reasons"]
        )
        self.assertTrue(done.summary.startswith("RUN INVALID"), done)
        return result

    def test_too_few_ues_for_the_rate(self):
        done = self.run_load(*TOO_FEW_UES)
        result = self.assert_invalid(done, "no idle UE fitted, raise --ues or lower --rate")
        self.assertGreater(result["totals"]["sessions_shed_no_ue"], 0)

    def test_too_small_a_session_pool(self):
        done = self.run_load(
            "--sessions-max", 2, "--rate", 100, "--duration", "1s", *WAITING, *SIMULATED, *QUIET
        )
        self.assert_invalid(done, "sessions was full")

    def test_a_generator_later_than_its_limit(self):
        done = self.run_load(
            "--rate", 100, "--duration", "1s", "--tick", "50ms", "--lateness-max", "100us", *QUIET,
            calm=False,
        )
        self.assert_invalid(done, "of sessions started")

    def test_content_that_is_wrong_stays_wrong_in_an_invalid_run(self):
        done = self.run_load(*TOO_FEW_UES, "--fault", "report-wrong-rp-mr")
        result = self.assert_invalid(done, "no idle UE fitted")
        self.assertEqual(result["verdict"], "fail")


if __name__ == "__main__":
    harness.main()
