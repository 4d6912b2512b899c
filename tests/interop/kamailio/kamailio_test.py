"""Debian's Kamailio as the peer of `rung run`: kamailio_test.py proxy|tcp|smsops.

proxy    registrar with digest, and proxy between UEs: rung's own page.ladder
tcp      the same over TCP, each UE on a connection of its own
smsops   the same program made an IP-SM-GW by its module smsops: MO, MT, MO to MT

What Kamailio does well has to pass. What fails is compared with proxy.json or smsops.json, where
each finding was confirmed by hand; tshark confirms the list anew from the capture of this run.
"""

import collections
import os
import socket
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

from peers import (UE_NETWORK, Dissector, Expectations, Peer, Run, compare_findings,  # noqa: E402
                   free_ports, has_tshark, is_sound, need, wait_until_served, workspace)

UES = 10000
MSISDN_BASE = 12125000000
RATE = 500
SECONDS = 10
WARM_UP_S = 1

MIXES = {
    "proxy": "page=9,register_refresh=1",
    "tcp": "page_once=9,register_refresh=1",
    "smsops": "mo_sms=2,mo_to_mt=3,mo_to_mt_concat=1,mo_to_mt_ucs2=1,mo_to_mt_8bit=1,"
              "two_submits=1,same_tp_mr=1,resend=1",
}
# Deliveries that a session of the ladder draws.
DELIVERIES = {"mo_to_mt": 1, "mo_to_mt_concat": 2, "mo_to_mt_ucs2": 1, "mo_to_mt_8bit": 1,
              "two_submits": 2, "same_tp_mr": 2, "resend": 1}


def start_kamailio(config, port, work):
    # fm: the default memory manager takes seven times as long. 4 MiB to receive bursts into.
    tcp = config == "tcp"
    file, listen = ("proxy" if tcp else config), f"{'tcp' if tcp else 'udp'}:127.0.0.1:{port}"
    command = ["kamailio", "-f", os.path.join(HERE, f"{file}.cfg"), "-l", listen,
               *(["-A", "WITH_TCP"] if tcp else []),
               "-x", "fm", "-X", "fm", "-m", "1024", "-M", "128", "-b", "4194304", "-DD", "-E",
               "-Y", work, "-P", os.path.join(work, "kamailio.pid")]
    return Peer("kamailio", command, work)


def expect_all_took_part(expect, run, config):
    wanted = RATE * (SECONDS + WARM_UP_S)
    expect.true(f"only {run.totals['sessions_started']} of {wanted} sessions started",
                run.totals["sessions_started"] >= 0.98 * wanted)
    register = run.sessions("register")
    expect.equal("registrations that passed", register["passed"], UES)
    for entry in MIXES[config].split(","):
        ladder = entry.split("=")[0]
        expect.true(f"{ladder} ran {run.sessions(ladder)['started']} times",
                    run.sessions(ladder)["started"] >= 0.02 * wanted)


def check_registrar_and_proxy(expect, run, ladders):
    for ladder in ladders:
        sessions = run.sessions(ladder)
        expect.equal(f"sessions of {ladder} that passed", sessions["passed"], sessions["started"])
    for requirement in ("3261-16.5-a", "3261-16.6-a", "3261-16.6-b", "3261-16.7-a", "TX-resp"):
        expect.true(f"{requirement} was never judged", run.judged(requirement, "pass") > 0)
    # Each UE is challenged once: what refreshes later reuses the nonce with a higher nc.
    challenges = {f["code"]: f["count"] for f in run.result["sip_failures"]}
    expect.equal("401 answers", challenges.get(401), UES)


def check_proxy(expect, run):
    check_registrar_and_proxy(expect, run, ("page", "register_refresh"))
    expect.true("TX-J was never judged", run.judged("TX-J", "pass") > 0)


def check_tcp(expect, run):
    check_registrar_and_proxy(expect, run, ("page_once", "register_refresh"))
    connections = run.result["transport_figures"]["connections"]
    expect.equal("connections", connections["opened"], UES)
    for fault in ("refused", "cut_short", "reset", "lost", "accepted", "closed"):
        expect.equal(f"connections: {fault}", connections[fault], 0)
    expect.equal("copies", run.totals["sip_copies"], 0)


def check_smsops(expect, run):
    for ladder in ("mo_sms", "mo_to_mt_ucs2", "mo_to_mt_8bit"):
        sessions = run.sessions(ladder)
        expect.equal(f"sessions of {ladder} that passed", sessions["passed"], sessions["started"])
    for requirement in ("24.341-5.3.3.4.1-a", "24.341-5.3.3.4.2-c", "24.341-5.3.3.4.2-j",
                        "24.011-8.2.3-a", "24.341-5.3.3.4.3-n", "24.341-5.3.3.4.4-a", "TX-J"):
        expect.true(f"{requirement} was never judged", run.judged(requirement, "pass") > 0)
    expect.equal("judgements of the character set", run.judged("23.040-tp-f", "pass") +
                 run.judged("23.040-tp-f", "fail"), 2 * deliveries(run))


def deliveries(run):
    return sum(times * run.sessions(ladder)["started"] for ladder, times in DELIVERIES.items())


def dissect(expect, run, config, ports):
    """tshark reads the capture: what we sent is sound, and its count of everything is ours."""
    ours = f"ip.src == {UE_NETWORK}"
    capture = Dissector(run.capture, ports)
    capture.expect_well_formed(expect, ours)
    rows = capture.rows("sip", ["ip.src", "sip.Method", "gsm_a.rp.msg_type", "sip.Status-Code"])
    sent = [row for row in rows if row[0].startswith("127.") and row[0] != "127.0.0.1"]
    expect.equal("messages we sent, by tshark", len(sent), run.totals["sip_sent"])
    expect.equal("messages we received, by tshark", len(rows) - len(sent),
                 run.totals["sip_received"])
    if config == "smsops":
        confirm_smsops(expect, run, capture)


def confirm_smsops(expect, run, capture):
    """Each SM as tshark reads it at its sender and at its recipient. They must differ as
    smsops.json says and in nothing else, and as often as rung found it."""
    submitted, delivered = short_messages(capture)
    expect.equal("SMs submitted to UEs, by tshark", len(submitted), deliveries(run))
    predicted, hyphens, short = collections.Counter(), 0, 0
    for da, dcs, udhi, udl, text in submitted:
        septets = dcs == "0"
        if septets and "-" in text:
            text = text.replace("-", "à")
            hyphens += 1
        if septets and udhi == "1":
            text, udl = text[:-1], udl - 1
            short += 1
        predicted[(da, dcs, udhi, udl, text)] += 1
    expect.equal("SMs delivered in another way than smsops.json tells",
                 list((delivered - predicted).items())[:3], [])
    expect.equal("SMs that should have been delivered so",
                 list((predicted - delivered).items())[:3], [])
    expect.equal("findings of 23.040-tp-f and SMs with a hyphen in septets",
                 run.judged("23.040-tp-f", "fail"), hyphens)
    for requirement in ("23.040-tp-a", "TP-UDL-a"):
        expect.equal(f"findings of {requirement} and SMs in septets behind a header",
                     run.judged(requirement, "fail"), short)


def short_messages(capture):
    """SMs to UEs as (recipient, TP-DCS, TP-UDHI, TP-UDL, text): submitted, delivered."""
    MS_TO_N, N_TO_MS = "0x00", "0x01"
    names = ["gsm_a.rp.msg_type", "gsm_sms.tp-da", "sip.to.user", "gsm_sms.tp-dcs",
             "gsm_sms.tp-udhi", "gsm_sms.tp.user_data_length", "gsm_sms.sms_text", "sip.Call-ID"]
    submitted, delivered = {}, collections.Counter()
    for mti, da, to, dcs, udhi, udl, text, call_id in capture.rows("gsm_sms.tp-mti && sip", names):
        if mti == MS_TO_N and is_ue(da):
            # A copy has the Call-ID of the first.
            submitted[call_id] = (da, dcs, udhi, int(udl), text)
        elif mti == N_TO_MS:
            delivered[(to.lstrip("+"), dcs, udhi, int(udl), text)] += 1
    return submitted.values(), delivered


def is_ue(number):
    return MSISDN_BASE <= int(number) < MSISDN_BASE + UES


def run_options(config, port, ue_port):
    options = ["--target", f"sip:127.0.0.1:{port}", "--ue-port", str(ue_port),
               "--ue-addresses", UE_NETWORK, "--ues", str(UES), "--msisdn-base", str(MSISDN_BASE),
               "--mix", MIXES[config], "--rate", str(RATE), "--duration", f"{SECONDS}s",
               "--warm-up", f"{WARM_UP_S}s", "--drain", "70s", "--capture", "all"]
    if config == "tcp":
        # As fast as its one TCP worker takes new connections over.
        options += ["--transport", "tcp", "--register-rate", "1000"]
    if config in ("proxy", "tcp"):
        options += ["--ladder", os.path.join(HERE, "page.ladder")]
    return options


def main():
    config = sys.argv[1]
    need("kamailio", "kamailio")
    port, ue_port = free_ports(2)
    with workspace(f"kamailio-{config}") as work:
        with start_kamailio(config, port, work) as kamailio:
            wait_until_served(
                port, kamailio, kind=socket.SOCK_STREAM if config == "tcp" else socket.SOCK_DGRAM)
            run = Run(work, run_options(config, port, ue_port))
            said = [line for line in kamailio.log().splitlines()
                    if "ERROR" in line or "CRITICAL" in line]
        expect = Expectations()
        expect.equal("errors in Kamailio's log", said[:3], [])
        is_sound(expect, run)
        expect_all_took_part(expect, run, config)
        findings = "proxy" if config == "tcp" else config
        compare_findings(expect, run, os.path.join(HERE, f"{findings}.json"))
        expect.equal("exit code of rung", run.code, 1 if run.failed() else 0)
        {"proxy": check_proxy, "tcp": check_tcp, "smsops": check_smsops}[config](expect, run)
        if has_tshark():
            dissect(expect, run, config, [port, ue_port])
        expect.finish(run.text)
        print(f"{config}: {run.totals['sip_received']} messages judged, failed as they should: "
              f"{', '.join(sorted(run.failed())) or 'none'}")


if __name__ == "__main__":
    main()
