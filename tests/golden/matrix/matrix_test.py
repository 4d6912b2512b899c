"""The fault matrix: every fault of the embedded gateway against the whole suite of `rung check`, on
each topology it lies on, lenient and strict.

The first requirement of a fault's row has to turn red, the others of the row may, and none outside
it (docs/faults.md); a gateway without a fault turns none red. What turned red where is kept beside
this file, a table for each topology; RUNG_UPDATE_GOLDEN=1 rewrites them.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = os.environ.get("RUNG_PROGRAM", "build/release/rung")
HERE = pathlib.Path(__file__).resolve().parent
TOPOLOGIES = ("gm", "isc")
MANNERS = ("lenient", "strict")
LADDERS_NAMED = 3
# Some hundred suites of some hundred files each: no disk has to see them.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

NO_FAULT = {"id": "none", "name": "a correct gateway", "violates": "", "leg": "Gm ISC", "needs": ""}
OVER_TCP = {
    **NO_FAULT,
    "id": "tcp",
    "name": "a correct gateway over TCP",
    "needs": "--transport sim-tcp",
}


def faults():
    listed = subprocess.run(
        [PROGRAM, "faults", "--as", "json"], capture_output=True, text=True, check=True
    )
    return [NO_FAULT, OVER_TCP, *json.loads(listed.stdout)]


def lies_on(fault, topology):
    """The legs to the service centre and the HSS are those of either topology."""
    legs = fault["leg"].lower().split()
    return topology in legs or "sc" in legs or "hss" in legs


def play(fault, topology, manner):
    """The ladders in which each requirement turned red, in the suite's order."""
    with tempfile.TemporaryDirectory(prefix="rung-matrix-", dir=MEMORY) as directory:
        suite = pathlib.Path(directory) / "suite"
        needs = fault["needs"].split()
        words = ["check", "--topology", topology, "--jobs", "1", "--plain", *needs]
        words += [] if "--transport" in needs else ["--transport", "sim"]
        words += ["--findings-max", "0", "--run-dir", str(suite)]
        words += ["--strict"] if manner == "strict" else []
        words += ["--fault", fault["id"]] if fault not in (NO_FAULT, OVER_TCP) else []
        done = subprocess.run([PROGRAM, *words], capture_output=True, text=True)
        if done.returncode not in (0, 1, 5):
            raise RuntimeError(f"rung {' '.join(words)}: {done.returncode}\n{done.stderr}")
        result = json.loads((suite / "suite.json").read_text())
    red = {}
    for ladder in result["ladders"]:
        for judgement in ladder["judgements"]:
            if judgement["verdict"] == "fail":
                red.setdefault(judgement["requirement"], []).append(ladder["name"])
    return red


def verdict(fault, red):
    """`clean`, or what is wrong with the row of a fault."""
    row = fault["violates"].split()
    stray = sorted(set(red).difference(row))
    if stray:
        return "outside its row: " + " ".join(stray)
    if row and row[0] not in red:
        return f"{row[0]} is not red"
    return "clean"


def place(fault, requirement):
    row = fault["violates"].split()
    if requirement not in row:
        return "OUTSIDE"
    return "first" if requirement == row[0] else "row"


def named(ladders):
    """The first of them: a further ladder that shows the same is no news."""
    more = " and more" if len(ladders) > LADDERS_NAMED else ""
    return ", ".join(ladders[:LADDERS_NAMED]) + more


def rows(fault, reds):
    """The lines of one fault: a requirement each, those of its row in its order first."""
    order = fault["violates"].split()
    order += sorted({name for red in reds for name in red}.difference(order))
    shown = [name for name in order if any(name in red for red in reds)]
    verdicts = dict.fromkeys(verdict(fault, red) for red in reds)
    head = (fault["id"], fault["name"], "; ".join(verdicts))
    for requirement in shown:
        ladders = [red.get(requirement, []) for red in reds]
        yield (
            *head,
            requirement,
            place(fault, requirement),
            *("red" if names else "-" for names in ladders),
            named(max(ladders, key=len)),
        )
        head = ("", "", "")
    if not shown:
        yield (*head, "-", "", *("-" for _ in reds), "")


def table(topology, faults_and_reds):
    lines = [("fault", "", "verdict", "turned red", "its row", *MANNERS, "ladders")]
    for fault, reds in faults_and_reds:
        lines += rows(fault, reds)
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = f"Faults of the embedded gateway on {topology}: what they turn red, and where.\n\n"
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths)]
        text += "  ".join(cells).rstrip() + "\n"
    return text


class Matrix(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.faults = faults()
        cells = [
            (fault, topology, manner)
            for fault in cls.faults
            for topology in TOPOLOGIES
            if lies_on(fault, topology)
            for manner in MANNERS
        ]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            played = pool.map(lambda cell: play(*cell), cells)
            cls.red = {
                (fault["id"], topology, manner): red
                for (fault, topology, manner), red in zip(cells, played)
            }

    def test_the_first_of_its_row_turns_red_and_none_outside(self):
        for fault in self.faults:
            for topology in filter(lambda t: lies_on(fault, t), TOPOLOGIES):
                for manner in MANNERS:
                    with self.subTest(fault=fault["id"], topology=topology, manner=manner):
                        red = self.red[fault["id"], topology, manner]
                        self.assertEqual(verdict(fault, red), "clean", red)

    def test_the_tables_are_those_that_were_reviewed(self):
        for topology in TOPOLOGIES:
            with self.subTest(topology=topology):
                text = table(
                    topology,
                    [
                        (fault, [self.red[fault["id"], topology, m] for m in MANNERS])
                        for fault in self.faults
                        if lies_on(fault, topology)
                    ],
                )
                path = HERE / f"{topology}.txt"
                if "RUNG_UPDATE_GOLDEN" in os.environ:
                    path.write_text(text)
                self.assertEqual(path.read_text(), text, "RUNG_UPDATE_GOLDEN=1 rewrites it")


if __name__ == "__main__":
    unittest.main()
