"""SIPp as the generator, with the settings that got most out of it."""

import csv
import os
import shutil
import subprocess
import tempfile
import time

from processes import GENERATOR_CPU, PEER_CPU, CpuSampler, Process, free_port, pinned
from rung_side import HERE, Responder

# Without these SIPp collapses at a quarter of the rate: it wakes too seldom, takes too few
# datagrams a turn, and its sockets hold too few.
TUNED = ["-nd", "-nostdin", "-deadcall_wait", 0, "-timer_resol", 1, "-max_recv_loops", 2000,
         "-max_sched_loops", 2000, "-buff_size", 4194304]
OPEN_CALLS_MAX = 100_000
# A rate counts as kept when the run took at most this much longer than it should.
LATE_SECONDS_MAX = 0.3


def installed():
    return shutil.which("sipp") is not None


def scenario(name):
    return os.path.join(HERE, f"sipp_{name}.xml")


class SippServer(Process):
    """SIPp as the peer, on its own core."""

    def __init__(self, mode):
        port = free_port()
        words = ["sipp", "-sf", scenario("uas"), "-t", mode, "-i", "127.0.0.1", "-p", port] + TUNED
        super().__init__(pinned(PEER_CPU, words), stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
        self.address = f"127.0.0.1:{port}"
        time.sleep(0.3)  # SIPp does not say when it listens


class SippRun:
    """One finished run of SIPp's client."""

    def __init__(self, address, rate, seconds, mode):
        calls = int(rate * seconds)
        with tempfile.TemporaryDirectory() as work:
            figures = os.path.join(work, "figures.csv")
            words = ["sipp", "-sf", scenario("uac"), "-t", mode, "-i", "127.0.0.1",
                     "-p", free_port(), address,
                     "-r", int(rate), "-m", calls, "-l", OPEN_CALLS_MAX,
                     "-trace_stat", "-stf", figures, "-fd", 1] + TUNED
            began = time.time()
            with Process(pinned(GENERATOR_CPU, words), stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL, cwd=work) as process:
                sampler = CpuSampler(process.pid)
                process.wait(seconds + 3)
                sampler.stop()
            self.seconds = time.time() - began
            self.row = self._last_row(figures)
        self.calls, self.asked_seconds = calls, seconds
        self.used = sampler.used()

    @staticmethod
    def _last_row(path):
        with open(path) as file:
            rows = list(csv.reader(file, delimiter=";"))
        return dict(zip(rows[0], rows[-1]))

    def cpu_us(self):
        """CPU microseconds per call; None when something was lost."""
        return None if self.used is None or self.loss() else self.used / self.calls * 1e6

    def loss(self):
        """Why this run was not lossless; empty when it was."""
        if int(self.row["SuccessfulCall(C)"]) != self.calls:
            return f"{self.row['SuccessfulCall(C)']} of {self.calls} calls"
        if int(self.row["Retransmissions(C)"]):
            return f"{self.row['Retransmissions(C)']} retransmissions"
        if self.seconds > self.asked_seconds + LATE_SECONDS_MAX:
            return f"took {self.seconds:.1f} s instead of {self.asked_seconds:.1f} s"
        return ""


def exchange(rate, seconds=2.0, own_server=True, tcp=False):
    """The exchange at a rate, against SIPp's own server or the responder Rung is measured with.
    Over TCP all calls share one connection (t1)."""
    mode = "t1" if tcp else "u1"
    with SippServer(mode) if own_server else Responder(tcp=int(tcp)) as peer:
        return SippRun(peer.address, rate, seconds, mode)
