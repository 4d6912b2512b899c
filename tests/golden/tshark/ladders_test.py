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

from ladder_texts import ROOT, read_ladders
from meanings import MEANING, MEANING_ON_ISC, MODEL_ANSWERS, UNITS, shape

PROGRAM = os.environ.get("RUNG_PROGRAM", "build/release/rung")

# The profile's defaults: what our UEs are called, and whom they speak to.
MSISDN_BASE = 12125000000
UES = 60
FOREIGN = str(MSISDN_BASE + UES)
SC_ADDRESS = "12125550000"
SMS_TYPE = "application/vnd.3gpp.sms"
# The gateway of another IMS network (TS 24.341 B.7).
PEER = "sip:ipsmgw.home2.net"
SC_PSI, GATEWAY, REGISTRAR = "sip:sc.home1.net", "sip:ipsmgw.home1.net", "sip:home1.net"
OTHER_SC = "12125550099"

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

# tshark shows a binary body as text as well and wonders at what follows its first NUL.
HARMLESS = {"", "Trailing stray characters"}
WARNING = 0x600000

FIELDS = """
frame.number frame.packet_flags_direction frame.protocols ip.src udp.payload
_ws.malformed _ws.expert.message
_ws.expert.severity
sip.Method sip.Status-Code sip.r-uri sip.Call-ID sip.CSeq.method sip.CSeq.seq sip.Via.branch
sip.from.addr sip.from.tag
sip.to.addr sip.to.tag sip.ppi.addr sip.pai.addr sip.In-Reply-To sip.Max-Forwards sip.Content-Type
sip.Content-Length
sip.Contact sip.Route sip.Event sip.Subscription-State sip.Expires sip.Supported
sip.auth.username sip.auth.digest.response sip.auth.nc
gsm_a.rp.msg_type gsm_a.rp.rp_message_reference gsm_a.rp.cause gsm_a.dtap.cld_party_bcd_num
gsm_a.dtap.clg_party_bcd_num
gsm_sms.tp-mti gsm_sms.tp-mr gsm_sms.tp-rd gsm_sms.tp-srr gsm_sms.tp-rp gsm_sms.tp-udhi
gsm_sms.tp-vpf
gsm_sms.vp.validity_period gsm_sms.tp-pid gsm_sms.tp-dcs gsm_sms.tp-da gsm_sms.tp-oa gsm_sms.tp-fcs
gsm_sms.dis_field_addr.num_type gsm_sms.dis_field_addr.num_plan gsm_sms.tp.user_data_length
gsm_sms.sms_text
gsm_sms.sms_body gsm_sms.udh.mm.msg_id gsm_sms.udh.mm.msg_parts gsm_sms.udh.mm.msg_part
tcap.begin_element tcap.end_element tcap.continue_element tcap.abort_element tcap.p_abortCause
tcap.application_context_name gsm_map.old.Component gsm_old.localValue
gsm_map.er.sm_EnumeratedDeliveryFailureCause gsm_map.er.absentSubscriberDiagnosticSM
gsm_map.er.callBarringCause gsm_map.er.imsi
gsm_map.sm.networkNode_Number gsm_map.sm.gprsNodeIndicator_element gsm_map.sm.sgsn_Number
gsm_map.sm.moreMessagesToSend_element gsm_map.sm.smDeliveryTimer gsm_map.ms.serviceCentreAddress
""".split()


RP_TYPES = {
    0: "RP-DATA",
    1: "RP-DATA",
    2: "RP-ACK",
    3: "RP-ACK",
    4: "RP-ERROR",
    5: "RP-ERROR",
    6: "RP-SMMA",
}
# TP-MTI by direction, and of a report by what carries it (TS 23.040 9.2.3.1).
TP_SENT = {0: "DELIVER-REPORT", 1: "SUBMIT", 2: "COMMAND"}


def number(text):
    return int(text, 0) if text else 0


class Frame(dict):
    """One datagram as tshark reads it: a text for every field, empty where there is none."""

    @property
    def sent(self):
        return number(self["frame.packet_flags_direction"]) & 3 == 2

    @property
    def ue(self):
        """Number of the UE whose address sent it."""
        a, b, c, d = map(int, self["ip.src"].split("."))
        return ((a << 24 | b << 16 | c << 8 | d) - (127 << 24 | 64 << 16)) - 1

    @property
    def impu(self):
        return f"sip:+{MSISDN_BASE + self.ue}@home1.net"

    @property
    def body(self):
        return bytes.fromhex(self["udp.payload"].replace(":", "")).partition(b"\r\n\r\n")[2]

    @property
    def rp(self):
        return RP_TYPES[number(self["gsm_a.rp.msg_type"])] if self["gsm_a.rp.msg_type"] else ""

    @property
    def transaction(self):
        return (
            self["sip.Call-ID"],
            self["sip.CSeq.seq"],
            self["sip.CSeq.method"],
            self["sip.Via.branch"],
        )

    @property
    def complaints(self):
        """What tshark finds wrong with it."""
        experts = zip(self["_ws.expert.message"].split(";"), self["_ws.expert.severity"].split(";"))
        warnings = [message for message, severity in experts if number(severity) >= WARNING]
        wrong = ["malformed"] if self["_ws.malformed"] else []
        if "sip" not in self["frame.protocols"].split(":"):
            wrong.append("no SIP message")
        return wrong + [message for message in warnings if message not in HARMLESS]

    def shape(self):
        """The frame in the words of MEANING."""
        if self["sip.Status-Code"]:
            return shape(status=int(self["sip.Status-Code"]))
        what = {
            "method": self["sip.Method"],
            "to": {
                SC_PSI: "sc",
                GATEWAY: "gateway",
                REGISTRAR: "registrar",
                f"tel:+{OTHER_SC}": "other sc",
            }.get(self["sip.r-uri"], self["sip.r-uri"]),
        }
        if what["method"] == "REGISTER":
            what["whose"] = "own" if self["sip.to.addr"] == self.impu else "peer"
            what["expires"] = int(self["sip.Expires"])
            what["authorized"] = bool(self["sip.auth.digest.response"])
            what["tag"] = self["sip.Contact"].partition(">")[2]
            return shape(**what)
        if self["sip.Content-Type"] != SMS_TYPE:
            return shape(**what, type=self["sip.Content-Type"])
        what["rp"] = self.rp
        if what["rp"] == "RP-ERROR":
            what["cause"] = number(self["gsm_a.rp.cause"])
        if self["gsm_sms.tp-mti"]:
            what["tp"] = TP_SENT.get(number(self["gsm_sms.tp-mti"]), self["gsm_sms.tp-mti"])
        if self["gsm_sms.tp-fcs"]:
            what["fcs"] = number(self["gsm_sms.tp-fcs"])
        if what.get("tp") == "SUBMIT":
            what["called"] = "foreign" if self["gsm_sms.tp-da"] == FOREIGN else "ue"
            what["dcs"] = number(self["gsm_sms.tp-dcs"])
            what["srr"] = number(self["gsm_sms.tp-srr"])
            what["part"] = number(self["gsm_sms.udh.mm.msg_part"])
            what["vpf"] = number(self["gsm_sms.tp-vpf"])
        return shape(**what)

    @property
    def text(self):
        """Characters of the short message; 8-bit data is read as Latin-1."""
        if self["gsm_sms.sms_body"] and not self["gsm_sms.sms_text"]:
            return bytes.fromhex(self["gsm_sms.sms_body"].replace(":", "")).decode("latin-1")
        return self["gsm_sms.sms_text"]


class Unit(Frame):
    """One MAP message as tshark reads it."""

    MESSAGES = ("begin", "end", "continue", "abort")
    COMPONENTS = {1: "invoke", 2: "result", 3: "error", 4: "reject"}
    TP_RECEIVED = {0: "DELIVER", 1: "SUBMIT-REPORT", 2: "STATUS-REPORT"}
    NUMBERS = {
        "p_abort": "tcap.p_abortCause",
        "failure": "gsm_map.er.sm_EnumeratedDeliveryFailureCause",
        "diagnostic": "gsm_map.er.absentSubscriberDiagnosticSM",
        "barring": "gsm_map.er.callBarringCause",
        "timer": "gsm_map.sm.smDeliveryTimer",
        "fcs": "gsm_sms.tp-fcs",
    }
    FLAGS = {
        "imsi": "gsm_map.er.imsi",
        "more": "gsm_map.sm.moreMessagesToSend_element",
        "centre": "gsm_map.ms.serviceCentreAddress",
    }

    @property
    def complaints(self):
        wrong = [] if "tcap" in self["frame.protocols"].split(":") else ["no TCAP message"]
        return wrong + [message for message in super().complaints if message != "no SIP message"]

    def shape(self):
        """The unit in the words of UNITS."""
        message = next(name for name in self.MESSAGES if self[f"tcap.{name}_element"])
        what = {"message": message}
        if self["gsm_map.old.Component"]:
            what["component"] = self.COMPONENTS[number(self["gsm_map.old.Component"])]
        if self["gsm_old.localValue"]:
            what["code"] = number(self["gsm_old.localValue"])
        if message == "begin":
            what["context"] = int(self["tcap.application_context_name"].split(".")[-2])
        what |= {name: number(self[field]) for name, field in self.NUMBERS.items() if self[field]}
        what |= {name: True for name, field in self.FLAGS.items() if self[field]}
        if self["gsm_sms.tp-mti"]:
            what["tp"] = self.TP_RECEIVED[number(self["gsm_sms.tp-mti"])]
        if self["gsm_map.sm.networkNode_Number"]:
            nodes = ["sgsn" if self["gsm_map.sm.gprsNodeIndicator_element"] else "msc"]
            nodes += ["sgsn"] if self["gsm_map.sm.sgsn_Number"] else []
            what["nodes"] = " ".join(nodes)
        return shape(**what)


def told(body):
    """What a reginfo document (RFC 3680) says, in one line for each registration."""
    space = "{urn:ietf:params:xml:ns:reginfo}"
    root = xml.etree.ElementTree.fromstring(body)
    lines = [root.get("state")]
    for registration in root.iter(space + "registration"):
        line = registration.get("state")
        for contact in registration.iter(space + "contact"):
            names = [parameter.get("name") for parameter in contact.iter(space + "unknown-param")]
            line += " " + ",".join([contact.get("state"), contact.get("event"), *names])
        lines.append(line)
    return lines


# Of a message that holds others: what it has itself, so that tshark names its value first.
OUTER = """
sip.Method sip.r-uri sip.Call-ID sip.CSeq.method sip.CSeq.seq sip.Via.branch sip.from.addr
sip.from.tag sip.to.addr sip.Max-Forwards sip.Content-Length sip.Expires sip.Supported
""".split()


class IscFrame(Frame):
    """A datagram between our S-CSCF, which has one address for all UEs, and the gateway."""

    def __init__(self, fields):
        super().__init__(fields)
        # A third-party REGISTER may hold the UE's own and its 200, which tshark reads as well.
        request = not bytes.fromhex(self["udp.payload"].replace(":", "")).startswith(b"SIP/2.0")
        self.embedded = (self["sip.Method"], self["sip.Status-Code"]) if request else ("", "")
        if self.embedded[1]:
            for field in OUTER:
                self[field] = self[field].partition(";")[0]
            for field in ("sip.Status-Code", "sip.to.tag", "sip.auth.digest.response"):
                self[field] = ""

    @property
    def of_peer(self):
        """From another IMS network's gateway."""
        return self["sip.pai.addr"] == PEER

    @property
    def identity(self):
        """Whom the S-CSCF speaks of."""
        if self["sip.Method"] == "REGISTER":
            return self["sip.to.addr"]
        return self["sip.pai.addr" if self["sip.Method"] == "MESSAGE" else "sip.from.addr"]

    @property
    def ue(self):
        named = re.match(r"sip:user\.(\d{8})@", self.identity)
        if named:
            return int(named.group(1))
        return int(re.match(r"sip:\+(\d+)@", self.identity).group(1)) - MSISDN_BASE

    @property
    def impu(self):
        """Of a UE whose name is not its number, too (`given ue named`)."""
        if self.identity.startswith("sip:user."):
            return f"sip:user.{self.ue:08}@home1.net"
        return super().impu

    def shape(self):
        kind = self["sip.Content-Type"].partition(";")[0]
        if self["sip.Method"] == "NOTIFY":
            state = self["sip.Subscription-State"].partition(";")[0]
            return shape(method="NOTIFY", state=state, told=tuple(told(self.body)))
        if self["sip.Method"] == "REGISTER":
            what = dict(super().shape()) | {"type": kind}
            del what["tag"]
            return shape(**what)
        if self.of_peer and self["sip.Method"]:
            return self.peer_shape(kind)
        return super().shape()

    def peer_shape(self, kind):
        """RP-DATA to a mobile, and who it is from and for beside it (TS 24.341 B.7, C.1)."""
        document = self.body[self.body.index(b"<?xml") :].partition(b"\r\n--")[0]
        root = xml.etree.ElementTree.fromstring(document)
        return shape(
            method=self["sip.Method"],
            type=kind,
            rp=self.rp,
            rp_type=number(self["gsm_a.rp.msg_type"]),
            tp=number(self["gsm_sms.tp-mti"]),
            oa=self["gsm_sms.tp-oa"],
            info=(root.tag, *(element.tag for element in root)),
            to_recipient=root.findtext("To") == self["sip.r-uri"],
        )


def base64_number(text):
    """A number of the token that every short message carries: 6 bits a character."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
    value = 0
    for character in text:
        value = value << 6 | alphabet.index(character)
    return value


def dissect(capture, frame_class):
    """Every datagram and unit of a capture as tshark reads it."""
    command = ["tshark", "-r", capture, "-T", "fields", "-o", "gsm_sms.reassemble:FALSE"]
    command += ["-o", "sctp.tsn_analysis:FALSE"]  # of several runs behind each other
    command += ["-E", "separator=/t", "-E", "aggregator=;"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    frames = []
    for line in done.stdout.splitlines():
        fields = dict(zip(FIELDS, line.split("\t")))
        is_unit = "m3ua" in fields["frame.protocols"].split(":")
        frames.append((Unit if is_unit else frame_class)(fields))
    return frames


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
                    self.assertEqual(original["gsm_sms.tp-oa"], FOREIGN, original)
                    sender = FOREIGN
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
