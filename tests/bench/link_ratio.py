"""SIGTRAN links against bare usrsctp: ratios between the rows of one run of rung_net_bench. And
MO-ForwardSM dialogues, SCCP to TPDU encoded and decoded at both ends (rung_load_bench)."""

import json
import subprocess

from figures import Figure
from processes import GENERATOR_CPU, pinned, program

DATA, ECHO, BARE = "m3ua_data_both_ends/64", "echo_association", "echo_bare/0"
ECHO_GATE = 0.8  # of bare usrsctp with its own checksum
DATA_GATE = 1.2  # messages of 164 octets one way, both ends, for each such echo
DIALOGUES, SHARED = "mo_forward_dialogues_both_ends", "mo_forward_dialogues_by_workers"
DIALOGUES_GATE = 50_000  # a second of processor time, both ends in one thread on one association
SHARE_GATE = 1.5  # processor time of a lone worker, for that of the busier of two


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


def measure_dialogues(rounds, seconds):
    """Rows of the benchmark, by name, one for each round."""
    words = [program("src/engine/load/rung_load_bench"), "--benchmark_format=json",
             f"--benchmark_min_time={seconds}", f"--benchmark_repetitions={rounds}",
             "--benchmark_enable_random_interleaving=true"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    rows = {}
    for row in json.loads(done.stdout)["benchmarks"]:
        if row["run_type"] == "iteration":
            rows.setdefault(row["run_name"], []).append(row)
    return rows


def add_dialogue_rows(table, rounds, seconds):
    """What two workers share is told by the processor time of the busier one: time on the clock
    would tell what else the machine does. The thread that has the links, which is one however many
    workers there are, is not in it."""
    rows = measure_dialogues(rounds, seconds)
    rate = Figure([row["items_per_second"] for row in rows[DIALOGUES]])
    table.add("MO-ForwardSM dialogues over one association, both ends in one thread, a second of "
              "processor time", rate.text("{:.0f}"), f">= {DIALOGUES_GATE}",
              rate.median >= DIALOGUES_GATE)
    one, two = (rows[f"{SHARED}/{workers}/real_time"] for workers in (1, 2))
    times = [[row["busiest_us"] for row in side] for side in (one, two)]
    share = Figure([a / b for a, b in zip(*times)])
    links = Figure([row["links_us"] for row in two])
    # Three threads share two processors: what disturbed a round is not what workers share.
    best = min(times[0]) / min(times[1])
    table.add("a dialogue's processor time of one worker / of the busier of two that share two "
              "associations, least disturbed rounds",
              f"x{best:.2f}, {min(times[1]):.1f} us, round by round x{share.text('{:.2f}')}; the "
              f"links with the far ends take {links.median:.1f} us in a thread of their own",
              f">= {SHARE_GATE}", best >= SHARE_GATE)


def add_rows(table, rounds=5, seconds=0.5):
    add_dialogue_rows(table, rounds, seconds)
    rates = measure(rounds, seconds)
    echo = Figure([a / b for a, b in zip(rates[ECHO], rates[BARE])])
    table.ratio("echo of 200 octets over an SCTP association / over bare usrsctp", echo, ECHO_GATE,
                note=f", {Figure(rates[ECHO]).median / 1000:.0f} k/s of processor time")
    data = Figure([a / b for a, b in zip(rates[DATA], rates[BARE])])
    table.ratio("M3UA DATA of 164 octets one way, both ends / echo over bare usrsctp", data,
                DATA_GATE, note=f", {Figure(rates[DATA]).median / 1000:.0f} k/s of processor time")
