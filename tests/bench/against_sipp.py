"""Rung and SIPp side by side: the same MESSAGE and 2xx over loopback, a core a side, runs taking
turns. Ratios are formed inside a round."""

import rung_side
import sipp_side
from figures import Figure, highest_kept

WHAT = {
    "rung": "Rung, UEs on one address",
    "sipp": "SIPp",
    # Not its server but Rung's responder at the other end, for the server may be what limits it.
    "sipp alone": "SIPp's client alone",
    "rung per UE": "Rung, each UE its own address",
    "rung tcp": "Rung over TCP, UEs on one connection",
    "rung tcp per UE": "Rung over TCP, each UE its own connection",
    "sipp tcp": "SIPp over TCP, one connection",
}
# With a source address for each datagram the kernel can batch nothing: reported, not gated.
PEAK_GATE = 4.0
PEAK_GATES = {"rung": PEAK_GATE, "rung per UE": None}
CPU_GATES = {"rung": 3.5, "rung per UE": None}
CPU_RATE = 40_000
# Where each search begins; the sides take turns in this order.
START = {"rung": 250_000.0, "sipp": 50_000.0, "sipp alone": 60_000.0, "rung per UE": 90_000.0}


def say(text):
    print("#", text, flush=True)


def tried(name, run, rate):
    loss = run.loss()
    say(f"{name} at {rate:.0f}/s: {loss or 'lossless'}")
    return not loss


def peak(name, start):
    sides = {
        "rung": rung_side.exchange,
        "rung per UE": rung_per_ue,
        "sipp": sipp_side.exchange,
        "sipp alone": sipp_alone,
    }
    return highest_kept(lambda rate: tried(name, sides[name](rate), rate), start)


def peaks(rounds):
    """Highest lossless rates, a list per side."""
    found = {name: [] for name in START}
    start = dict(START)
    for _ in range(rounds):
        for name, values in found.items():
            values.append(peak(name, start[name]))
            start[name] = 0.85 * values[-1] if values[-1] else START[name]
    return found


def cpu_us(run):
    """CPU microseconds per transaction of a lossless run; None after three runs with loss."""
    for _ in range(3):
        finished = run(CPU_RATE, seconds=2.5)
        if finished.cpu_us() is not None:
            return finished.cpu_us()
        say(f"again, {finished.loss()}")
    return None


def rung_per_ue(rate, seconds=2.0):
    return rung_side.exchange(rate, seconds, shared=False)


def sipp_alone(rate, seconds=2.0):
    return sipp_side.exchange(rate, seconds, own_server=False)


def cpu(rounds, sides):
    """CPU microseconds per transaction at CPU_RATE, a list per side."""
    runs = {"rung": rung_side.exchange, "sipp": sipp_side.exchange, "rung per UE": rung_per_ue}
    found = {name: [] for name in ("sipp", *sides)}
    for _ in range(rounds):
        for name, values in found.items():
            values.append(cpu_us(runs[name]))
    return found


def quotients(above, below):
    return Figure([a / b for a, b in zip(above, below) if a and b])


def add_peak_gate(table):
    """Short form: whether Rung keeps the multiple of SIPp's peak that is asked of it."""
    reference = highest_kept(lambda rate: tried("sipp", sipp_side.exchange(rate, 1.5), rate),
                             START["sipp"], halvings=0)
    rate = PEAK_GATE * (reference or START["sipp"])
    kept = any(tried("rung", rung_side.exchange(rate), rate) for _ in range(2))
    table.add(f"Rung at {PEAK_GATE:g} times SIPp's peak, {rate:.0f}/s",
              "lossless" if kept else "with loss", "lossless", kept)


def add_peak_rows(table, rounds):
    found = peaks(rounds)
    for name, values in found.items():
        table.add(f"{WHAT[name]}, highest lossless rate", Figure(values).text("{:.0f}") + " /s")
    for name in ("rung", "rung per UE"):
        table.ratio(f"{WHAT[name]}, rate against SIPp's", quotients(found[name], found["sipp"]),
                    PEAK_GATES[name])
    table.ratio(f"{WHAT['rung']}, rate against that of SIPp's client alone",
                quotients(found["rung"], found["sipp alone"]), None)


def add_cpu_rows(table, rounds, sides=("rung", "rung per UE")):
    found = cpu(rounds, sides)
    for name, values in found.items():
        table.add(f"{WHAT[name]}, CPU per transaction at {CPU_RATE}/s",
                  Figure(values).text("{:.2f}") + " us")
    for name in sides:
        table.ratio(WHAT[name] + ", SIPp takes more by", quotients(found["sipp"], found[name]),
                    CPU_GATES[name])


def over_tcp(exchange, **how):
    return lambda rate, seconds=2.0: exchange(rate, seconds, tcp=True, **how)


TCP_SIDES = {
    "sipp tcp": over_tcp(sipp_side.exchange),
    "rung tcp": over_tcp(rung_side.exchange),
    "rung tcp per UE": over_tcp(rung_side.exchange, shared=False),
}
TCP_START = {"sipp tcp": 40_000.0, "rung tcp": 120_000.0, "rung tcp per UE": 60_000.0}
TCP_CPU_RATE = 20_000


def add_tcp_rows(table, rounds):
    """MESSAGE and its 2xx over TCP, against SIPp's t1 in the same round."""
    found = {name: [] for name in TCP_SIDES}
    used = {name: [] for name in TCP_SIDES}
    for _ in range(rounds):
        for name, side in TCP_SIDES.items():
            found[name].append(
                highest_kept(lambda rate: tried(name, side(rate), rate), TCP_START[name]))
            finished = side(TCP_CPU_RATE)
            used[name].append(finished.cpu_us())
    for name in TCP_SIDES:
        table.add(f"{WHAT[name]}, highest lossless rate",
                  Figure(found[name]).text("{:.0f}") + " /s")
        known = [value for value in used[name] if value]
        if known:
            table.add(f"{WHAT[name]}, CPU per transaction at {TCP_CPU_RATE}/s",
                      Figure(known).text("{:.2f}") + " us")
    for name in ("rung tcp", "rung tcp per UE"):
        table.ratio(f"{WHAT[name]}, rate against SIPp's",
                    quotients(found[name], found["sipp tcp"]), None)
        table.ratio(f"{WHAT[name]}, SIPp takes more by",
                    quotients(used["sipp tcp"], used[name]), None)


def add_mo_rows(table, _, rates=(40_000, 80_000)):
    """Whole MO submissions, report included, with mistakes planted in answers and reports."""
    for rate in rates:
        run = rung_side.exchange(rate, seconds=4.0, reports=True)
        messages = run.totals["sip_received"] + run.totals["sip_sent"]
        table.add(f"MO with its report at {rate}/s, each message judged",
                  f"{run.loss() or 'lossless'}; {run.planted} planted mistakes found in "
                  f"{messages} messages", "all", not run.loss())
