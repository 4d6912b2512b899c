"""SIP over TCP: whole runs on both legs, peers that drip, say nothing, say nonsense or go away, and
the capture as tshark reads it."""
import contextlib
import shutil
import socket
import struct
import subprocess
import time
import unittest

import harness
from harness import ENVIRONMENT, PASS, USAGE, RungTest, free_port, has_ipv6, rung

TCP = ("--transport", "tcp")
SHORT = ("--ues", 200, "--rate", 100, "--duration", "1s", "--warm-up", "0s", *TCP)

REGISTER = (
    "REGISTER sip:home1.net SIP/2.0\r\n"
    "Via: SIP/2.0/TCP 127.0.0.1:{port};branch=z9hG4bK{n}c{cseq}\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:+{number}@home1.net>;tag=a{n}\r\n"
    "To: <sip:+{number}@home1.net>\r\nCall-ID: r{n}\r\nCSeq: {cseq} REGISTER\r\n"
    "Contact: <sip:+{number}@127.0.0.1:{port};transport=tcp>;+g.3gpp.smsip\r\n"
    "Expires: 600000\r\nContent-Length: 0\r\n\r\n"
)


def register(n, port, cseq=1):
    return REGISTER.format(n=n, number=12125551000 + n, port=port, cseq=cseq).encode()


class Peer:
    """A UE of plain sockets."""

    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, octets):
        self.socket.sendall(octets)

    def answers(self, count):
        """What came up to the `count`th empty line, none of which has a body here."""
        got = b""
        while got.count(b"\r\n\r\n") < count:
            more = self.socket.recv(65536)
            if not more:
                break
            got += more
        return got

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def ended(self):
        """True once the other end has closed or reset."""
        with contextlib.suppress(OSError):
            return self.socket.recv(1) == b""
        return True


class Runs(RungTest):
    def assert_passed(self, done, connections):
        self.assert_code(done, PASS)
        result = self.assert_report(done)
        self.assertEqual(result["transport"], "io_uring, TCP")
        self.assertEqual(result["totals"]["sip_copies"], 0)
        figures = result["transport_figures"]["connections"]
        self.assertEqual(figures["opened"], connections)
        faults = (
            "refused",
            "not_opened",
            "cut_short",
            "reset",
            "no_length",
            "bad_length",
            "too_long",
            "foreign",
            "no_room",
            "lost",
        )
        self.assertEqual({name: figures[name] for name in faults}, dict.fromkeys(faults, 0))
        return result

    def test_each_ue_has_a_connection_of_its_own_on_gm(self):
        self.assert_passed(self.run_load(*SHORT, "--ue-port", free_port()), 200)

    def test_ues_that_share_an_address_share_a_connection(self):
        done = self.run_load(*SHORT, "--ue-port", free_port(), "--shared-address")
        self.assert_passed(done, 1)

    def test_each_worker_has_one_as_s_cscf_on_isc(self):
        done = self.run_load(*SHORT, "--ue-port", 21000, "--topology", "isc", "--workers", 2)
        self.assert_passed(done, 2)

    @unittest.skipUnless(has_ipv6(), "this machine has no IPv6")
    def test_over_ipv6(self):
        done = self.run_load(
            *SHORT, "--ue-port", free_port(), "--ue-addresses", "::1/128", "--shared-address"
        )
        self.assert_passed(done, 1)

    def test_a_suite_passes_on_sockets(self):
        for topology in ("gm", "isc"):
            with self.subTest(topology=topology):
                done = rung(
                    "check",
                    "mo_to_mt",
                    "register",
                    "mo_sms",
                    *TCP,
                    "--plain",
                    "--topology",
                    topology,
                    "--ue-port",
                    free_port(),
                    "--run-dir",
                    self.directory / topology,
                )
                self.assert_code(done, PASS)

    def test_a_target_that_does_not_listen_is_the_environments_fault(self):
        done = self.run_load(
            "--target",
            f"127.0.0.1:{free_port()}",
            "--ue-port",
            free_port(),
            "--silence-max",
            "1s",
            *SHORT,
        )
        self.assert_code(done, ENVIRONMENT)
        figures = self.assert_report(done)["transport_figures"]
        self.assertGreater(figures["connections"]["refused"], 0)
        self.assertGreater(figures["connections"]["lost"], 0)
        self.assertEqual(figures["tx_failed"], 0)

    def test_what_does_not_fit_is_named(self):
        for words, said in (
            (
                ("--transport", "sim-tcp", "--loss", "0.1"),
                "--loss: 0.1 with --transport sim-tcp, expected 0",
            ),
            (
                (*TCP, "--target", "sip:127.0.0.1;transport=udp"),
                "'sip:127.0.0.1;transport=udp' with --transport tcp",
            ),
        ):
            with self.subTest(said=said):
                done = self.run_load("--ue-port", free_port(), *words)
                self.assert_code(done, USAGE)
                self.assertIn(said, done.err)
        done = rung("gateway", "--transport", "sim-tcp")
        self.assert_code(done, USAGE)
        self.assertIn(
            "--transport: sim-tcp for a gateway of its own, expected udp or tcp", done.err
        )

    def test_a_port_that_is_taken_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = rung("gateway", "--listen", f"127.0.0.1:{port}", *TCP)
        self.assert_code(done, ENVIRONMENT)
        self.assertIn(f"cannot bind TCP 127.0.0.1:{port}", done.err)


class Peers(RungTest):
    def test_a_drip_and_half_open_peers_hold_nobody_up(self):
        with self.gateway(*TCP) as (_, target), contextlib.ExitStack() as stack:
            silent = [stack.enter_context(Peer(target)) for _ in range(50)]
            half = stack.enter_context(Peer(target))
            half.send(register(1, half.port)[:100])
            drip, quick = stack.enter_context(Peer(target)), stack.enter_context(Peer(target))
            request = register(2, drip.port)
            slowest = 0
            for at in range(0, len(request), 3):
                drip.send(request[at : at + 3])
                if at % 30 == 0:
                    begun = time.monotonic()
                    quick.send(register(3, quick.port, 1 + at))
                    self.assertIn(b"SIP/2.0 200 ", quick.answers(1))
                    slowest = max(slowest, time.monotonic() - begun)
            self.assertIn(b"SIP/2.0 200 ", drip.answers(1))
            self.assertLess(slowest, 0.5)
            half.send(register(1, half.port)[100:])
            self.assertIn(b"SIP/2.0 200 ", half.answers(1))
            self.assertEqual(len(silent), 50)

    def test_requests_in_one_segment_and_pings_between_them_are_all_answered(self):
        with self.gateway(*TCP) as (_, target), Peer(target) as ue:
            ue.send(b"\r\n" + register(1, ue.port) + b"\r\n\r\n" + register(2, ue.port))
            answers = ue.answers(2)
            self.assertEqual(answers.count(b"SIP/2.0 200 "), 2)
            self.assertEqual(answers.replace(b"\r\n\r\n", b"").count(b"\r\nCSeq: 1 REGISTER"), 2)

    def test_garbage_ends_its_connection_and_no_other(self):
        no_length = register(1, 1).replace(b"Content-Length: 0\r\n", b"")
        too_long = register(1, 1).replace(b"Length: 0", b"Length: 1000000")
        with self.gateway(*TCP) as (process, target), Peer(target) as good:
            for garbage in (b"\x16\x03\x01\x02\x00\x01\x00\r\n", no_length, too_long):
                with Peer(target) as peer:
                    peer.send(garbage)
                    self.assertTrue(peer.ended())
            with Peer(target) as peer:
                peer.send(register(1, 1)[:50])
            with Peer(target) as peer:
                peer.send(register(1, 1)[:50])
                peer.reset()
            good.send(register(5, good.port))
            self.assertIn(b"SIP/2.0 200 ", good.answers(1))
            process.signal(2)
            said = process.wait().out
        for help in (
            "1  connections ended for octets that are not SIP",
            "1  connections ended for a message without Content-Length",
            "1  connections ended for a message longer than a buffer",
            "2  connections that ended within a message",
        ):
            self.assertIn(help, said)

    def test_a_request_to_a_contact_whose_connection_is_gone_opens_a_new_one(self):
        with self.gateway(*TCP) as (_, target):
            with socket.create_server(("127.0.0.1", 0)) as contact:
                port = contact.getsockname()[1]
                with Peer(target) as ue:
                    ue.send(register(1, port))
                    self.assertIn(b"SIP/2.0 200 ", ue.answers(1))
                with Peer(target) as other:
                    other.send(register(2, other.port))
                    self.assertIn(b"SIP/2.0 200 ", other.answers(1))
                    tpdu = bytes.fromhex("01050b912121551500f1000002c834")
                    body = (
                        bytes([0, 7, 0, 7, 0x91])
                        + bytes.fromhex("2121550500f0")
                        + bytes([len(tpdu)])
                        + tpdu
                    )
                    other.send(
                        (
                            "MESSAGE sip:sc.home1.net SIP/2.0\r\n"
                            f"Via: SIP/2.0/TCP 127.0.0.1:{other.port};branch=z9hG4bKm\r\n"
                            "Max-Forwards: 70\r\nFrom: <sip:+12125551002@home1.net>;tag=m\r\n"
                            "To: <sip:sc.home1.net>\r\nCall-ID: m\r\nCSeq: 1 MESSAGE\r\n"
                            "P-Preferred-Identity: <sip:+12125551002@home1.net>\r\n"
                            "Content-Type: application/vnd.3gpp.sms\r\n"
                            f"Content-Length: {len(body)}\r\n\r\n"
                        ).encode()
                        + body
                    )
                    self.assertIn(b"SIP/2.0 202 ", other.answers(1))
                    contact.settimeout(5)
                    connection, _ = contact.accept()
                    with connection:
                        connection.settimeout(5)
                        delivery = connection.recv(65536)
                self.assertTrue(delivery.startswith(b"MESSAGE sip:+12125551001@"), delivery)
                self.assertIn(b"\r\nVia: SIP/2.0/TCP ", delivery)


@unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
class Captures(RungTest):
    def rows(self, capture, *fields, only="tcp"):
        words = [word for field in fields for word in ("-e", field)]
        words += ["-o", "tcp.check_checksum:TRUE"]
        done = subprocess.run(
            ["tshark", "-r", capture, "-Y", only, "-T", "fields", *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return [line.split("\t") for line in done.stdout.splitlines()]

    def test_tshark_reads_sip_over_tcp_without_a_gap(self):
        done = self.run_load(*SHORT, "--ue-port", free_port(), "--capture", "all")
        self.assert_code(done, PASS)
        capture = done.directory / "capture.pcapng"
        total = done.result["totals"]["sip_sent"] + done.result["totals"]["sip_received"]
        self.assertEqual(len(self.rows(capture, "frame.number", only="tcp && sip")), total)
        for fault in ("tcp.analysis.flags", "_ws.malformed", "udp", "tcp.checksum.status == 0"):
            self.assertEqual(self.rows(capture, "frame.number", only=fault), [], fault)

    def test_findings_hang_on_segments(self):
        done = self.run_load(
            *SHORT, "--ue-port", free_port(), "--fault", "F03", "--fault-every", 10
        )
        capture = done.directory / "capture.pcapng"
        commented = self.rows(capture, "frame.comment", only="tcp && sip && frame.comment")
        self.assertTrue(any("24.341-5.3.3.4.2-c" in row[0] for row in commented), commented)
        self.assertEqual(self.rows(capture, "frame.number", only="tcp.analysis.flags"), [])


if __name__ == "__main__":
    harness.main()
