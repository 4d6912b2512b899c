"""What judging every message costs: the same runs with all judged and with none, taking turns.

Throughput is what a core does in a second, so its share is the quotient of CPU times per session.
"""

from against_sipp import say
from figures import Figure
from rung_side import Run, exchange

JUDGE = ("all", "none")
GATE = 0.85  # of the throughput without any checks


def submits(judge):
    """MO with its report at the responder, one address: the kernel batches, checks weigh most."""
    return exchange(40_000, seconds=2.0, reports=True, judge=judge)


def demo(judge):
    """The demonstration's SM from UE to UE, eight messages each, at half its rate."""
    return Run(cpu=None, config="profiles/demo.ini", rate=10_000, duration="3s", judge=judge)


# Where the kernel batches, checks are a larger share of little: reported, not gated.
WHAT = {"MO and report, UEs on one address": (submits, None), "SM from UE to UE": (demo, GATE)}


def cpu_us(what, run, judge):
    """CPU microseconds per session of a lossless run; None after three runs with loss."""
    for _ in range(3):
        finished = run(judge)
        used = finished.cpu_us()
        if used is not None:
            say(f"{what}, judging {judge}: {used:.2f} us a session")
            return used
        say(f"{what}, judging {judge}: again, {finished.loss()}")
    return None


def add_rows(table, rounds=5):
    for what, (run, gate) in WHAT.items():
        used = {judge: [] for judge in JUDGE}
        for _ in range(rounds):
            for judge, values in used.items():
                values.append(cpu_us(what, run, judge))
        shares = [none / every for every, none in zip(used["all"], used["none"]) if every and none]
        table.ratio(f"{what}, throughput with every message judged against none", Figure(shares),
                    gate, note=f", {Figure(used['all']).median:.1f} us a session")
