"""Links that break under load, over SCTP in UDP: whatever the gateway's end or the way to it does,
the run ends in time with a verdict and a report, counters name what happened, and sessions and
dialogues are accounted for."""
import contextlib
import itertools
import signal
import struct
import time

import harness
from harness import FAIL, INCONCLUSIVE, PASS, RungTest
from link_test import link_flags
from sctp_meddler import Meddler

OURS, THEIRS = "127.210.0.1", "127.210.0.2"
TOWARDS_US, TOWARDS_THEM = "127.211.0.1", "127.211.0.2"
TRANSFER, DATA = 1, 1
ASPSM, BEAT_ACK = 3, 6
SSNM, DUNA, DAVA = 2, 1, 2
AFFECTED, PROTOCOL_DATA = 0x0012, 0x0210
SECONDS = 4


def is_data(message):
    return message[2] == TRANSFER and message[3] == DATA


def ssnm(kind, point_code):
    parameter = struct.pack(">HHI", AFFECTED, 8, point_code)
    return struct.pack(">BBBBI", 1, 0, SSNM, kind, 8 + len(parameter)) + parameter


def sccp_at(message):
    """Where the SCCP message begins: behind the header of protocol data and its label."""
    at = 8
    while True:
        tag, length = struct.unpack_from(">HH", message, at)
        if tag == PROTOCOL_DATA:
            return at + 4 + 12
        at += length + 3 & ~3


def tcap_at(message):
    """Of a UDT, by its pointer to data (Q.713 4.10)."""
    pointer = sccp_at(message) + 4
    return pointer + message[pointer] + 1


def put(message, at, octets):
    return message[:at] + octets + message[at + len(octets) :]


def with_tcap(message, tcap):
    """The same UDT with another TCAP message, its lengths put right."""
    at = tcap_at(message)
    parameter = sccp_at(message) - 12 - 4
    unit = message[parameter + 4 : at - 1] + bytes([len(tcap)]) + tcap
    body = message[8:parameter] + struct.pack(">HH", PROTOCOL_DATA, 4 + len(unit)) + unit
    body += bytes(-len(body) % 4)
    return message[:4] + struct.pack(">I", 8 + len(body)) + body


def transaction_ids(tcap):
    """Tags 0x48 (OTID) and 0x49 (DTID) of a TCAP message, as they stand behind its length."""
    at, found = 2 if tcap[1] < 0x80 else 2 + (tcap[1] & 0x7F), {}
    while at < len(tcap) and tcap[at] in (0x48, 0x49):
        size = tcap[at + 1]
        found[tcap[at]] = tcap[at + 2 : at + 2 + size]
        at += 2 + size
    return found


def p_abort(message):
    """A P-Abort in place of what the gateway says to a dialogue of ours; its Begins pass."""
    ids = transaction_ids(message[tcap_at(message) :])
    if 0x49 not in ids:
        return message
    content = bytes([0x49, len(ids[0x49])]) + ids[0x49] + b"\x4a\x01\x04"
    return with_tcap(message, bytes([0x67, len(content)]) + content)


def each(number, spoil):
    """Applies `spoil` to every so many DATA of the gateway."""
    seen = 0

    def apply(to_rung, message):
        nonlocal seen
        if not to_rung or not is_data(message):
            return message
        seen += 1
        return spoil(message) if seen % number == 0 else message

    return apply


class LinkFaultsTest(RungTest):
    @contextlib.contextmanager
    def sut(self):
        link = link_flags(
            "tester",
            role="sg",
            local=THEIRS,
            remote=TOWARDS_THEM,
            point_code=20,
            peer_point_code=10,
        )
        with self.gateway(*link, listen=self.listen) as (process, address):
            self.listen = address  # one that is started again is found where it was
            yield process

    @contextlib.contextmanager
    def run_over(self, meddler, seconds=SECONDS, **keys):
        link = link_flags(
            "sut",
            local=OURS,
            remote=TOWARDS_US,
            point_code=10,
            peer_point_code=20,
            back_off_min="200ms",
            **keys,
        )
        words = ["--mix", "net_mo=1, net_mt=1", "--target", self.listen]
        words += ["--ues", 200, "--rate", 50, "--duration", f"{seconds}s", "--drain", "30s"]
        began = time.monotonic()
        with self.start_load(*words, *link) as run:
            self.await_measuring(run)
            yield run
            self.done = run.wait(timeout=120)
        self.assertLess(time.monotonic() - began, seconds + 60)

    def setUp(self):
        super().setUp()
        self.listen = "127.0.0.1:0"
        self.done = None

    @contextlib.contextmanager
    def meddler(self):
        with Meddler(OURS, THEIRS, TOWARDS_US, TOWARDS_THEM) as meddler:
            yield meddler

    def assert_accounted(self, *codes):
        """The result of a run that ended by itself: whole, and nothing is missing in it. Whether it
        failed is up to what its ladders demand."""
        self.assertIn(self.done.code, codes or (PASS, FAIL, INCONCLUSIVE), self.done)
        result = self.assert_report(self.done)
        for ladder in result["ladders"]:
            sessions = dict(ladder["sessions"])
            started = sessions.pop("started")
            self.assertEqual(started, sum(sessions.values()), ladder)
        totals = result["totals"]
        ends = ("closed", "aborted", "given_up")
        self.assertEqual(
            totals["dialogues_opened"], sum(totals["dialogues_" + end] for end in ends), totals
        )
        self.link = result["links"][0]["counts"]
        self.sessions = {
            row["name"]: row["sessions"]
            for row in result["ladders"]
            if row["name"].startswith("net_")
        }
        self.passed = sum(row["passed"] for row in self.sessions.values())
        self.started = sum(row["started"] for row in self.sessions.values())
        return result

    def test_an_aborted_association_comes_back(self):
        with self.meddler() as meddler, self.sut():
            with self.run_over(meddler):
                meddler.abort()

        result = self.assert_accounted()
        self.assertEqual((self.link["downs"], self.link["ups"]), (1, 1))
        self.assertTrue(result["links"][0]["active"])
        self.assertGreater(self.passed, self.started / 2)
        self.assertIn("link sut: association lost", " ".join(result["notes"]))

    def test_a_gateway_that_is_killed_and_started_again_is_met_anew(self):
        with self.meddler() as meddler, self.sut() as first, contextlib.ExitStack() as second:
            with self.run_over(meddler, seconds=10):
                first.signal(signal.SIGKILL)
                first.popen.wait()
                second.enter_context(self.sut())

        result = self.assert_accounted()
        self.assertGreaterEqual(self.link["downs"], 1)
        self.assertTrue(result["links"][0]["active"], self.done)
        self.assertLess(self.passed, self.started)

    def test_a_moment_of_silence_costs_nothing(self):
        with self.meddler() as meddler, self.sut():
            with self.run_over(meddler):
                meddler.silent = True
                time.sleep(0.7)
                meddler.silent = False

        self.assert_accounted(PASS)
        self.assertEqual(self.passed, self.started)
        self.assertEqual(self.link["downs"], 0)

    def test_a_silent_path_ends_the_run_with_a_verdict(self):
        with self.meddler() as meddler, self.sut():
            with self.run_over(meddler):
                meddler.silent = True

        self.assert_accounted()
        self.assertLess(self.passed, self.started)

    def test_an_unavailable_point_code_gets_nothing_until_it_is_available(self):
        kinds = []

        def spoil(to_rung, message):
            if to_rung and (message[2], message[3]) == (ASPSM, BEAT_ACK):
                kinds.append(None)
                if len(kinds) in (4, 6):
                    return ssnm(DUNA if len(kinds) == 4 else DAVA, 20)
            return message

        with self.meddler() as meddler, self.sut():
            meddler.spoil = spoil
            with self.run_over(meddler, heartbeat="500ms"):
                pass

        self.assert_accounted()
        self.assertGreater(self.link["unavailable"], 0)
        self.assertEqual(self.link["downs"], 0)
        self.assertGreater(self.passed, self.started / 2)

    def spoilt(self, spoil):
        with self.meddler() as meddler, self.sut():
            meddler.spoil = each(10, spoil)
            with self.run_over(meddler):
                pass
        result = self.assert_accounted()
        self.assertEqual(self.link["downs"], 0)
        self.assertGreater(self.passed, self.started / 3)
        self.assertLess(self.passed, self.started)
        return result["totals"]

    def test_what_nobody_can_read_is_counted_by_its_layer(self):
        spoils = itertools.cycle(
            [
                lambda message: put(message, 2, b"\x7e"),  # M3UA: no such class
                lambda message: put(message, sccp_at(message), b"\xee"),  # SCCP: no such type
                lambda message: put(message, tcap_at(message) + 1, b"\x7f"),  # TCAP: too long
            ]
        )
        totals = self.spoilt(lambda message: next(spoils)(message))
        self.assertGreater(self.link["errors_sent"], 0)
        self.assertGreater(totals["map_malformed"], self.link["errors_sent"])

    def test_aborted_dialogues_are_counted(self):
        totals = self.spoilt(p_abort)
        self.assertGreater(totals["dialogues_aborted"], 0)


if __name__ == "__main__":
    harness.main()
