#!/usr/bin/env -S python3 -B
"""The gates of scripts/bench from short runs, as a test.

usage: gates.py codecs|sipp|million|demo|judging|link

Ratios are taken between runs that take turns, because the machine has slow phases; a gate that is
missed gets two more chances. Exit status 77, with the reason as the last line, where it cannot run.
"""

import os
import sys

import against_sipp
import codecs_ratio
import demo_rate
import judging
import link_ratio
import million
import sipp_side
from figures import Table


def sipp(table):
    against_sipp.add_cpu_rows(table, rounds=3, sides=("rung",))
    against_sipp.add_peak_gate(table)


GATES = {
    "codecs": lambda table: codecs_ratio.add_rows(table, rounds=5, seconds=0.05),
    "sipp": sipp,
    "million": lambda table: million.add_rows(table, rounds=2),
    "demo": demo_rate.add_gate,
    "judging": lambda table: judging.add_rows(table, rounds=3),
    "link": lambda table: link_ratio.add_rows(table, rounds=5, seconds=0.2),
}


def obstacle(part):
    if len(os.sched_getaffinity(0)) < 2:
        return "two cores are needed, one for each side"
    if part == "sipp" and not sipp_side.installed():
        return "SIPp is not installed (package sip-tester)"
    return ""


def main(part):
    reason = obstacle(part)
    if reason:
        print(reason)
        return 77
    for _ in range(3):
        table = Table()
        GATES[part](table)
        print(table.markdown(), flush=True)
        if not table.missed:
            return 0
    print("\n".join("missed: " + miss for miss in table.missed))
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in GATES:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
