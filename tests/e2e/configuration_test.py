"""Bad input of `rung run`: every error at once, by name, before anything starts."""
import socket

import harness
from harness import ENVIRONMENT, USAGE, RungTest, free_port, rung


class Configuration(RungTest):
    def refused(self, *words, code=USAGE):
        done = rung("run", "--run-dir", self.directory / "run", *words)
        self.assert_code(done, code)
        self.assertEqual(done.out, "")
        for line in done.err.splitlines():
            self.assertTrue(line.startswith("rung: "), done)
        return done

    def file(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return path

    def test_an_unknown_profile_key_is_named_with_what_it_may_have_meant(self):
        profile = self.file("bad.ini", "ues = 100\nraet = 500\n")
        done = self.refused("--config", profile)
        self.assertEqual(
            done.err, f"rung: {profile}: unknown option 'raet', did you mean 'rate'?\n"
        )
        self.assertFalse((self.directory / "run").exists())

    def test_all_errors_come_at_once_each_with_option_value_and_range(self):
        profile = self.file("bad.ini", "ues = 1\nworkers = many\n")
        done = self.refused(
            "--config", profile, "--rate", "-3", "--durationn", "5s", "--capture", "some"
        )
        for part in (
            "ues: '1' is not accepted, expected a whole number in 2..10000000",
            "workers: 'many' is not accepted, expected a whole number in 1..64",
            "--rate: '-3' is not accepted, expected a number in 0.001..10000000",
            "command line: unknown option 'durationn', did you mean 'duration'?",
            "--capture: 'some' is not accepted, expected one of off|failed|all",
        ):
            self.assertIn(part, done.err)
        self.assertEqual(len(done.err.splitlines()), 5, done)

    def test_a_profile_that_cannot_be_read_is_named(self):
        done = self.refused("--config", "/nowhere/x.ini")
        self.assertEqual(done.err, "rung: --config: cannot read '/nowhere/x.ini'\n")

    def test_a_profile_line_that_is_no_setting_is_an_error(self):
        done = self.refused("--config", self.file("bad.ini", "ues = 100\nthis is no setting\n"))
        self.assertIn("bad.ini: ", done.err)

    def test_a_mix_that_names_no_ladder_is_an_error(self):
        done = self.refused("--mix", "mo_smss=2, mo_sms=1")
        self.assertEqual(
            done.err, "rung: --mix: no ladder is called 'mo_smss', rung ladders lists them\n"
        )

    def test_a_misspelt_ladder_file_is_told_by_file_line_and_column(self):
        path = self.file(
            "own.ladder",
            'ladder mine "Mine"\n'
            "s1  ue -> gw  submit_foreign\n"
            "s2  gw -> ue  acceptd  after s1  within timer_f\n"
            "s3  gw -> eu  submit_report  after s1\n",
        )
        done = self.refused("--ladder", path, "--mix", "mine=1")
        self.assertRegex(done.err, rf"rung: {path}:4:11: .*'eu'.*, expected ")
        for line in done.err.splitlines():
            self.assertRegex(line, r"^rung: (--mix: |.*own\.ladder:\d+:\d+: .*, expected )", done)

    def test_a_misspelt_requirement_of_a_ladder_is_an_error(self):
        path = self.file(
            "own.ladder",
            'ladder mine "Mine"\n'
            "s1  ue -> gw  submit_foreign\n"
            "s2  gw -> ue  accepted  after s1  within timer_f  [24.341-5.3.3.4.1-zz]\n",
        )
        done = self.refused("--ladder", path, "--mix", "mine=1")
        self.assertRegex(done.err, rf"rung: {path}:3:\d+: .*24.341-5.3.3.4.1-zz")

    def test_a_ladder_file_that_cannot_be_read_is_named(self):
        done = self.refused("--ladder", "/nowhere/x.ladder")
        self.assertIn("rung: --ladder: cannot read '/nowhere/x.ladder'", done.err)

    def test_a_ladder_of_the_users_own_runs(self):
        path = self.file(
            "own.ladder",
            'ladder mine "Mine"\n'
            "s1  ue -> gw  submit_foreign\n"
            "s2  gw -> ue  accepted        after s1  within timer_f  [SIP-MO-13]\n"
            "s3  gw -> ue  submit_report   after s1  within tr1m\n"
            "s4  ue -> gw  ok              after s3\n",
        )
        done = self.run_load(
            "--ladder",
            path,
            "--mix",
            "mine=1",
            "--transport",
            "sim",
            "--ues",
            50,
            "--rate",
            20,
            "--duration",
            "1s",
        )
        self.assert_code(done, 0)
        mine = [ladder for ladder in done.result["ladders"] if ladder["name"] == "mine"]
        self.assertGreater(mine[0]["sessions"]["passed"], 10)

    def test_a_target_that_is_no_address_is_an_error(self):
        done = self.refused("--target", "sip:127.0.0.1:port")
        self.assertIn(
            "rung: --target: 'sip:127.0.0.1:port' is not accepted, expected sip:HOST:PORT", done.err
        )

    def test_too_small_an_address_pool_is_an_error(self):
        done = self.refused("--ue-addresses", "127.1.1.0/30", "--ues", 1000000, "--ue-port", 65000)
        self.assertIn(
            "rung: --ue-addresses: '127.1.1.0/30' has 2 addresses, too few for 1000000 UEs",
            done.err,
        )

    def test_an_unknown_verb_is_an_error(self):
        done = rung("rum")
        self.assert_code(done, USAGE)
        self.assertIn("unknown verb 'rum'", done.err)


class Ports(RungTest):
    def taken_port(self, family, kind, address):
        held = socket.socket(family, kind)
        self.addCleanup(held.close)
        held.bind((address, 0))
        if kind == socket.SOCK_STREAM:
            held.listen()
        return held.getsockname()[1]

    def test_a_taken_ue_port_is_the_environments_fault(self):
        port = self.taken_port(socket.AF_INET, socket.SOCK_DGRAM, "0.0.0.0")
        done = self.run_load("--ue-port", port, "--ues", 10, "--duration", "1s")
        self.assert_code(done, ENVIRONMENT)
        self.assertRegex(
            done.err, rf"rung: .*cannot bind UDP 0\.0\.0\.0:{port}.*[Aa]ddress already in use"
        )

    def test_a_taken_metrics_port_is_the_environments_fault(self):
        port = self.taken_port(socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1")
        done = self.run_load("--metrics", f"127.0.0.1:{port}", "--ues", 10, "--duration", "1s")
        self.assert_code(done, ENVIRONMENT)
        self.assertEqual(
            done.err,
            f"rung: --metrics: cannot listen on '127.0.0.1:{port}', expected a free ADDRESS:PORT\n",
        )
        self.assertFalse((self.directory / "run").exists(), "an empty run directory was left")

    def test_a_taken_gateway_port_is_the_environments_fault(self):
        port = self.taken_port(socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1")
        done = rung("gateway", "--listen", f"127.0.0.1:{port}")
        self.assert_code(done, ENVIRONMENT)
        self.assertRegex(done.err, rf"rung: .*127\.0\.0\.1:{port}.*[Aa]ddress already in use")

    def test_an_address_nobody_has_is_the_environments_fault(self):
        done = rung("gateway", "--listen", f"192.0.2.77:{free_port()}")
        self.assert_code(done, ENVIRONMENT)
        self.assertIn("192.0.2.77", done.err)

    def test_a_gateway_option_that_is_wrong_stops_the_run_before_it_begins(self):
        done = self.run_load("--sc-result", "error:300", "--ues", 10, "--duration", "1s")
        self.assert_code(done, USAGE)
        self.assertIn("--sc-result: 'error:300'", done.err)


if __name__ == "__main__":
    harness.main()
