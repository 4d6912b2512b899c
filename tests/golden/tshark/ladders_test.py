"""tshark as the second reader of every ladder: what our UEs and our network send over the simulated
wire is dissected by somebody else's SIP, RP, MAP and TPDU decoders, and must say what the ladder's
messages mean.

A message without a row in meanings.py fails the test.
"""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from frames import (
    MSISDN_BASE,
    UES,
    FOREIGN,
    SC_ADDRESS,
    SMS_TYPE,
    PEER,
    GATEWAY,
    OTHER_SC,
    number,
    Frame,
    Unit,
    IscFrame,
    dissect,
)
from ladder_texts import ROOT, read_ladders
from meanings import MEANING, MEANING_ON_ISC, MODEL_ANSWERS, UNITS, shape

PROGRAM = os.environ.get("RUNG_PROGRAM", "build/release/rung")

# TS 23.040 9.1.2.5, as our service centre signs.
ALPHANUMERIC = "Rung & Co@1"

# What a ladder needs of the embedded gateway.
GATEWAY_OPTIONS = {
    "register_digest": ["--digest"],
}

# Messages that are wrong on purpose have no meaning to read; what tshark makes of a text for a port
# is its own affair.
SPOILT_FILE = "negative.ladder"
UNREAD = {"port_addressing", "net_mt_wrong_report"}

# Want a gateway that serves UEs without MSISDN, as the embedded one does not: tests/sim has one.
FOREIGN_GATEWAY = {"uri_recipient", "uri_recipient_refused"}

# Ladders with one request that no dissector takes for sound.
UNSOUND = {"truncated_rpdu", "short_content_length", "truncated_tpdu"}

# Refused by a gateway that serves registered UEs only; what we send is read all the same.
REFUSED = {"message_only"}

# What a copy of the gateway's that its ladder lets come is answered with.
TO_A_COPY = {"recipient_proceeding": ["trying"]}


def base64_number(text):
    """A number of the token that every short message carries: 6 bits a character."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
    value = 0
    for character in text:
        value = value << 6 | alphabet.index(character)
    return value


def counted(totals):
    return sum(totals[f"{leg}_{way}"] for leg in ("sip", "map") for way in ("sent", "received"))


class SecondReader(unittest.TestCase):
    maxDiff = None
    topology, frame_class, meaning = "gm", Frame, MEANING

    def play(self, ladder):
        """Some sessions of one ladder; what the run counted, and every datagram as tshark reads
        it."""
        with tempfile.TemporaryDirectory(prefix="rung-tshark-") as place:
            done = subprocess.run(
                [
                    PROGRAM,
                    "run",
                    "--plain",
                    "--transport",
                    "sim",
                    "--topology",
                    self.topology,
                    "--capture",
                    "all",
                    "--run-dir",
                    place,
                    "--mix",
                    f"{ladder}=1",
                    "--ues",
                    str(UES),
                    "--rate",
                    "5",
                    "--duration",
                    "2s",
                    "--warm-up",
                    "0s",
                    *GATEWAY_OPTIONS.get(ladder, []),
                ],
                capture_output=True,
                text=True,
                cwd=ROOT,
                timeout=60,
            )
            self.assertEqual(
                done.returncode, 5 if ladder in REFUSED else 0, done.stdout + done.stderr
            )
            frames = dissect(f"{place}/capture.pcapng", self.frame_class)
            result = json.loads(pathlib.Path(place, "result.json").read_text())
        return result, frames

    def assert_clean(self, frames):
        for frame in frames:
            self.assertEqual(frame.complaints, [], frame)

    def assert_header(self, frame):
        """What every message of ours has, whatever its ladder."""
        self.assertEqual(int(frame["sip.Content-Length"]), len(frame.body), frame)
        self.assertTrue(frame["sip.Via.branch"].startswith("z9hG4bK"), frame)
        self.assertTrue(frame["sip.from.tag"], frame)
        if frame["sip.Status-Code"]:
            self.assertTrue(frame["sip.to.tag"], frame)
            self.assertEqual(frame["sip.Contact"], "", frame)
            self.assertEqual(frame.body, b"", frame)
            return
        self.assertEqual(frame["sip.Max-Forwards"], "70", frame)
        self.assertEqual(frame["sip.CSeq.method"], frame["sip.Method"], frame)
        if frame["sip.Method"] == "MESSAGE":
            self.assertEqual(frame["sip.from.addr"], frame.impu, frame)
            self.assertEqual(frame["sip.ppi.addr"], frame.impu, frame)
            self.assertEqual(frame["sip.Contact"], "", frame)
            self.assertEqual(frame["sip.to.addr"], frame["sip.r-uri"], frame)
            is_sms = frame["sip.Content-Type"] == SMS_TYPE
            self.assertEqual(bool(frame["gsm_a.rp.rp_message_reference"]), is_sms, frame)
        else:
            self.assertIn(f"@{frame['ip.src']}:5060", frame["sip.Contact"], frame)
            self.assertEqual(frame["sip.from.addr"], frame["sip.to.addr"], frame)
            self.assertEqual(frame["sip.Supported"], "path", frame)

    def assert_submit(self, frame):
        named = {f"tel:+{OTHER_SC}": OTHER_SC}.get(frame["sip.r-uri"], SC_ADDRESS)
        self.assertEqual(frame["gsm_a.dtap.cld_party_bcd_num"], named, frame)
        self.assertEqual(frame["gsm_a.dtap.clg_party_bcd_num"], "", frame)
        self.assertEqual(
            (frame["gsm_sms.dis_field_addr.num_type"], frame["gsm_sms.dis_field_addr.num_plan"]),
            ("1", "1"),
        )
        self.assertEqual(
            (frame["gsm_sms.tp-rd"], frame["gsm_sms.tp-rp"], frame["gsm_sms.tp-pid"]),
            ("0", "0", "0"),
        )
        if frame["gsm_sms.tp-vpf"] == "2":
            self.assertEqual(frame["gsm_sms.vp.validity_period"], "170")
        self.assertEqual(
            frame["gsm_sms.tp-udhi"], "1" if frame["gsm_sms.udh.mm.msg_part"] else "0", frame
        )
        if frame["gsm_sms.udh.mm.msg_part"]:
            self.assertEqual(frame["gsm_sms.udh.mm.msg_parts"], "2", frame)
        # The token: Q, run 3, worker 2, ticket 4, generation 6, sender 4, recipient 4.
        self.assertEqual(frame.text[0], "Q", frame)
        self.assertEqual(base64_number(frame.text[16:20]), frame.ue, frame)
        recipient = MSISDN_BASE + base64_number(frame.text[20:24])
        if frame["gsm_sms.tp-da"] != FOREIGN:
            self.assertEqual(frame["gsm_sms.tp-da"], str(recipient), frame)

    def assert_correlated(self, captured):
        """What one message says about another."""
        frames = [frame for frame in captured if not isinstance(frame, Unit)]
        requests = {frame.transaction: frame for frame in frames if frame["sip.Method"]}
        by_call = {
            frame["sip.Call-ID"]: frame
            for frame in frames
            if frame["sip.Method"] == "MESSAGE" and not frame.sent
        }
        submitted = {
            frame.text: frame
            for frame in captured
            if frame.sent and (isinstance(frame, Unit) or frame.rp == "RP-DATA")
        }
        for frame in frames:
            if frame.sent and frame["sip.Status-Code"]:
                request = requests[frame.transaction]
                for field in ("sip.from.addr", "sip.from.tag", "sip.to.addr"):
                    self.assertEqual(frame[field], request[field], frame)
            elif frame.sent and frame.rp in ("RP-ACK", "RP-ERROR"):
                delivery = by_call[frame["sip.In-Reply-To"]]
                self.assertEqual(
                    frame["gsm_a.rp.rp_message_reference"],
                    delivery["gsm_a.rp.rp_message_reference"],
                    frame,
                )
                self.assertEqual(frame["sip.r-uri"], delivery["sip.pai.addr"], frame)
                self.assertNotEqual(frame["sip.Call-ID"], delivery["sip.Call-ID"], frame)
            elif frame["gsm_sms.tp-oa"]:
                original = submitted[frame.text]
                if isinstance(original, Unit):
                    sender = original["gsm_sms.tp-oa"]
                    self.assertIn(sender, (FOREIGN, ALPHANUMERIC), original)
                else:
                    sender = original["gsm_sms.tp-oa"] or str(MSISDN_BASE + original.ue)
                self.assertEqual(frame["gsm_sms.tp-oa"], sender, frame)
                for field in (
                    "gsm_sms.tp-dcs",
                    "gsm_sms.tp-pid",
                    "gsm_sms.tp.user_data_length",
                    "gsm_sms.udh.mm.msg_id",
                    "gsm_sms.udh.mm.msg_parts",
                    "gsm_sms.udh.mm.msg_part",
                ):
                    self.assertEqual(frame[field], original[field], frame)

    def assert_read(self, ladder, sends):
        result, frames = self.play(ladder)
        totals = result["totals"]
        self.assertEqual(len(frames), counted(totals))
        ours = [frame for frame in frames if frame.sent and not isinstance(frame, Unit)]
        units = [frame for frame in frames if frame.sent and isinstance(frame, Unit)]
        self.assertEqual((len(ours), len(units)), (totals["sip_sent"], totals["map_sent"]))
        self.assert_clean(frames)
        self.assert_units(units, result, sends)
        expected, may_stay_away = collections.Counter(), collections.Counter()
        for played in result["ladders"]:
            if played["name"] not in REFUSED:
                self.assertEqual(
                    played["sessions"]["passed"], played["sessions"]["started"], played["name"]
                )
            for message in sends[played["name"]] + TO_A_COPY.get(played["name"], []):
                expected[self.meaning[message]] += played["sessions"]["started"]
            for message in sends[played["name"]].conditional:
                if message in self.meaning:
                    may_stay_away[self.meaning[message]] += played["sessions"]["started"]
        read = collections.Counter(frame.shape() for frame in ours)
        self.assertEqual((read - expected, expected - read - may_stay_away), ({}, {}))
        for frame in ours:
            self.assert_header(frame)
            if frame.rp == "RP-DATA" and number(frame["gsm_sms.tp-mti"]) == 1:
                self.assert_submit(frame)
        self.assert_correlated(frames)

    def assert_units(self, units, result, sends):
        """Whatever a ladder says is there, and besides nothing but what our network says itself."""
        expected, may_stay_away = collections.Counter(), collections.Counter()
        for played in result["ladders"]:
            for message in sends[played["name"]].units:
                if message == "home_answer":
                    continue
                expected[UNITS[message]] += played["sessions"]["started"]
            for message in sends[played["name"]].conditional:
                if message in UNITS:
                    may_stay_away[UNITS[message]] += played["sessions"]["started"]
        read = collections.Counter(unit.shape() for unit in units)
        self.assertEqual(expected - read - may_stay_away, {})
        self.assertLessEqual(set(read - expected), MODEL_ANSWERS)

    def test_every_ladder_says_what_it_means(self):
        words = [PROGRAM, "ladders", "list", "--topology", self.topology]
        listed = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT).stdout
        spoilt = (ROOT / "src" / "scenarios" / SPOILT_FILE).read_text()
        spoilt = set(re.findall(r"^ladder (\S+)", spoilt, re.MULTILINE))
        played = read_ladders(self.topology)
        sends = {
            name: messages
            for name, messages in played.items()
            if (messages or messages.units) and name not in spoilt
        }
        names = {line.split()[0] for line in listed.splitlines()}
        self.assertEqual(sorted(sends), sorted(names - spoilt))
        for ladder in sends:
            # What the gateway begins is played beside the others.
            if ladder.startswith("reg_event") or ladder in UNREAD | FOREIGN_GATEWAY:
                continue
            with self.subTest(ladder):
                self.assert_read(ladder, sends)

    def test_both_sides_of_the_suite_are_sound(self):
        """All captures of `rung check` behind each other, which is a capture again: nothing is
        malformed, and nothing worth a warning, but the one request that a ladder spoils."""
        with tempfile.TemporaryDirectory(prefix="rung-tshark-") as directory:
            place = pathlib.Path(directory, "suite")
            words = [PROGRAM, "check", "--plain", "--transport", "sim", "--run-dir", place]
            words += ["--topology", self.topology]
            subprocess.run(words, check=True, capture_output=True, cwd=ROOT, timeout=60)
            suite = json.loads((place / "suite.json").read_text())
            played = [ladder for ladder in suite["ladders"] if ladder["directory"]]
            captures, origins = b"", []
            for ladder in played:
                result = json.loads((place / ladder["directory"] / "result.json").read_text())
                captures += (place / ladder["capture"]).read_bytes()
                origins += [ladder["name"]] * counted(result["totals"])
            (place / "all.pcapng").write_bytes(captures)
            frames = dissect(place / "all.pcapng", Frame)
        self.assertEqual(len(frames), len(origins))
        self.assertGreater(len(played), 80)
        unsound = collections.Counter()
        for ladder, frame in zip(origins, frames):
            if frame.complaints:
                self.assertTrue(frame.sent and ladder in UNSOUND, (ladder, frame))
                unsound[ladder] += 1
        self.assertEqual(unsound, {ladder: 1 for ladder in UNSOUND})


class SecondReaderOnIsc(SecondReader):
    topology, frame_class, meaning = "isc", IscFrame, MEANING_ON_ISC

    def assert_header(self, frame):
        self.assertEqual(int(frame["sip.Content-Length"]), len(frame.body), frame)
        branches = frame["sip.Via.branch"].split(";")
        self.assertTrue(all(b.startswith("z9hG4bK") for b in branches), frame)
        self.assertEqual(len(set(branches)), len(branches), frame)
        self.assertTrue(frame["sip.from.tag"], frame)
        if frame["sip.Status-Code"]:
            self.assertTrue(frame["sip.to.tag"], frame)
            granted = frame["sip.CSeq.method"] == "SUBSCRIBE" and frame["sip.Status-Code"] == "200"
            self.assertEqual(bool(frame["sip.Contact"]), granted, frame)
            self.assertEqual(bool(frame["sip.Expires"]), granted, frame)
            self.assertEqual(frame.body, b"", frame)
            return
        self.assertEqual(frame["sip.CSeq.method"], frame["sip.Method"], frame)
        if frame.of_peer:
            self.assertEqual(frame["sip.from.addr"], PEER, frame)
            self.assertEqual(frame["sip.to.addr"], frame["sip.r-uri"], frame)
            self.assertEqual(frame["sip.Contact"], "", frame)
            return
        number = str(MSISDN_BASE + frame.ue)
        if frame["sip.Method"] == "MESSAGE":
            self.assertEqual(len(branches), 3, frame)  # S-CSCF, P-CSCF, UE
            self.assertEqual(frame["sip.Max-Forwards"], "68", frame)
            self.assertEqual(frame["sip.ppi.addr"], "", frame)
            self.assertIn(frame.impu, frame["sip.pai.addr"], frame)
            self.assertIn(f"{GATEWAY};lr", frame["sip.Route"], frame)
            self.assertIn(frame["sip.Call-ID"] + "@", frame["sip.Route"], frame)
            self.assertEqual(frame["sip.Contact"], "", frame)
            self.assertEqual(frame["sip.to.addr"], frame["sip.r-uri"], frame)
            is_sms = frame["sip.Content-Type"] == SMS_TYPE
            self.assertEqual(bool(frame["gsm_a.rp.rp_message_reference"]), is_sms, frame)
            return
        self.assertEqual(frame["sip.Max-Forwards"], "70", frame)
        if frame["sip.Method"] == "NOTIFY":
            self.assertTrue(frame["sip.to.tag"], frame)
            self.assertEqual(frame["sip.Event"], "reg", frame)
            root = xml.etree.ElementTree.fromstring(frame.body)
            self.assertEqual(int(root.get("version")), int(frame["sip.CSeq.seq"]) - 1, frame)
            self.assertEqual(root[0].get("aor"), frame.impu, frame)
            return
        self.assertEqual(frame["sip.to.tag"], "", frame)
        self.assertIn(frame["sip.from.addr"], frame["sip.Contact"], frame)
        if frame["sip.Content-Type"].startswith("multipart/mixed"):
            self.assertEqual(frame.embedded, ("REGISTER;REGISTER", "200"), frame)
        if int(frame["sip.Expires"]):
            self.assertIn(b"<service-info>" + number.encode() + b"</service-info>", frame.body)


if __name__ == "__main__":
    if shutil.which("tshark") is None:
        print("tshark is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
