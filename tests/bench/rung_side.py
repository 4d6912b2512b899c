"""Rung as the generator: a run against the responder, and what its result says about it."""

import json
import os
import subprocess
import tempfile

from processes import (GENERATOR_CPU, PEER_CPU, CpuSampler, Process, ahead, free_port, pinned,
                       program)

HERE = os.path.dirname(os.path.abspath(__file__))
PLANT_ONE_IN = 100_000
UES = 20_000
SESSIONS_MAX = 100_000
RUN_SECONDS_MAX = 60


class BrokenPromise(Exception):
    """A message not judged, or a planted mistake not found: no figure of this run counts."""


class Responder(Process):
    """The peer that answers faster than anybody asks, on its own core."""

    def __init__(self, **arguments):
        words = [program("tests/bench/rung_responder")]
        words += [f"{key}={value}" for key, value in arguments.items()]
        super().__init__(pinned(PEER_CPU, words), stdout=subprocess.PIPE)
        self.address = self.child.stdout.readline().split()[-1]
        self.counters = {}

    def stop(self, seconds=3):
        super().stop(seconds)
        if not self.counters:
            self.counters = json.loads(self.child.stdout.read() or "{}")


def run_words(run_dir, options):
    words = [program("rung"), "run", "--plain", "--run-dir", run_dir, "--ue-port", free_port()]
    for key, value in options.items():
        flag = "--" + key.replace("_", "-")
        words += [flag] if value is True else [flag, value]
    return words


class Run:
    """One finished `rung run`: its result and the CPU it took per second of the measure phase."""

    def __init__(self, cpu=GENERATOR_CPU, **options):
        with tempfile.TemporaryDirectory() as run_dir:
            words = run_words(run_dir, options)
            with Process(ahead(words) if cpu is None else pinned(cpu, words),
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
                self.sampler = CpuSampler(process.pid)
                self.watch(process)
                try:
                    _, errors = process.child.communicate(timeout=RUN_SECONDS_MAX)
                except subprocess.TimeoutExpired:
                    process.stop()
                    errors = "did not end in time"
                self.status = process.child.returncode
                self.sampler.stop()
            self.result = self._read(run_dir, errors)
        self._check_judged(options.get("judge") != "none")

    def watch(self, process):
        """For who wants to look at the process while it runs."""

    @staticmethod
    def _read(run_dir, errors):
        try:
            with open(os.path.join(run_dir, "result.json")) as file:
                return json.load(file)
        except OSError:
            raise RuntimeError("rung run left no result: " + errors[-2000:]) from None

    @property
    def totals(self):
        return self.result["totals"]

    def _check_judged(self, wanted):
        received, judged = self.totals["sip_received"], self.totals["sip_judged"]
        if judged != (received if wanted else 0):
            raise BrokenPromise(f"{received} messages received, {judged} judged")

    def phase(self, name):
        """Wall clock instants at which a phase began and ended."""
        for phase in self.result["phases"]:
            if phase["name"] == name:
                begin = self.result["started_unix_ns"] + phase["start_ns"]
                return begin / 1e9, (begin + phase["duration_ns"]) / 1e9
        return 0.0, 0.0

    def cpu_us(self):
        """CPU microseconds per session of the measure phase; None when something was lost."""
        used = self.sampler.used(*self.phase("measure"))
        if used is None or self.loss():
            return None
        return used / self.result["measured"]["sessions_started"] * 1e6

    def failures(self):
        """Judgements that failed, by requirement."""
        rows = self.result["requirements"]
        return {row["id"]: row["counts"]["fail"] for row in rows if row["counts"]["fail"]}

    def loss(self):
        """Why this run was not lossless; empty when it was."""
        if self.result["invalid_reasons"]:
            return "; ".join(self.result["invalid_reasons"])
        for name in ("sip_retransmitted", "sessions_timed_out", "sessions_aborted",
                     "sessions_refused", "sessions_inconclusive"):
            if self.totals.get(name, 0):
                return f"{self.totals[name]} {name}"
        return ""


def exchange(rate, seconds=2.0, shared=True, reports=False, tcp=False, **options):
    """A run of MESSAGE and 2xx (with reports: of a whole MO) against the responder, which plants
    mistakes. Raises BrokenPromise unless exactly those are found; with judge="none", none."""
    settings = {"ues": UES, "sessions_max": SESSIONS_MAX, "register_rate": 150_000}
    if shared:
        settings |= {"shared_address": True} | ({} if tcp else {"gro": "true"})
    if tcp:
        # As fast as a listener's backlog is taken.
        settings |= {"transport": "tcp", "register_rate": 20_000}
    with Responder(plant=PLANT_ONE_IN, reports=int(reports), gro=int(shared),
                   tcp=int(tcp)) as responder:
        run = Run(target="sip:" + responder.address, ladder=os.path.join(HERE, "exchange.ladder"),
                  mix="mo_sms" if reports else "exchange", capture="off", rate=rate,
                  duration=f"{int(seconds * 1000)}ms", **(settings | options))
        responder.stop()
        planted = {row: count for row, count in responder.counters["planted"].items() if count}
    expected = planted if options.get("judge") != "none" else {}
    if run.totals["sip_retransmitted"] == 0 and run.failures() != expected:
        raise BrokenPromise(f"planted {planted}, found {run.failures()}")
    run.planted = sum(planted.values())
    return run
