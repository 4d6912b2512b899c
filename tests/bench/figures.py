"""Medians with their spread, and the table they end in."""

import math
import statistics


class Figure:
    """One quantity, once per round."""

    def __init__(self, values):
        self.values = [value for value in values if value is not None]

    @property
    def median(self):
        return statistics.median(self.values) if self.values else math.nan

    def text(self, form="{:.1f}"):
        if not self.values:
            return "not measured"
        parts = [form.format(v) for v in (self.median, min(self.values), max(self.values))]
        return f"{parts[0]} ({parts[1]}..{parts[2]})"


class Table:
    """Rows of a Markdown table: what, measured, what is asked of it."""

    def __init__(self):
        self.rows = []
        self.missed = []

    def add(self, what, measured, gate="", kept=True):
        self.rows.append((what, measured, gate))
        if not kept:
            self.missed.append(f"{what}: {measured}, asked for {gate}")

    def ratio(self, what, figure, gate, at_most=False, note=""):
        """A ratio, kept when its median is on the right side of the gate, if it has one."""
        measured = "x" + figure.text("{:.2f}") + note
        if gate is None:
            self.add(what, measured)
            return
        kept = figure.median <= gate if at_most else figure.median >= gate
        self.add(what, measured, f"{'<=' if at_most else '>='} {gate:g}", kept)

    def markdown(self):
        lines = ["| what | median (min..max) | asked for |", "|---|---|---|"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines)


def highest_kept(lossless, start, step=1.25, halvings=1, steps_max=12):
    """Highest rate for which lossless(rate) holds: by steps from `start`, then by bisection.

    A rate that fails gets one more chance, for the machine has slow moments of its own.
    """
    def kept(rate):
        return lossless(rate) or lossless(rate)

    low, high = start, start
    if kept(start):
        for _ in range(steps_max):
            high = low * step
            if not kept(high):
                break
            low = high
    else:
        for _ in range(steps_max):
            low = high / step
            if kept(low):
                break
            high = low
        else:
            return None
    for _ in range(halvings):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if kept(middle) else (low, middle)
    return low
