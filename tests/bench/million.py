"""A million UEs: until the first REGISTER leaves, until all are registered, and what they take."""

import signal
import subprocess
import tempfile
import time

from figures import Figure
from processes import GENERATOR_CPU, Process, pinned, resident_mb
from rung_side import Responder, Run, run_words
from sipp_side import installed, scenario

UES = 1_000_000
MEMORY_GATE_MB = 150
READY_GATE_SECONDS = 0.3
OPTIONS = {"ues": UES, "register_rate": 200_000, "mix": "mo_sms", "rate": 1, "warm_up": "0s",
           "capture": "off", "shared_address": True}


def ready_seconds():
    """From the start of the process to the first REGISTER at the responder."""
    with Responder() as responder, tempfile.TemporaryDirectory() as run_dir:
        words = run_words(run_dir, OPTIONS | {"target": "sip:" + responder.address})
        began = time.monotonic()
        with Process(pinned(GENERATOR_CPU, words), signal.SIGKILL, stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL):
            time.sleep(1.0)
        responder.stop()
        first = responder.counters["first_ns"] / 1e9
    return first - began if first else None


class Watched(Run):
    """A run whose memory is read while it lasts."""

    def watch(self, process):
        self.resident = []
        while process.child.poll() is None:
            try:
                self.resident.append((time.time(), resident_mb(process.pid)))
            except OSError:
                break
            time.sleep(0.1)

    def resident_idle(self):
        begin, end = self.phase("measure")
        return max(mb for when, mb in self.resident if begin <= when <= end)


def run():
    with Responder(reports=1, gro=1) as responder:
        return Watched(target="sip:" + responder.address, duration="2s", **OPTIONS)


def registered_seconds(finished):
    begin, end = finished.phase("register")
    return end - begin


def sipp_list_mb():
    """Resident memory of SIPp once it read a list of as many users, for comparison."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as users:
        users.write("SEQUENTIAL\n")
        for i in range(UES):
            users.write(f"+12125{i:06};home1.net;sip:+12125{i:06}@127.64.0.1:5060;0010100{i:08};\n")
        users.flush()
        with Responder() as peer:
            words = ["sipp", "-sf", scenario("uac"), peer.address, "-inf", users.name, "-r", 1,
                     "-nostdin"]
            with Process(pinned(GENERATOR_CPU, words), signal.SIGKILL, cwd="/tmp",
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                time.sleep(2.0)
                return resident_mb(process.pid)


def add_rows(table, rounds):
    ready = Figure([ready_seconds() for _ in range(rounds)])
    table.add("1,000,000 UEs: first REGISTER leaves after", ready.text("{:.2f}") + " s",
              f"<= {READY_GATE_SECONDS} s", min(ready.values) <= READY_GATE_SECONDS)
    finished = run()
    count = finished.totals["registrations"]
    table.add("1,000,000 UEs: all registered", f"{count} in {registered_seconds(finished):.1f} s",
              "all", count >= UES)
    idle = finished.resident_idle()
    table.add("1,000,000 UEs registered and idle: resident memory", f"{idle:.0f} MB",
              f"<= {MEMORY_GATE_MB} MB", idle <= MEMORY_GATE_MB)
    if installed():
        table.add("SIPp, a list of 1,000,000 users: resident memory", f"{sipp_list_mb():.0f} MB")
