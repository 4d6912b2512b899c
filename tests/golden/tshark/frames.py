"""What tshark makes of a capture: datagrams of SIP and units of MAP, each in the words of
meanings.py."""
import re
import subprocess
import xml.etree.ElementTree

from meanings import shape

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
