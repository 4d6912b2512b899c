"""Targets that are absent, die, talk nonsense or refuse: a verdict, a report and the right exit
code."""
import os
import signal
import socket

import harness
from harness import ENVIRONMENT, FAIL, INCONCLUSIVE, PASS, RungTest, children_of, free_port
from responder import Garbage, Responder, answer

MESSAGES = (
    "--mix",
    "message_only=1",
    "--ues",
    200,
    "--rate",
    100,
    "--duration",
    "2s",
    "--warm-up",
    "0s",
)
# A load that lasts longer than its target.
LONG = ("--rate", 200, "--duration", "30s", "--warm-up", "0s")


class Absent(RungTest):
    def test_nothing_listens_is_the_environments_fault(self):
        done = self.run_load(
            "--target",
            f"127.0.0.1:{free_port()}",
            "--ues",
            50,
            "--silence-max",
            "1s",
            "--duration",
            "2s",
        )
        self.assert_code(done, ENVIRONMENT)
        result = self.assert_report(done)
        self.assertTrue(result["target_unreachable"])
        self.assertRegex(done.out, r"never answered")
        self.assertGreater(result["transport_figures"]["unreachable"], 0)

    def test_a_target_that_swallows_everything_is_unreachable_too(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hole:
            hole.bind(("127.0.0.1", 0))
            done = self.run_load(
                "--target", f"127.0.0.1:{hole.getsockname()[1]}", "--silence-max", "1s", *MESSAGES
            )
        self.assert_code(done, ENVIRONMENT)
        self.assertTrue(self.assert_report(done)["target_unreachable"])


class Dying(RungTest):
    def assert_died(self, done, note):
        self.assert_code(done, FAIL)
        result = self.assert_report(done)
        self.assertEqual(result["verdict"], "fail")
        self.assertFalse(result["invalid_reasons"])
        self.assertTrue(any(note in text for text in result["notes"]), result["notes"])
        self.assertGreater(result["totals"]["sessions_passed"], 0)
        self.assertTrue(done.summary.startswith("FAIL"), done)
        phases = {phase["name"]: phase["duration_ns"] / 1e9 for phase in result["phases"]}
        self.assertLess(phases["measure"], 15, "the run did not end early")

    def test_the_embedded_gateway_dying_fails_the_run_and_ends_it_early(self):
        # So few UEs that waiting sessions soon hold them all: that is the target's fault, not ours.
        with self.start_load("--ues", 100, "--silence-max", "1500ms", *LONG) as run:
            self.await_measuring(run)
            for gateway in children_of(run.popen.pid):
                os.kill(gateway, signal.SIGKILL)
            self.assert_died(run.wait(), "the embedded gateway was ended by signal 9")

    def test_a_foreign_gateway_dying_fails_the_run_and_ends_it_early(self):
        with self.gateway() as (gateway, target):
            with self.start_load(
                "--target", target, "--ues", 1000, "--silence-max", "1s", *LONG
            ) as run:
                self.await_measuring(run)
                gateway.signal(signal.SIGKILL)
                self.assert_died(run.wait(), f"{target} stopped answering")


class Talking(RungTest):
    def test_garbage_beside_good_answers_is_counted_and_disturbs_nothing(self):
        garbage = Garbage(seed=7)

        def replies(request):
            good = answer(request, 202, b"Accepted")
            return [garbage.of(good), garbage.of(good), good, garbage.of(good)]

        with Responder(replies) as sut:
            done = self.run_load("--target", sut.target, *MESSAGES)
        self.assert_code(done, PASS)
        totals = self.assert_report(done)["totals"]
        self.assertEqual(totals["sessions_passed"], sut.received)
        self.assertEqual(totals["sip_received"], sut.sent)
        self.assertGreater(totals["sip_malformed"], sut.received)

    def test_nothing_but_garbage_passes_nobody(self):
        garbage = Garbage(seed=8)
        with Responder(lambda request: [garbage.of(answer(request, 202, b"Accepted"))]) as sut:
            done = self.run_load("--target", sut.target, "--drain", "1s", *MESSAGES)
        self.assertIn(done.code, (FAIL, INCONCLUSIVE), done)
        totals = self.assert_report(done)["totals"]
        self.assertEqual(totals["sessions_passed"], 0)
        self.assertGreater(totals["sip_malformed"], 0)

    def test_answers_with_a_foreign_branch_answer_nothing(self):
        def replies(request):
            return [
                answer(request, 202, b"Accepted").replace(
                    b"branch=z9hG4bK", b"branch=z9hG4bKforeign"
                )
            ]

        with Responder(replies) as sut:
            done = self.run_load("--target", sut.target, "--drain", "1s", *MESSAGES)
        self.assertNotEqual(done.code, PASS)
        totals = self.assert_report(done)["totals"]
        self.assertEqual(totals["sessions_passed"], 0)
        self.assertEqual(totals["sip_received"], sut.sent)

    def test_503_to_everything_is_refused_and_counted_by_code(self):
        with Responder(
            lambda request: [answer(request, 503, b"Service Unavailable", [b"Retry-After: 1"])]
        ) as sut:
            done = self.run_load("--target", sut.target, *MESSAGES)
        result = self.assert_report(done)
        self.assert_code(done, INCONCLUSIVE)
        self.assertEqual(result["sip_failures"], [{"code": 503, "count": sut.received}])
        self.assertEqual(result["totals"]["sessions_refused"], sut.received)
        self.assertEqual(result["totals"]["sessions_failed"], 0)
        self.assertIn("answered 503", done.out)

    def test_503_to_every_registration_ends_the_run_without_a_verdict(self):
        with Responder(lambda request: [answer(request, 503, b"Service Unavailable")]) as sut:
            done = self.run_load(
                "--target",
                sut.target,
                "--ues",
                20,
                "--register-timeout",
                "1s",
                "--register-rate",
                50,
                "--duration",
                "2s",
            )
        self.assert_code(done, INCONCLUSIVE)
        result = self.assert_report(done)
        self.assertTrue(
            any("registration did not complete: 0 of 20 UEs" in note for note in result["notes"]),
            result,
        )
        self.assertEqual(result["sip_failures"][0]["code"], 503)


if __name__ == "__main__":
    harness.main()
