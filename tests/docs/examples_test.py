"""The examples of README.md and docs/conformance.md do what the text says, on a simulated wire."""

import json
import os
import re
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ["RUNG_PROGRAM"]
LADDER = "docs/examples/submit_202.ladder"
HEADER = "docs/examples/operator_identity.ladder"
SMALL = ["--transport", "sim", "--ues", "100", "--rate", "50", "--duration", "1s",
         "--warm-up", "0s"]


def rung(*arguments):
    return subprocess.run([PROGRAM, *arguments], cwd=ROOT, capture_output=True, text=True,
                          timeout=60)


class Examples(unittest.TestCase):
    def run_small(self, *arguments):
        with tempfile.TemporaryDirectory() as directory:
            done = rung("run", *SMALL, *arguments, "--run-dir", directory)
            with open(os.path.join(directory, "result.json"), encoding="utf-8") as file:
                return done, json.load(file)

    def worst(self, result, requirement):
        return {r["id"]: r["worst"] for r in result["requirements"]}[requirement]

    def test_ladder_of_ones_own_is_good(self):
        self.assertEqual(rung("ladders", "check", "--ladder", LADDER).returncode, 0)

    def test_ladder_of_ones_own_passes_and_its_requirement_was_judged(self):
        done, result = self.run_small("--ladder", LADDER, "--mix", "submit_202=1")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.worst(result, "own-202"), "pass")

    def test_ladder_of_ones_own_fails_where_readme_says_so(self):
        done, result = self.run_small("--ladder", LADDER, "--mix", "submit_202=1",
                                      "--fault", "200-carries-the-report")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(self.worst(result, "own-202"), "fail")

    def test_a_header_an_operator_demands_is_a_requirement_of_its_own(self):
        for options, code, worst in ((["--gw-uri", "sip:smsgw.example.net"], 0, "pass"),
                                     ([], 1, "fail")):
            with self.subTest(options=options):
                done, result = self.run_small("--ladder", HEADER, "--mix", "op_delivery=1",
                                              *options)
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                self.assertEqual(self.worst(result, "op-identity"), worst)
                failed = [r["id"] for r in result["requirements"] if r["counts"]["fail"]]
                self.assertEqual(failed, ["op-identity"] * code)

    def test_a_step_limit_of_ones_own_is_a_requirement(self):
        ladder = ('requirement own-500 "The report comes within half a second"\n'
                  'ladder quick "A submit that is reported at once"\n'
                  's1 ue -> gw submit_foreign\n'
                  's2 gw -> ue accepted after s1\n'
                  's3 gw -> ue submit_report after s1 within 500ms [own-500]\n'
                  's4 ue -> gw ok after s3\n')
        with tempfile.NamedTemporaryFile("w", suffix=".ladder") as file:
            file.write(ladder)
            file.flush()
            for delay, code, worst in (("100ms", 0, "pass"), ("800ms", 1, "fail")):
                with self.subTest(delay=delay):
                    done, result = self.run_small("--ladder", file.name, "--mix", "quick=1",
                                                  "--sc-delay", delay)
                    self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                    self.assertEqual(self.worst(result, "own-500"), worst)

    def test_every_profile_is_read_without_a_complaint(self):
        for name in sorted(os.listdir(os.path.join(ROOT, "profiles"))):
            with self.subTest(profile=name):
                done, result = self.run_small("--config", os.path.join("profiles", name))
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertGreater(result["totals"]["sessions_passed"], 0)

    def test_both_ends_of_the_links_profile_become_active_and_are_captured(self):
        with tempfile.TemporaryDirectory() as directory:
            capture = os.path.join(directory, "links.pcapng")
            done = rung("links", "--config", "profiles/links.ini", "--duration", "4s",
                        "--output", capture)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            for link in ("hlr", "stp"):
                self.assertRegex(done.stdout, rf"\n{link} +active ")
            self.assertIn("own ASP state ASP-ACTIVE", done.stdout)
            self.assertGreater(os.path.getsize(capture), 1000)
        alone = rung("links", "--config", "profiles/links.ini", "--duration", "200ms",
                     "--link.hlr.remote=127.0.0.3")
        self.assertEqual(alone.returncode, 1, alone.stdout + alone.stderr)
        self.assertRegex(alone.stdout, r"\nhlr +inactive ")

    def test_exit_codes_of_the_readme_are_those_of_the_help(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            table = file.read().split("| exit code |")[1].split("\n\n")[0]
        codes = re.findall(r"^\| (\d+) \|", table, re.MULTILINE)
        line = " ".join(rung("--help").stdout.split()).split("Exit codes: ")[1]
        self.assertEqual(codes, re.findall(r"\b(\d+) \w", line))


if __name__ == "__main__":
    unittest.main()
