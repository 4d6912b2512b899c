"""The conformance suite against a short message service made of Debian's Kamailio and smsops.

`rung check` runs to its end, whatever Kamailio does. What it finds is compared with expected.json,
where each finding was confirmed by hand; tshark confirms the octets anew from the captures of this
run, and reads all that we send clean but for what we spoil on purpose.

The test enters a network of its own: Kamailio's port and ours are free there.
"""

import collections
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

from peers import (
    Dissector,
    Expectations,
    Peer,
    need,
    rung_program,  # noqa: E402
    skip,
    wait_until_served,
    workspace,
)

PORT = 5060
UE_PORT = 6000
FAILED = 1
BARRED_BASE = 12125900000
# Ladders that see the outcome of a delivery in a status report, which the module cannot write: what
# they send is sent all the same, and ends without a report.
REPORTED = [
    "wrong_in_reply_to",
    "wrong_rp_mr",
    "foreign_report",
    "report_twice",
    "report_before_200",
    "late_report",
    "delivery_refused",
    "recipient_603",
]
# Besides '-' (23.040-tp-f) nothing may fail there but what rests on that report alone.
CHANGED_OR_UNREPORTED = {"23.040-tp-f", "24.341-5.3.3.4.4-g"}
# Why ladders of the network side are not run: Kamailio has no MAP.
NO_LINK = "needs a link"
# Requests of ours that no dissector takes for sound.
SPOILT = {
    "reserved_mti",
    "truncated_rpdu",
    "short_content_length",
    "truncated_tpdu",
    "empty_body",
    "oversized_body",
    "long_content_length",
    "without_call_id",
    "without_cseq",
    "without_to",
    "without_from",
    "without_from_tag",
}
ATTEMPTS = 3


def in_a_network_of_its_own():
    """Runs this program again in a namespace where it is alone."""
    if "RUNG_OWN_NETWORK" in os.environ:
        return
    # As root without a user namespace: there the memory that io_uring locks is scarce.
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    probe = subprocess.run(["unshare", *user, "--net", "true"], capture_output=True)
    if probe.returncode != 0:
        skip("no network namespace to be had here")
    os.environ["RUNG_OWN_NETWORK"] = "1"
    script = 'ip link set lo up && exec "$@"'
    words = ["unshare", *user, "--net", "sh", "-c", script, "sh"]
    os.execvp(words[0], [*words, sys.executable, "-B", *sys.argv])


def start_kamailio(work):
    # fm: the default memory manager takes seven times as long.
    command = [
        "kamailio",
        "-f",
        os.path.join(HERE, "smsops.cfg"),
        "-l",
        f"udp:127.0.0.1:{PORT}",
        "-A",
        f'BARRED="^{str(BARRED_BASE)[:6]}"',
        "-x",
        "fm",
        "-X",
        "fm",
        "-m",
        "256",
        "-M",
        "64",
        "-b",
        "4194304",
        "-DD",
        "-E",
        "-Y",
        work,
        "-P",
        os.path.join(work, "kamailio.pid"),
    ]
    peer = Peer("kamailio", command, work)
    wait_until_served(PORT, peer)
    return peer


FIELDS = [
    "frame.number",
    "ip.src",
    "frame.protocols",
    "_ws.malformed",
    "_ws.expert.severity",
    "gsm_sms.sms_text",
]


class Frame(collections.namedtuple("Frame", "number source protocols malformed severity text")):
    def from_us(self):
        return self.source != "127.0.0.1"

    def sound(self):
        ERROR = 8388608
        errors = [s for s in self.severity.split("|") if s and int(s) >= ERROR]
        return "sip" in self.protocols and not self.malformed and not errors


class Suite:
    """One `rung check` in the background, and what it left."""

    def __init__(self, work, name, *words):
        self.directory = os.path.join(work, name)
        command = [
            rung_program(),
            "check",
            "--plain",
            "--run-dir",
            self.directory,
            "--target",
            f"sip:127.0.0.1:{PORT}",
            "--digest",
            "true",
            *words,
        ]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def wait(self, seconds):
        try:
            self.text, self.said = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            sys.exit(f"the suite did not end within {seconds} s")
        self.code = self.process.returncode
        with open(os.path.join(self.directory, "suite.json")) as file:
            self.result = json.load(file)
        self.places = {row["name"]: self.directory for row in self.result["ladders"]}
        return self

    def take_over(self, other):
        """What another suite says of some of the ladders counts in place of what this one does."""
        names = {row["name"] for row in other.result["ladders"]}
        self.places.update({name: other.directory for name in names})
        for part, key in (("ladders", "name"), ("findings", "ladder")):
            # A finding on a target that was lost names every ladder that it cut short.
            kept = [row for row in self.result[part] if not names.issuperset(row[key].split(", "))]
            self.result[part] = kept + other.result[part]
        self.frames.cache_clear()

    def await_progress(self, word, seconds=60):
        """Reads what the suite says until a line holds `word`."""
        end, said = time.monotonic() + seconds, []
        for line in self.process.stderr:
            if word in line:
                return
            if time.monotonic() > end:
                break
            said.append(line)
        sys.exit(f"the suite never said '{word}': {said}")

    def verdict(self, ladder):
        return next(row for row in self.result["ladders"] if row["name"] == ladder)["verdict"]

    def judged(self):
        """(ladder, requirement): its verdict there."""
        return {
            (row["name"], cell["requirement"]): cell["verdict"]
            for row in self.result["ladders"]
            for cell in row["judgements"]
        }

    def failed(self):
        return {pair for pair, verdict in self.judged().items() if verdict == "fail"}

    def unsettled(self, expected):
        """Ladders in which something was left open, or failed, that no list says: on a machine with
        other work to do a late answer is nobody's."""
        listed = {
            (ladder, row["requirement"])
            for row in expected["findings"]
            for ladder in row["ladders"] + row.get("at_times", [])
        }
        hyphens = {row["requirement"] for row in expected["findings"] if row.get("hyphens")}
        silent = {ladder for row in expected["undecided"] for ladder in row["ladders"]}
        open_ = {
            ladder
            for (ladder, requirement), verdict in self.judged().items()
            if verdict == "inconclusive"
            or (
                verdict == "fail"
                and (ladder, requirement) not in listed
                and requirement not in hyphens
            )
        }
        open_ |= {
            row["name"]
            for row in self.result["ladders"]
            if row["verdict"] == "inconclusive" or row["sessions"]["aborted"]
        }
        return sorted(open_ - silent)

    def left_open(self):
        return {pair for pair, verdict in self.judged().items() if verdict == "inconclusive"}

    def findings(self):
        return [f for f in self.result["findings"] if f["verdict"] == "fail"]

    def ladders_played(self):
        return [row["name"] for row in self.result["ladders"] if row["directory"]]

    def capture(self, ladder):
        return Dissector(os.path.join(self.places[ladder], ladder, "capture.pcapng"), [PORT])

    @functools.cache
    def frames(self, ladder):
        """Every frame of a ladder's capture, as tshark reads it."""
        return [Frame(*row) for row in self.capture(ladder).rows("udp", FIELDS)]


def whole_suite(work, expected):
    """All ladders, those of barred UEs with numbers of their own, and those whose outcome only a
    status report would tell: side by side against one Kamailio."""
    with start_kamailio(work) as kamailio:
        ports = iter(range(UE_PORT, 60000, 200))
        whole = Suite(work, "whole", "--ue-port", str(next(ports)))
        barred = Suite(
            work,
            "barred",
            "barred_sender",
            "--ue-port",
            str(next(ports)),
            "--msisdn-base",
            str(BARRED_BASE),
            "--barred",
            f"{BARRED_BASE}..{BARRED_BASE + 9999}",
        )
        reported = Suite(
            work,
            "reported",
            *REPORTED,
            "--vouch",
            "all",
            "--ue-port",
            str(next(ports)),
            "--msisdn-base",
            "12125100000",
        )
        suites = [suite.wait(200) for suite in (whole, barred, reported)]
        # Each of those is played again, alone: what stands is what it does then.
        for attempt in range(ATTEMPTS):
            late = whole.unsettled(expected)
            if not late:
                break
            print(f"played again: {', '.join(late)}")
            whole.take_over(
                Suite(
                    work,
                    f"again{attempt}",
                    *late,
                    "--jobs",
                    "1",
                    "--ue-port",
                    str(next(ports)),
                    "--msisdn-base",
                    str(12125200000 + 1000 * attempt),
                ).wait(200)
            )
        if kamailio.process.poll() is not None:
            sys.exit(f"Kamailio ended by itself:\n{kamailio.log()}")
        return suites, kamailio


def compare(expect, whole, expected):
    """What failed, and where, is what the list says: no more and no less."""
    wanted = set()
    for row in expected["findings"]:
        for ladder in row["ladders"]:
            wanted.add((ladder, row["requirement"]))
    # What is a matter of milliseconds there shows in some runs and not in others.
    at_times = {
        (ladder, row["requirement"])
        for row in expected["findings"]
        for ladder in row.get("at_times", [])
    }
    hyphens = {row["requirement"] for row in expected["findings"] if row.get("hyphens")}
    for ladder in whole.ladders_played():
        if any("à" in row.text for row in whole.frames(ladder)):
            wanted |= {(ladder, r) for r in hyphens if (ladder, r) in whole.judged()}
    expect.equal("failed and in no list", sorted(whole.failed() - wanted - at_times), [])
    # What a busy machine left open in every attempt is neither.
    expect.equal("listed and not failed", sorted(wanted - whole.failed() - whole.left_open()), [])
    paths = {}
    for row in expected["findings"]:
        paths.setdefault(row["requirement"], set()).update(row["paths"])
    for finding in whole.findings():
        known = paths.get(finding["requirement"], set())
        expect.true(
            f"{finding['requirement']} failed in {finding['ladder']} at "
            f"'{finding['path']}', where nobody confirmed it",
            finding["path"] in known,
        )


def compare_undecided(expect, whole, expected):
    """Ladders without a verdict: each is listed with its reason."""
    undecided = {
        row["name"]: row["verdict"]
        for row in whole.result["ladders"]
        if row["verdict"] in ("inconclusive", "none") and not row["reason"].startswith(NO_LINK)
    }
    listed = {}
    for row in expected["undecided"]:
        listed.update({ladder: row["verdict"] for ladder in row["ladders"]})
    for row in expected["findings"]:
        for ladder in row["ladders"]:
            if (ladder, row["requirement"]) in whole.left_open():
                undecided.pop(ladder, None)
    expect.equal("ladders without a verdict", sorted(undecided.items()), sorted(listed.items()))
    for row in whole.result["ladders"]:
        if row["verdict"] in ("inconclusive", "none"):
            expect.true(f"{row['name']} is undecided and does not say why", row["reason"] != "")


def dissect(expect, suite):
    """tshark reads every capture to its end, and all that we sent as sound."""
    for ladder in suite.ladders_played():
        frames = suite.frames(ladder)
        with open(os.path.join(suite.places[ladder], ladder, "result.json")) as file:
            totals = json.load(file)["totals"]
        expect.equal(
            f"frames of {ladder}", len(frames), totals["sip_sent"] + totals["sip_received"]
        )
        bad = [frame.number for frame in frames if frame.from_us() and not frame.sound()]
        expect.equal(
            f"frames of ours in {ladder} that tshark calls unsound",
            bad,
            [bad[0]] if ladder in SPOILT and bad else [],
        )


def confirm(expect, whole, expected):
    """Each finding's field as tshark reads it in the frame that the finding names."""
    for row in expected["findings"]:
        shown = row.get("tshark")
        if shown is None:
            continue
        for ladder in row["ladders"]:
            capture = whole.capture(ladder)
            frames = [
                f["frame"]
                for f in whole.findings()
                if f["ladder"] == ladder
                and f["requirement"] == row["requirement"]
                and f["path"] in row["paths"]
            ]
            expect.true(f"{row['requirement']} in {ladder} names no frame", len(frames) > 0)
            seen = {int(number) for number, in capture.rows(shown, ["frame.number"])}
            expect.true(
                f"{row['requirement']} in {ladder}: tshark sees '{shown}' in {sorted(seen)},"
                f" the finding is of {frames}",
                bool(seen & set(frames)),
            )


def check_whole(work, expected):
    suites, kamailio = whole_suite(os.path.join(work, "whole"), expected)
    whole, barred, reported = suites
    expect = Expectations()
    expect.equal("exit code of the suite", whole.code, FAILED)
    compare(expect, whole, expected)
    compare_undecided(expect, whole, expected)
    expect.equal("verdict on a barred sender", barred.verdict("barred_sender"), "pass")
    unknown = {
        (ladder, requirement)
        for ladder, requirement in reported.failed()
        if requirement not in CHANGED_OR_UNREPORTED
    }
    expect.equal("failed where only a status report is missing", sorted(unknown), [])
    for ladder in REPORTED:
        expect.true(
            f"{ladder} passed without its status report", reported.verdict(ladder) != "pass"
        )
    log = kamailio.log()
    for sign in ("CRITICAL", "BUG", "segfault"):
        expect.true(f"Kamailio's log says {sign}", sign not in log)
    for suite in suites:
        dissect(expect, suite)
    confirm(expect, whole, expected)
    expect.finish(whole.text)
    print(
        f"{len(whole.failed())} findings, all of them known: "
        f"{', '.join(sorted({requirement for _, requirement in whole.failed()}))}"
    )


def check_crash(work):
    """A target that dies ends neither the suite nor its report."""
    work = os.path.join(work, "crash")
    with start_kamailio(work) as kamailio:
        suite = Suite(
            work,
            "suite",
            "mo_sms",
            "mo_to_mt",
            "resend",
            "recipient_404",
            "to_unregistered",
            "--jobs",
            "1",
            "--silence-max",
            "1s",
            "--ue-port",
            str(UE_PORT),
        )
        suite.await_progress(" pass ")
        os.killpg(kamailio.process.pid, signal.SIGKILL)
        suite.wait(60)
    expect = Expectations()
    expect.equal("exit code of a suite whose target died", suite.code, FAILED)
    expect.equal("verdict", suite.result["verdict"], "fail")
    verdicts = [row["verdict"] for row in suite.result["ladders"]]
    expect.true(f"verdicts {verdicts} tell of no loss", "inconclusive" in verdicts)
    expect.true("nothing passed before the loss", "pass" in verdicts)
    for name in ("summary.txt", "report.html"):
        expect.true(f"no {name}", os.path.exists(os.path.join(suite.directory, name)))
    for row in suite.result["ladders"]:
        if row["verdict"] == "inconclusive":
            expect.true(f"{row['name']} does not say why", row["reason"] != "")
    expect.finish(suite.text)


def main():
    need("kamailio", "kamailio")
    need("unshare", "util-linux")
    need("ip", "iproute2")
    need("tshark", "tshark")
    in_a_network_of_its_own()
    with open(os.path.join(HERE, "expected.json")) as file:
        expected = json.load(file)
    with workspace("kamailio-check") as work:
        for place in ("whole", "crash"):
            os.mkdir(os.path.join(work, place))
        check_crash(work)
        check_whole(work, expected)


if __name__ == "__main__":
    main()
