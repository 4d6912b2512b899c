"""What a run leaves behind, and the verbs that show it: result.json, summary, `rung report`."""
import json
import subprocess

import harness
from harness import ENVIRONMENT, FAIL, INCONCLUSIVE, INVALID, PASS, ROOT, USAGE, RungTest, rung
from schema import violations

SHORT = ("--ues", 200, "--rate", 100, "--duration", "1s", "--warm-up", "0s")


class Results(RungTest):
    def assert_valid(self, done):
        schema = json.loads((ROOT / "tests/golden/report/result.schema.json").read_text())
        self.assertEqual(violations(done.result, schema), [])
        return done.result

    def test_results_of_every_ending_are_as_the_schema_says(self):
        good = self.run_load(*SHORT, directory=self.directory / "good")
        self.assert_code(good, PASS)
        self.assert_valid(good)
        bad = self.run_load(
            *SHORT, "--fault", "report-without-in-reply-to", directory=self.directory / "bad"
        )
        self.assert_code(bad, FAIL)
        finding = self.assert_valid(bad)["findings"][0]
        self.assertEqual(finding["requirement"], "24.341-5.3.3.4.2-c")
        invalid = self.run_load(
            *SHORT,
            "--mix",
            "recipient_404=1",
            "--transport",
            "sim",
            "--sessions-max",
            2,
            directory=self.directory / "invalid",
        )
        self.assert_code(invalid, INVALID)
        self.assert_valid(invalid)

    def test_a_run_that_was_to_judge_nothing_proves_nothing_and_says_so_first(self):
        done = self.run_load(*SHORT, "--judge", "none", "--fault", "report-without-in-reply-to")
        self.assert_code(done, INCONCLUSIVE)
        result = self.assert_valid(done)
        self.assertEqual(result["judged_one_in"], 0)
        self.assertGreaterEqual(result["totals"]["sip_received"], 600)
        self.assertEqual(result["totals"]["sip_judged"], 0)
        self.assertGreater(result["totals"]["sessions_passed"], 0)
        self.assertEqual([r["id"] for r in result["requirements"] if any(r["counts"].values())], [])
        self.assertRegex(done.summary, r"\A.*\n.*\n  ! nothing was judged")

    def test_the_schema_refuses_what_is_not_a_result(self):
        schema = json.loads((ROOT / "tests/golden/report/result.schema.json").read_text())
        result = json.loads((ROOT / "tests/golden/report/fail.json").read_text())
        self.assertEqual(violations(result, schema), [])
        del result["totals"]
        result["verdict"] = "good"
        result["ues"] = -1
        self.assertEqual(len(violations(result, schema)), 3)

    def test_the_report_renders_the_recorded_run_again(self):
        done = self.run_load(*SHORT)
        again = rung("report", done.directory)
        self.assert_code(again, PASS)
        self.assertEqual(again.out, done.summary)
        self.assertIn(done.summary, done.out)
        as_json = rung("report", done.directory / "result.json", "--as", "json")
        self.assertEqual(as_json.out, (done.directory / "result.json").read_text())

    def test_the_report_of_a_failed_run_has_its_exit_code(self):
        done = self.run_load(*SHORT, "--fault", "F03")
        again = rung("report", done.directory)
        self.assert_code(again, FAIL)
        self.assertEqual(again.out, done.summary)

    def test_two_runs_are_compared(self):
        one = self.run_load(*SHORT, directory=self.directory / "one")
        two = self.run_load(*SHORT, "--fault", "F03", directory=self.directory / "two")
        done = rung("report", one.directory, two.directory)
        self.assert_code(done, PASS)
        self.assertRegex(done.out, rf"A: {one.result['run_id']} +B: {two.result['run_id']}")
        self.assertRegex(done.out, r"verdict +pass +fail")
        self.assertRegex(done.out, r"24\.341-5\.3\.3\.4\.2-c +pass +fail")

    def test_a_report_of_nothing_is_a_usage_error(self):
        self.assertIn("expected a run directory", rung("report", "/nowhere").err)
        self.assert_code(rung("report", "/nowhere"), USAGE)
        self.assert_code(rung("report"), USAGE)
        for text in ("", "{", "[]", '{"schema": 99}', "\x00\xff"):
            (self.directory / "result.json").write_text(text)
            done = rung("report", self.directory)
            self.assert_code(done, USAGE)
            self.assertIn("result.json: ", done.err)


class Verbs(RungTest):
    def test_ladders_are_listed_drawn_and_checked(self):
        listed = rung("ladders").out
        self.assertEqual(listed, rung("ladders", "list").out)
        self.assertRegex(listed, r"(?m)^mo_to_mt +8 steps  Short message from one UE to another$")
        self.assertIn("all good", rung("ladders", "check").out)
        self.assertIn("submit_report", rung("ladders", "show", "mo_sms").out)
        self.assertTrue(
            rung("ladders", "show", "mo_sms", "--as", "mermaid").out.startswith("sequenceDiagram\n")
        )
        self.assertTrue(rung("ladders", "show", "mo_sms", "--as", "svg").out.startswith("<svg"))
        done = rung("ladders", "show", "mo_smss")
        self.assert_code(done, USAGE)
        self.assertEqual(done.err, "rung: no ladder is called 'mo_smss', rung ladders lists them\n")
        self.assert_code(rung("ladders", "draw"), USAGE)

    def test_requirements_are_listed_and_filtered(self):
        everything = json.loads(rung("requirements", "--as", "json").out)
        self.assertGreater(len(everything), 250)
        proved = json.loads(rung("requirements", "--as", "json", "--coverage", "proved").out)
        unproved = json.loads(rung("requirements", "--as", "json", "--coverage", "unproved").out)
        self.assertEqual(len(proved) + len(unproved), len(everything))
        self.assertTrue(all(row["proofs"] for row in proved))
        text = rung("requirements", "--clause", "TS 24.341 5.3.3.4").out
        self.assertIn("24.341-5.3.3.4.2-c", text)
        self.assertNotIn("24.011-", text)

    def test_faults_are_listed_with_requirements_that_exist(self):
        ids = {row["id"] for row in json.loads(rung("requirements", "--as", "json").out)}
        faults = json.loads(rung("faults", "--as", "json").out)
        self.assertGreater(len(faults), 30)
        for fault in faults:
            self.assertIn(fault["violates"].replace(",", " ").split()[0], ids, fault)

    def test_doctor_names_what_to_do_for_all_that_ails(self):
        done = rung("doctor")
        self.assertIn(done.code, (PASS, ENVIRONMENT), done)
        lines = done.out.splitlines()
        for line, following in zip(lines, lines[1:] + [""]):
            if line.startswith(("slow", "broken")):
                self.assertTrue(following.lstrip().startswith("mend: "), done)
        self.assertTrue(any(line.startswith("ok") for line in lines), done)

    def test_completion_is_a_script_that_bash_reads_and_completes_with(self):
        path = self.directory / "completion"
        path.write_text(rung("completion").out)
        subprocess.run(["bash", "-n", path], check=True)
        script = (
            f'. {path}; COMP_WORDS=(rung run --ue-); COMP_CWORD=2; _rung; echo "${{COMPREPLY[*]}}"'
        )
        done = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True)
        self.assertEqual(done.stdout.split(), ["--ue-addresses", "--ue-port"])

    def test_help_of_every_verb_is_complete(self):
        top = rung("--help")
        self.assert_code(top, PASS)
        for verb in (
            "run",
            "check",
            "gateway",
            "ladders",
            "requirements",
            "faults",
            "doctor",
            "report",
            "completion",
        ):
            self.assertRegex(top.out, rf"(?m)^  {verb} ")
            done = rung(verb, "--help")
            self.assert_code(done, PASS)
            self.assertTrue(done.out.startswith(f"usage: rung {verb}"), done)
        self.assertIn("Exit codes: 0 pass, 1 fail, 2 usage", top.out)
        self.assert_code(rung(), USAGE)


if __name__ == "__main__":
    harness.main()
