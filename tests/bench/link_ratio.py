"""SIGTRAN links against bare usrsctp: ratios between the rows of one run of rung_net_bench."""

import json
import subprocess

from figures import Figure
from processes import GENERATOR_CPU, pinned, program

DATA, ECHO, BARE = "m3ua_data_both_ends/64", "echo_association", "echo_bare/0"
ECHO_GATE = 0.8  # of bare usrsctp with its own checksum
DATA_GATE = 1.2  # messages of 164 octets one way, both ends, for each such echo


def measure(rounds, seconds):
    """Items per second of processor time of each row, one value per round, the rows in turn."""
    words = [program("src/engine/net/rung_net_bench"), "--benchmark_format=json",
             f"--benchmark_filter=^({DATA}|{ECHO}|{BARE})$", f"--benchmark_min_time={seconds}",
             f"--benchmark_repetitions={rounds}", "--benchmark_enable_random_interleaving=true"]
    done = subprocess.run(pinned(GENERATOR_CPU, words), capture_output=True, text=True, check=True)
    rates = {name: [] for name in (DATA, ECHO, BARE)}
    for row in json.loads(done.stdout)["benchmarks"]:
        if row["run_type"] == "iteration":
            rates[row["run_name"]].append((row["repetition_index"], row["items_per_second"]))
    return {name: [rate for _, rate in sorted(values)] for name, values in rates.items()}


def add_rows(table, rounds=5, seconds=0.5):
    rates = measure(rounds, seconds)
    echo = Figure([a / b for a, b in zip(rates[ECHO], rates[BARE])])
    table.ratio("echo of 200 octets over an SCTP association / over bare usrsctp", echo, ECHO_GATE,
                note=f", {Figure(rates[ECHO]).median / 1000:.0f} k/s of processor time")
    data = Figure([a / b for a, b in zip(rates[DATA], rates[BARE])])
    table.ratio("M3UA DATA of 164 octets one way, both ends / echo over bare usrsctp", data,
                DATA_GATE, note=f", {Figure(rates[DATA]).median / 1000:.0f} k/s of processor time")
