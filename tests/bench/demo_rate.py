"""How far the demonstration can be turned up on two cores, generator and gateway."""

from against_sipp import tried
from figures import Figure, highest_kept
from rung_side import Run

# SM per second to begin with; sharing an address lets the kernel batch what the demo sends apart.
START = {"as it is": 22_000.0, "on a shared address": 45_000.0}
SETTINGS = {"as it is": {}, "on a shared address": {"shared_address": True, "gro": "true"}}
ROUNDS_MAX = 3  # a round takes a minute
ASKED = 20_000
MESSAGES_PER_SM = 8


def valid(rate, variant="as it is"):
    run = Run(cpu=None, config="profiles/demo.ini", rate=rate, duration="3s",
              register_rate=100_000, **SETTINGS[variant])
    return tried(f"demo {variant}", run, rate) and not run.failures()


def add_gate(table):
    kept = any(valid(ASKED) for _ in range(2))
    table.add(f"demo at {ASKED} SM/s", "valid" if kept else "not valid", "valid", kept)


def add_rows(table, rounds):
    rates = {variant: [] for variant in START}
    for _ in range(min(rounds, ROUNDS_MAX)):
        for variant, values in rates.items():
            start = 0.85 * values[-1] if values and values[-1] else START[variant]
            values.append(highest_kept(lambda rate, v=variant: valid(rate, v), start))
    for variant, values in rates.items():
        figure = Figure(values)
        messages = MESSAGES_PER_SM * figure.median
        table.add(f"demo {variant} on two cores, highest valid rate",
                  figure.text("{:.0f}") + f" SM/s, {messages:.0f} SIP messages/s",
                  f">= {ASKED} SM/s", figure.median >= ASKED)
