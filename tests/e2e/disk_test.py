"""A disk that is full, or fills up while a run writes to it."""
import os
import subprocess

import harness
from harness import ENVIRONMENT, FAIL, RungTest

QUIET = ("--warm-up", "0s", "--ues", 400)


class FullDisk(RungTest):
    def disk(self, size):
        """A file system of `size` of its own, as only root may make one."""
        place = self.directory / "disk"
        place.mkdir()
        if (
            os.geteuid() != 0
            or subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={size}", "rung-e2e", place],
                capture_output=True,
            ).returncode
            != 0
        ):
            self.skipTest("only root may mount a small file system")
        self.addCleanup(subprocess.run, ["umount", "-l", place], check=True)
        return place

    def test_a_disk_without_room_for_a_report_refuses_the_run(self):
        place = self.disk("64k")
        done = self.run_load("--rate", 10, "--duration", "1s", *QUIET, directory=place / "run")
        self.assert_code(done, ENVIRONMENT)
        self.assertRegex(
            done.err, r"rung: --run-dir: no room for a report in '.*': No space left on device\n$"
        )
        self.assertEqual(os.listdir(place), [])

    def test_a_capture_of_everything_that_fills_the_disk_costs_only_its_own_end(self):
        place = self.disk("5m")
        done = self.run_load(
            "--rate", 300, "--duration", "2s", "--capture", "all", *QUIET, directory=place / "run"
        )
        self.assert_code(done, ENVIRONMENT)
        self.assertRegex(done.err, r"rung: .*capture\.pcapng.*: No space left on device")
        result = self.assert_report(done)
        self.assertEqual(result["verdict"], "pass")
        self.assertGreater(result["totals"]["sessions_passed"], 500)
        self.assertGreater((place / "run" / "capture.pcapng").stat().st_size, 500_000)

    def test_a_capture_of_failures_that_fills_the_disk_keeps_verdict_and_findings(self):
        place = self.disk("4200k")
        done = self.run_load(
            "--rate",
            300,
            "--duration",
            "2s",
            "--fault",
            "report-wrong-rp-mr",
            *QUIET,
            directory=place / "run",
        )
        self.assert_code(done, FAIL)
        self.assertRegex(done.err, r"rung: .*capture\.pcapng.*: No space left on device")
        result = self.assert_report(done)
        self.assertEqual(result["verdict"], "fail")
        self.assertGreater(len(result["findings"]), 0)


if __name__ == "__main__":
    harness.main()
