"""What the comparisons start and look at: processes pinned to a core, their CPU time and memory.

Every process started here ends with the `with` block that started it.
"""

import glob
import math
import os
import signal
import socket
import subprocess
import threading
import time

GENERATOR_CPU = 0
PEER_CPU = 1
SAMPLE_SECONDS = 0.02


def free_port():
    """A UDP port of the loopback that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        return probe.getsockname()[1]


def ahead(words):
    """Words of a command that goes before what else the machine does, where we may ask for that,
    and that ends with us, however we end."""
    first = ["setpriv", "--pdeathsig", "TERM"]
    if os.geteuid() == 0:
        first += ["nice", "-n", "-20"]
    return first + [str(word) for word in words]


def put_session_ahead(pid):
    """The scheduler shares cores among sessions first (sched(7), autogroup): nice values alone
    would only count inside one."""
    try:
        with open(f"/proc/{pid}/autogroup", "w") as file:
            file.write("-20")
    except OSError:
        pass


def pinned(cpu, words):
    return ahead(["taskset", "-c", cpu, *words])


def cpu_seconds(pid):
    """CPU time of all threads so far, by the scheduler's own clock, or None once it ended."""
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        try:
            with open(path) as file:
                total += int(file.read().split()[0])
        except (OSError, IndexError):
            continue
    return total / 1e9 if total else None


def resident_mb(pid):
    """Resident memory in units of 10^6 octets."""
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


class Process:
    """A child process; stopped by `stop_signal`, killed when that does not help."""

    def __init__(self, words, stop_signal=signal.SIGTERM, **kinds):
        self.stop_signal = stop_signal
        self.child = subprocess.Popen(words, stdin=subprocess.DEVNULL, text=True,
                                      start_new_session=True, **kinds)
        put_session_ahead(self.child.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self.child.pid

    def stop(self, seconds=3):
        if self.child.poll() is None:
            self.child.send_signal(self.stop_signal)
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def wait(self, seconds):
        """Exit status, or None when it had to be stopped."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            return None


class CpuSampler:
    """Samples the CPU time of a process while it runs, so that any window can be asked later."""

    def __init__(self, pid):
        self.samples = []  # (wall clock, CPU), both in seconds
        self.pid = pid
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._sample, daemon=True)
        self.thread.start()

    def _sample(self):
        while not self.ended.wait(SAMPLE_SECONDS):
            used = cpu_seconds(self.pid)
            if used is None:
                return
            self.samples.append((time.time(), used))

    def stop(self):
        self.ended.set()
        self.thread.join()

    def used(self, begin=0.0, end=math.inf):
        """CPU seconds used between two wall clock instants; None without samples."""
        inside = [sample for sample in self.samples if begin <= sample[0] <= end]
        return inside[-1][1] - inside[0][1] if len(inside) > 1 else None


def program(name):
    """Path of a built program; RUNG_BINARY_DIR names the build tree, build/release otherwise."""
    return os.path.join(os.environ.get("RUNG_BINARY_DIR", "build/release"), name)
