"""Codecs against the bare machine: ratios between the rows of one run of rung_wire_bench."""

import json
import subprocess

from figures import Figure
from processes import GENERATOR_CPU, pinned, program

NAMES = ("sip_scan_avx2", "sip_parse", "template_memcpy", "template_write", "gsm7_unpack_160",
         "rp_tpdu_decode_and_unpack_160")
MAP_MESSAGES = {"mo_forward_sm_begin": "mo-ForwardSM Begin",
                "mt_forward_sm_begin": "mt-ForwardSM Begin",
                "sri_sm_begin": "sendRoutingInfoForSM Begin",
                "sri_sm_end": "sendRoutingInfoForSM End"}
MAP_ROWS = tuple(f"{row}_{way}" for row in MAP_MESSAGES for way in ("decode", "encode"))
PARSE_GATE = 6.0  # of the bare AVX2 line scan
WRITE_GATE = 4.0  # of memcpy
DECODE_GATE = 2.5  # line scans more than the unpacking alone
MAP_NS = 500  # of TCAP and MAP together, on any machine worth a run
MAP_GATE = {"decode": 13.0, "encode": 6.0}  # line scans, TCAP and MAP together


def measure(rounds=5, seconds=0.1):
    """CPU nanoseconds of each row, one value per round; the rows take turns in random order."""
    words = [program("src/engine/wire/rung_wire_bench"), "--benchmark_format=json",
             "--benchmark_filter=^(" + "|".join(NAMES + MAP_ROWS) + ")$",
             f"--benchmark_min_time={seconds}", f"--benchmark_repetitions={rounds}",
             "--benchmark_enable_random_interleaving=true"]
    done = subprocess.run(pinned(GENERATOR_CPU, words), capture_output=True, text=True, check=True)
    times = {name: [] for name in NAMES + MAP_ROWS}
    for row in json.loads(done.stdout)["benchmarks"]:
        if row["run_type"] == "iteration":
            times[row["run_name"]].append((row["repetition_index"], row["cpu_time"]))
    return {name: [time for _, time in sorted(values)] for name, values in times.items()}


def add_rows(table, rounds=5, seconds=0.1):
    times = measure(rounds, seconds)

    def ratio(name, reference):
        return Figure([a / b for a, b in zip(times[name], times[reference])])

    def note(name):
        return f", {Figure(times[name]).median:.0f} ns"

    table.ratio("SIP parse of a 900-byte MESSAGE / bare AVX2 line scan",
                ratio("sip_parse", "sip_scan_avx2"), PARSE_GATE, True, note("sip_parse"))
    table.ratio("template write / memcpy of it", ratio("template_write", "template_memcpy"),
                WRITE_GATE, True, note("template_write"))
    more = [a - b for a, b in zip(times["rp_tpdu_decode_and_unpack_160"],
                                  times["gsm7_unpack_160"])]
    table.ratio("RP and TPDU decode of 160 characters, more than their unpacking / that line scan",
                Figure([a / b for a, b in zip(more, times["sip_scan_avx2"])]), DECODE_GATE, True,
                f", {Figure(more).median:.0f} ns")
    for row, message in MAP_MESSAGES.items():
        for way, gate in MAP_GATE.items():
            name = f"{row}_{way}"
            table.ratio(f"{way} of TCAP and MAP, {message} / that line scan",
                        ratio(name, "sip_scan_avx2"), gate, True, note(name))
    slowest = max((Figure(times[name]) for name in MAP_ROWS), key=lambda figure: figure.median)
    table.add("the slowest of these, ns of processor time", slowest.text("{:.0f}"),
              f"<= {MAP_NS}", slowest.median <= MAP_NS)
