"""capture.pcapng as tshark reads it: everything, or the sessions that failed."""
import os
import subprocess
import unittest

import harness
from harness import FAIL, PASS, RungTest, has_ipv6, require

SHORT = ("--ues", 200, "--rate", 100, "--duration", "1s", "--warm-up", "0s")


def tshark(path, *words):
    done = subprocess.run(
        ["tshark", "-r", path, *words], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.splitlines()


class Captures(RungTest):
    def test_a_capture_of_everything_holds_every_packet_whole(self):
        done = self.run_load(*SHORT, "--capture", "all", "--workers", 2)
        self.assert_code(done, PASS)
        result, capture = done.result, done.directory / "capture.pcapng"
        self.assertEqual(
            len(tshark(capture, "-Y", "frame.packet_flags_direction == 1")),
            result["totals"]["sip_received"],
        )
        self.assertEqual(
            len(tshark(capture, "-Y", "frame.packet_flags_direction == 2")),
            result["totals"]["sip_sent"],
        )
        self.assertEqual(len(tshark(capture)), result["capture"]["frames"])
        self.assertEqual(tshark(capture, "-Y", "_ws.malformed"), [])
        self.assertEqual(len(tshark(capture, "-Y", "sip")), len(tshark(capture)))

    @unittest.skipUnless(has_ipv6(), "this machine has no IPv6")
    def test_a_capture_over_ipv6_is_read_too(self):
        done = self.run_load(
            *SHORT, "--capture", "all", "--ue-addresses", "::1/128", "--shared-address"
        )
        self.assert_code(done, PASS)
        capture = done.directory / "capture.pcapng"
        self.assertEqual(
            len(tshark(capture, "-Y", "ipv6 && sip")), done.result["capture"]["frames"]
        )

    def test_failing_sessions_are_kept_with_their_verdict_and_findings_point_into_them(self):
        done = self.run_load(*SHORT, "--fault", "F03", "--fault-every", 10)
        self.assert_code(done, FAIL)
        result, capture = done.result, done.directory / "capture.pcapng"
        lines = tshark(
            capture,
            "-T",
            "fields",
            "-e",
            "frame.number",
            "-e",
            "frame.comment",
            "-e",
            "sip.In-Reply-To",
            "-e",
            "gsm_a.rp.msg_type",
        )
        self.assertEqual(len(lines), result["capture"]["frames"])
        self.assertTrue(any("fail" in line for line in lines), lines[:20])
        failed = result["totals"]["sessions_failed"]
        self.assertEqual(failed, 10)
        self.assertLess(len(lines), 15 * failed, "sessions that passed were kept as well")
        for finding in result["findings"]:
            self.assertEqual(finding["frame_place"], "in_file")
            number, _, in_reply_to, rp_type = lines[finding["frame"] - 1].split("\t")
            self.assertEqual(
                (int(number), in_reply_to, rp_type), (finding["frame"], "", "0x03"), finding
            )

    def test_no_capture_where_none_is_asked_for(self):
        done = self.run_load(*SHORT, "--capture", "off", "--fault", "F03")
        self.assert_code(done, FAIL)
        self.assertEqual(sorted(os.listdir(done.directory)), ["result.json", "summary.txt"])
        self.assertEqual(done.result["capture"]["file"], "")

    def test_a_run_that_passed_keeps_one_example_of_each_ladder(self):
        done = self.run_load(*SHORT)
        self.assert_code(done, PASS)
        comments = tshark(
            done.directory / "capture.pcapng",
            "-Y",
            "frame.comment",
            "-T",
            "fields",
            "-e",
            "frame.comment",
        )
        played = [ladder for ladder in done.result["ladders"] if ladder["sessions"]["passed"]]
        self.assertEqual(comments, ["pass: the first of its ladder"] * len(played))


if __name__ == "__main__":
    require("tshark")
    harness.main()
