"""SIPp as a foreign client of `rung gateway`, and as a foreign server for `rung run`, over UDP and
over TCP: sipp_test.py client|server. Both sides have to count the same, and tshark too."""

import csv
import os
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

from peers import (UE_NETWORK, Dissector, Expectations, Peer, Run, free_ports,  # noqa: E402
                   has_tshark, is_sound, need, rung_program, wait_until_served, workspace)

UES = 2000
RATE = 500
SECONDS = 4
# SIPp's names of transports: one UDP socket, one TCP connection, a TCP connection a call.
UDP, TCP, TCP_EACH = "u1", "t1", "tn"


def transport(mode):
    """What rung is told, what is waited for, and tshark's name of it."""
    if mode == UDP:
        return [], socket.SOCK_DGRAM, "udp"
    return ["--transport", "tcp"], socket.SOCK_STREAM, "tcp"


def sipp(scenario, port, mode, work, name, *options):
    # A dead call stays for a while, so that copies of its request are told from new ones.
    command = ["sipp", "-sf", os.path.join(HERE, f"{scenario}.xml"), "-i", "127.0.0.1",
               "-t", mode, "-max_socket", "10000",
               "-p", str(port), "-nd", "-nostdin", "-deadcall_wait", "1000",
               "-trace_stat", "-stf", f"{name}.csv", "-fd", "1",
               "-trace_logs", "-log_file", f"{name}.steps", *options]
    return Peer(name, command, work)


def last_figures(work, name):
    """SIPp's last line of statistics, by column."""
    with open(os.path.join(work, f"{name}.csv"), newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))[-1]


# SIPp as UEs, against our gateway.

def numbers():
    """Numbers that end in 1 and whose semi-octets hold no zero: no field of SIPp carries one."""
    return [f"121255{a:02}{b:02}1" for a in range(11, 99) for b in range(1, 100)][:UES]


def write_users(path):
    """Each UE writes to the one before it; the first to the last, which registers later."""
    called = numbers()
    with open(path, "wb") as file:
        file.write(b"SEQUENTIAL\n")
        for i, number in enumerate(called):
            digits = called[i - 1]
            semi_octets = bytes(int(digits[k + 1] + digits[k], 16) for k in range(0, 10, 2))
            file.write(number.encode() + b";" + semi_octets + b";")
            file.write(f"[authentication username={number}@home1.net password=secret]\n".encode())


def start_tap(port, kind, work):
    """dumpcap on loopback; None where it may not capture."""
    tap = Peer("tap", ["dumpcap", "-q", "-B", "64", "-i", "lo", "-f", f"{kind} port {port}", "-w",
                       os.path.join(work, "tap.pcapng")], work)
    end = time.monotonic() + 10
    while time.monotonic() < end and tap.process.poll() is None:
        if "File:" in tap.log():
            return tap
        time.sleep(0.05)
    print("dumpcap may not capture on lo: the gateway's messages were not read a second time")
    tap.stop()
    return None


def counters(gateway):
    """What `rung gateway` printed at its end: {help: number}."""
    rows = (line.split(None, 1) for line in gateway.log().splitlines())
    return {row[1]: int(row[0]) for row in rows if len(row) == 2 and row[0].isdigit()}


def steps(work):
    """What the scenarios logged: {kind: [Call-ID, ...]}."""
    found = {"submit": [], "report": [], "delivery": []}
    with open(os.path.join(work, "ues.steps"), errors="replace") as file:
        for line in file:
            kind, call_id = line.split()
            found[kind].append(call_id)
    return found


def play_client(work, digest, mode):
    """UES calls of SIPp against the gateway: (SIPp's exit, the gateway's counters, ports)."""
    words, kind, named = transport(mode)
    port, ue_port = free_ports(2)
    write_users(os.path.join(work, "users.csv"))
    # On loopback a tap sees what GSO sends at once as one datagram.
    command = [rung_program(), "gateway", "--listen", f"127.0.0.1:{port}", "--gso=false",
               f"--digest={str(digest).lower()}", *words]
    with Peer("gateway", command, work) as gateway:
        wait_until_served(port, gateway, kind=kind)
        tap = start_tap(port, named, work) if has_tshark() else None
        options = [f"127.0.0.1:{port}", "-oocsf", os.path.join(HERE, "ue_incoming.xml"),
                   "-inf", "users.csv", "-m", str(UES), "-r", str(RATE), "-l", str(UES)]
        with sipp("ue", ue_port, mode, work, "ues", *options) as ues:
            try:
                exit_code = ues.wait(90)
            except subprocess.TimeoutExpired:
                exit_code = "none: it did not end"
        if tap is not None:
            tap.stop(signal.SIGINT)
        gateway.stop(signal.SIGINT)
        return exit_code, counters(gateway), [port, ue_port]


def check_client(expect, work, digest, mode):
    exit_code, counted, ports = play_client(work, digest, mode)
    expect.equal("SIPp's exit code", exit_code, 0)
    figures = last_figures(work, "ues")
    expect.equal("calls SIPp calls successful", int(figures["SuccessfulCall(C)"]), UES)
    expect.equal("calls SIPp calls failed", int(figures["FailedCall(C)"]), 0)
    wanted = {
        "REGISTER that created or refreshed a contact": UES,
        "RP-DATA accepted for the service centre": UES,
        "Submit reports sent": UES,
        "Short messages acknowledged by RP-ACK": UES,
        "Delivery reports received and matched": UES,
        "401 sent": UES if digest else 0,
        "REGISTER with a wrong digest": 0,
        "Responses sent, 5xx": 0,
        "MESSAGE requests sent, copies not included": 2 * UES,
        "Datagrams that are no SIP message, dropped": 0,
        "Requests sent that no final response came to (Timer F)": 0,
        "Delivery reports of no outstanding delivery": 0,
    }
    for what, number in wanted.items():
        expect.equal(f"gateway: {what}", counted.get(what, 0), number)
    done = steps(work)
    expect.equal("submits SIPp logged", len(done["submit"]), UES)
    unreported = set(done["submit"]) - set(done["report"])
    expect.equal("submits without a report", sorted(unreported)[:3], [])
    expect.equal("submit reports SIPp logged", len(done["report"]), UES)
    expect.equal("deliveries SIPp took", len(set(done["delivery"])), UES)
    capture = os.path.join(work, "tap.pcapng")
    if mode == UDP and os.path.exists(capture):
        dissect_client(expect, Dissector(capture, ports), ports[0])


def dissect_client(expect, capture, port):
    """tshark's reading: the gateway's messages are sound, each report bears the right RP-MR."""
    capture.expect_well_formed(expect, f"udp.srcport == {port}")
    rows = capture.rows("sip.Method == MESSAGE && gsm_a.rp.msg_type",
                        ["udp.srcport", "gsm_a.rp.msg_type", "gsm_a.rp.rp_message_reference",
                         "sip.Call-ID", "sip.In-Reply-To", "gsm_sms.sms_text"])
    submit, delivery, ack_to_n, ack_to_ms = "0x00", "0x01", "0x02", "0x03"
    reference = {call_id: mr for _, mti, mr, call_id, _, _ in rows if mti in (submit, delivery)}
    for mti, who in ((ack_to_ms, "submit reports"), (ack_to_n, "delivery reports")):
        reports = {reply: mr for _, kind, mr, _, reply, _ in rows if kind == mti}
        expect.equal(f"{who}, by tshark", len(reports), UES)
        wrong = [(reply, mr) for reply, mr in reports.items() if reference.get(reply) != mr]
        expect.equal(f"{who} with a foreign RP-MR, by tshark", wrong[:3], [])
    texts = {row[5] for row in rows if row[1] == delivery and row[0] == str(port)}
    expect.equal("texts delivered, by tshark", texts, {"hellohello"})


# SIPp as the server, against our load.

def play_server(work, scenario, ladder, mode):
    """One run of `ladder` against SIPp; (run, SIPp's exit, its figures, ports)."""
    words, kind, _ = transport(mode)
    port, ue_port = free_ports(2)
    with sipp(scenario, port, mode, work, scenario) as server:
        wait_until_served(port, server, kind=kind)
        options = ["--target", f"sip:127.0.0.1:{port}", "--ue-port", str(ue_port),
                   "--ue-addresses", UE_NETWORK, "--ues", "10000", "--mix", f"{ladder}=1",
                   "--rate", str(RATE), "--duration", f"{SECONDS}s", "--warm-up", "0s",
                   "--capture", "all", *words]
        run = Run(work, options, attempts=1)
        exit_code = server.stop(signal.SIGUSR1, 30)  # ends SIPp once its calls are over
    return run, exit_code, last_figures(work, scenario), [port, ue_port]


def check_server(expect, work, scenario, ladder, wrong, mode=UDP):
    run, exit_code, figures, ports = play_server(work, scenario, ladder, mode)
    sessions = run.sessions(ladder)
    expect.equal(f"{scenario}: sessions", sessions["started"], RATE * SECONDS)
    expect.equal(f"{scenario}: sessions that {'failed' if wrong else 'passed'}",
                 sessions["failed" if wrong else "passed"], sessions["started"])
    expect.equal(f"{scenario}: failed requirements", sorted(run.failed()), wrong)
    expect.equal(f"{scenario}: exit code of rung", run.code, 1 if wrong else 0)
    expect.equal(f"{scenario}: SIPp's exit code", exit_code, 0)
    counted = {column: int(figures[column])
               for column in ("IncomingCall(C)", "SuccessfulCall(C)", "FailedCall(C)")}
    expect.equal(f"{scenario}: SIPp's figures", counted,
                 {"IncomingCall(C)": sessions["started"], "SuccessfulCall(C)": sessions["started"],
                  "FailedCall(C)": 0})
    expect.equal(f"{scenario}: answers 2xx", run.totals["response_2xx"], sessions["started"])
    is_sound(expect, run)
    if not has_tshark():
        return
    capture = Dissector(run.capture, ports)
    capture.expect_well_formed(expect, f"ip.src == {UE_NETWORK}")
    for what, field, counter in (("requests", "sip.Method", "sip_sent"),
                                 ("answers", "sip.Status-Code", "sip_received")):
        expect.equal(f"{scenario}: {what}, by tshark", capture.count(field), run.totals[counter])


def main():
    role = sys.argv[1]
    need("sipp", "sip-tester")
    expect = Expectations()
    with workspace(f"sipp-{role}") as work:
        cases = {
            "client": {"plain": (check_client, False, UDP), "digest": (check_client, True, UDP),
                       "tcp": (check_client, True, TCP),
                       "tcp-each": (check_client, False, TCP_EACH)},
            "server": {"message": (check_server, "acceptor", "message_only", []),
                       "register": (check_server, "registrar", "register", []),
                       "careless": (check_server, "careless", "message_only",
                                    ["3428-a", "TX-tag"]),
                       "tcp": (check_server, "acceptor", "message_only", [], TCP),
                       "tcp-each": (check_server, "acceptor", "message_only", [], TCP_EACH)},
        }[role]
        only = sys.argv[2:] or list(cases)
        for name, (check, *what) in ((name, cases[name]) for name in only):
            directory = os.path.join(work, name)
            os.mkdir(directory)
            check(expect, directory, *what)
        expect.finish()
    print(f"{role}: {', '.join(cases)} agree")


if __name__ == "__main__":
    main()
