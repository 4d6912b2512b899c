"""What the tests of the whole program share: runs of it, ports of their own, a directory that goes
away.

RUNG_PROGRAM names the program. Every process started here is in a group of its own that ends with
the test, whatever the test does.
"""
import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.environ.get("RUNG_PROGRAM", "build/release/rung")
ROOT = pathlib.Path(__file__).resolve().parents[2]

PASS, FAIL, USAGE, ENVIRONMENT, INVALID, INCONCLUSIVE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

# Tests share the machine with others: only what a test is about may make its run invalid.
CALM = ("--lateness-max", "10s", "--cpu-max", "1")


class Done:
    """One finished process, and of a run what it left in its directory."""

    def __init__(self, code, out, err, directory=None):
        self.code, self.out, self.err, self.directory = code, out, err, directory

    @property
    def result(self):
        return json.loads((self.directory / "result.json").read_text())

    @property
    def summary(self):
        return (self.directory / "summary.txt").read_text()

    def __str__(self):
        return f"exit code {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def rung(*words, timeout=60):
    """Runs the program to its end."""
    done = subprocess.run(
        [PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=timeout, cwd=ROOT
    )
    return Done(done.returncode, done.stdout, done.stderr)


class Process:
    """The program in the background; `with` ends it and all it started."""

    def __init__(self, *words, directory=None, **kwargs):
        self.directory = directory
        self.popen = subprocess.Popen(
            [PROGRAM, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
            **kwargs,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.communicate()

    def signal(self, number):
        self.popen.send_signal(number)

    def wait(self, timeout=60):
        out, err = self.popen.communicate(timeout=timeout)
        return Done(self.popen.returncode, out, err, self.directory)


def free_port():
    """A UDP port that nobody has on any address now, and that nobody is given who asks for any."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            with contextlib.suppress(OSError):
                probe.bind(("", random.randrange(10240, 32000)))
                return probe.getsockname()[1]


def has_ipv6():
    """True where ::1 can be used; containers often lack it."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def children_of(pid):
    """Processes whose parent is `pid`: of a run, its embedded gateway."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                found.append(int(entry.name))
    return found


def wait_for(condition, what, seconds=20):
    """Looks until `condition()` is true; fails by the name of what never came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"never came within {seconds} s: {what}")


class RungTest(unittest.TestCase):
    """A test with a directory of its own."""

    maxDiff = None

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="rung-e2e-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def run_words(self, *words, calm=True, directory=None):
        directory = directory or self.directory / "run"
        words = ["run", "--plain", "--run-dir", directory, *words]
        if calm:
            words += CALM
        # An option may be given once only.
        if "--transport" not in words and "--ue-port" not in words:
            words += ["--ue-port", free_port()]
        return words, directory

    def run_load(self, *words, timeout=60, **kwargs):
        """`rung run` to its end, in this test's directory."""
        words, directory = self.run_words(*words, **kwargs)
        done = rung(*words, timeout=timeout)
        done.directory = directory
        return done

    def start_load(self, *words, **kwargs):
        """`rung run` in the background."""
        words, directory = self.run_words(*words, **kwargs)
        return Process(*words, directory=directory)

    @contextlib.contextmanager
    def gateway(self, *words, listen="127.0.0.1:0"):
        """`rung gateway` while the block lasts; gives the process and HOST:PORT."""
        with Process("gateway", "--listen", listen, *words) as process:
            line = process.popen.stdout.readline()
            self.assertIn("listening on ", line)
            yield process, line.split()[-1]

    def assert_code(self, done, code):
        self.assertEqual(done.code, code, done)

    def assert_report(self, done):
        """A run that began has left a whole result and a summary, and they agree."""
        result = done.result
        self.assertEqual(result["schema"], 1)
        self.assertEqual(result["totals"]["sip_received"], result["totals"]["sip_judged"], done)
        self.assertIn(done.summary, done.out)
        return result

    def await_line(self, process, pattern):
        """Reads what the process says on stderr up to a line that matches."""
        said = []
        for line in process.popen.stderr:
            said.append(line)
            if re.search(pattern, line):
                return
        self.fail(f"never said {pattern}: {said}")

    def await_measuring(self, run):
        """Returns once the run shows figures of its measured phase."""
        self.await_line(run, r"\d ?s  measure +\S")


def require(*tools):
    """Skips the whole program where a tool is missing: the last line printed is the reason."""
    for tool in tools:
        if shutil.which(tool) is None:
            print(f"{tool} is not installed")
            sys.exit(77)


def main():
    """Runs the tests of the program that calls; with tests skipped, the last line is the reason."""
    outcome = unittest.main(module="__main__", verbosity=2, exit=False).result
    if not outcome.wasSuccessful():
        sys.exit(1)
    if outcome.skipped:
        print(outcome.skipped[0][1])
        sys.exit(77)
