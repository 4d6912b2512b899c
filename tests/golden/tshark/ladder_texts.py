"""The built-in ladders as their files have them: what our side sends in each."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]

# A step that we send: its id, its party, what it copies or its message.
SENT = re.compile(r"(\w\d+)\s+(ue2?|cscf|sc|hss|msc|sgsn)\s+->\s+gw\s+(?:copy (s\d+)|(\S+))")
NETWORK = ("sc", "hss", "msc", "sgsn")


class Sends(list):
    """Names of messages; `units` are those of MAP, `conditional` those that answer what need not
    come."""

    def __init__(self):
        super().__init__()
        self.units = []
        self.conditional = []


def read_ladders(topology):
    """What our UEs send in each built-in ladder of that topology: ladder -> Sends."""
    ladders, messages, optional = {}, {}, set()
    for path in sorted((ROOT / "src" / "scenarios").glob("*.ladder")):
        for line in path.read_text().splitlines():
            if match := re.match(r"ladder (\S+)", line):
                messages, optional = {}, set()
                name, sends = match.group(1), Sends()
                ladders[name] = sends
            elif match := re.match(r"on (gm|isc)$", line):
                if match.group(1) != topology:
                    del ladders[name]
            elif (match := re.search(r" on (gm|isc)( |$)", line)) and match.group(1) != topology:
                continue
            elif match := SENT.match(line):
                step, party, copied, message = match.groups()
                messages[step] = message or messages[copied]
                (sends.units if party in NETWORK else sends).append(messages[step])
                if (after := re.search(r" after (\w+)", line)) and after.group(1) in optional:
                    sends.conditional.append(messages[step])
            elif match := re.match(r"(\w\d+)\s+gw\s.*\soptional\b", line):
                optional.add(match.group(1))
    return ladders
