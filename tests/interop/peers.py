"""Shared by the tests with real peers: processes that end with the test, runs of rung, and tshark
as the second reader of their captures."""

import contextlib
import ctypes
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
RUN_INVALID = 4  # the generator was the limit, not the peer
UE_NETWORK = "127.64.0.0/10"


def skip(reason):
    print(reason)
    sys.exit(SKIPPED)


def need(program, package):
    if shutil.which(program) is None:
        skip(f"{program} is not installed (Debian's package {package})")


def rung_program():
    program = os.environ.get("RUNG_PROGRAM", "build/release/rung")
    if not os.access(program, os.X_OK):
        sys.exit(f"no program at '{program}': RUNG_PROGRAM names it")
    return program


def free_ports(count):
    """UDP ports nobody holds on any address, below the range the kernel picks from."""
    found = []
    while len(found) < count:
        port = random.randint(20000, 30000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            with contextlib.suppress(OSError):
                probe.bind(("0.0.0.0", port))
                if port not in found:
                    found.append(port)
    return found


@contextlib.contextmanager
def workspace(name):
    """A directory that goes when the test passes, and stays for the curious when it fails."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    path = tempfile.mkdtemp(prefix=f"rung-{name}-")
    try:
        yield path
    except BaseException as error:
        if isinstance(error, SystemExit) and error.code in (0, SKIPPED):
            shutil.rmtree(path, ignore_errors=True)
        else:
            print(f"what the test left: {path}")
        raise
    shutil.rmtree(path, ignore_errors=True)


def _end_with_parent():
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Peer:
    """A process in a group of its own, which ends with the `with` block."""

    def __init__(self, name, command, work):
        self.name = name
        self.log_path = os.path.join(work, f"{name}.log")
        self._log = open(self.log_path, "wb")
        self.process = subprocess.Popen(command, cwd=work, stdin=subprocess.DEVNULL,
                                        stdout=self._log, stderr=subprocess.STDOUT,
                                        start_new_session=True, preexec_fn=_end_with_parent)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        # Whoever of the group outlived its leader.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def wait(self, seconds):
        return self.process.wait(timeout=seconds)

    def stop(self, how=signal.SIGTERM, seconds=10):
        """Ends it; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self._log.close()
        return self.process.returncode


def wait_until_served(port, peer, seconds=10, kind=socket.SOCK_DGRAM):
    """Returns once somebody holds the port on 127.0.0.1: of UDP, or of TCP by SOCK_STREAM."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if peer.process.poll() is not None:
            sys.exit(f"{peer.name} ended at once:\n{peer.log()}")
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return
        time.sleep(0.05)
    sys.exit(f"{peer.name} did not serve port {port}:\n{peer.log()}")


class Run:
    """One `rung run`: exit code, result.json, capture."""

    def __init__(self, work, options, seconds=200, attempts=3):
        for attempt in range(attempts):
            directory = os.path.join(work, f"run{attempt}")
            command = [rung_program(), "run", "--plain", "--run-dir", directory, *options]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=seconds,
                                  preexec_fn=_end_with_parent)
            self.text = done.stdout.decode(errors="replace")
            self.code = done.returncode
            if self.code != RUN_INVALID:
                break
            print(f"run {attempt + 1} of at most {attempts} was invalid: this machine was too busy")
        path = os.path.join(directory, "result.json")
        if not os.path.exists(path):
            sys.exit(f"rung left no result ({self.code}):\n{done.stderr.decode(errors='replace')}")
        with open(path) as file:
            self.result = json.load(file)
        self.totals = self.result["totals"]
        self.capture = os.path.join(directory, "capture.pcapng")

    def failed(self):
        """Ids of the requirements that failed."""
        return {r["id"] for r in self.result["requirements"] if r["counts"]["fail"] > 0}

    def judged(self, requirement, verdict):
        rows = [r for r in self.result["requirements"] if r["id"] == requirement]
        return rows[0]["counts"][verdict]

    def sessions(self, ladder):
        return next(l["sessions"] for l in self.result["ladders"] if l["name"] == ladder)


class Expectations:
    """Collects what is not as it should be, so that one look shows all of it."""

    def __init__(self):
        self.broken = []

    def equal(self, what, actual, expected):
        if actual != expected:
            self.broken.append(f"{what}: {actual}, expected {expected}")

    def true(self, what, condition):
        if not condition:
            self.broken.append(what)

    def finish(self, context=""):
        if not self.broken:
            return
        print(context)
        sys.exit("\n".join(f"broken: {line}" for line in self.broken))


def compare_findings(expect, run, path):
    """The requirements that failed are those of the committed list, each where the list says."""
    with open(path) as file:
        expected = json.load(file)["findings"]
    by_id = {row["requirement"]: row for row in expected}
    expect.equal(f"failed requirements (against {os.path.basename(path)})", sorted(run.failed()),
                 sorted(by_id))
    places = {(f["requirement"], f["ladder"], f["path"]) for f in run.result["findings"]}
    for requirement, ladder, field in sorted(places):
        row = by_id.get(requirement)
        if row is not None:
            expect.true(f"{requirement} failed in {ladder} at {field}, where nobody confirmed it",
                        ladder in row["ladders"] and field == row["path"])


def is_sound(expect, run):
    """What holds for every run on a path without loss, whatever the peer does."""
    expect.equal("messages judged", run.totals["sip_judged"], run.totals["sip_received"])
    expect.equal("reasons for an invalid run", run.result["invalid_reasons"], [])
    for counter in ("sip_strangers", "sip_malformed", "sip_stale", "sessions_inconclusive",
                    "sessions_aborted", "sessions_timed_out", "sessions_refused", "sm_lost",
                    "sm_misdelivered", "sm_ghost", "sm_duplicate"):
        expect.equal(counter, run.totals[counter], 0)


def has_tshark():
    if shutil.which("tshark") is not None:
        return True
    print("tshark is not installed: the captures were not read a second time")
    return False


class Dissector:
    """tshark's reading of a capture in which `ports` carry SIP."""

    def __init__(self, capture, ports):
        self._command = ["tshark", "-n", "-r", capture, "-o", "gsm_sms.reassemble:FALSE"]
        for port in ports:
            self._command += ["-d", f"udp.port=={port},sip"]

    def rows(self, display_filter, fields):
        """One tuple of texts for each frame that fits; several values of a field joined by '|'."""
        command = [*self._command, "-Y", display_filter, "-T", "fields", "-E", "separator=/t",
                   "-E", "occurrence=a", "-E", "aggregator=|"]
        for field in fields:
            command += ["-e", field]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120)
        if done.returncode != 0:
            sys.exit(f"tshark: {done.stderr.decode(errors='replace')}")
        lines = done.stdout.decode().split("\n")
        return [tuple(line.split("\t")) for line in lines if line]

    def count(self, display_filter):
        return len(self.rows(display_filter, ["frame.number"]))

    def expect_well_formed(self, expect, ours):
        """No frame that fits the filter `ours` is malformed or an error to any dissector."""
        ERROR = 8388608
        bad = self.rows(f"({ours}) && (_ws.malformed || _ws.expert.severity >= {ERROR})",
                        ["frame.number", "_ws.expert.message"])
        expect.equal("malformed frames of ours", bad[:5], [])
        expect.equal("frames of ours that are not SIP", self.count(f"({ours}) && !sip"), 0)
