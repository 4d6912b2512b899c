"""Stands between two ends of SCTP in UDP (RFC 6951) and breaks what passes: silence, an ABORT, M3UA
messages other than those that were sent. Written from RFC 9260, without a stack of its own."""
import contextlib
import select
import socket
import struct
import threading

UDP_PORT = 9899
DATA, ABORT = 0, 6
COMMON_HEADER, DATA_HEADER = 12, 16  # octets
CASTAGNOLI = 0x82F63B78  # RFC 9260 appendix A, reflected


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (CASTAGNOLI if value & 1 else 0)
        table.append(value)
    return table


TABLE = crc_table()


def with_checksum(packet):
    packet = packet[:8] + bytes(4) + packet[12:]
    crc = 0xFFFFFFFF
    for octet in packet:
        crc = crc >> 8 ^ TABLE[(crc ^ octet) & 0xFF]
    return packet[:8] + struct.pack("<I", crc ^ 0xFFFFFFFF) + packet[12:]


def chunks(packet):
    at = COMMON_HEADER
    while at + 4 <= len(packet):
        (length,) = struct.unpack_from(">H", packet, at + 2)
        if length < 4:
            return
        yield packet[at : at + length]
        at += length + 3 & ~3


class Meddler:
    """Relays between `rung` and `gateway`, each an IPv4 address that sends to one of ours.

    `spoil(to_rung, message)` gives the M3UA message to carry instead.
    """

    def __init__(self, rung, gateway, for_rung, for_gateway):
        self.peers = (rung, gateway)
        self.sockets = []
        for address in (for_rung, for_gateway):
            end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            end.bind((address, UDP_PORT))
            self.sockets.append(end)
        self.silent = False
        self.spoil = lambda to_rung, message: message
        self.headers = [None, None]  # ports and tag of the last packet to rung, to the gateway
        self.passed = 0
        self.error = None
        self.going = True
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        self.thread.join()
        for end in self.sockets:
            end.close()
        if self.error is not None:
            raise self.error

    def run(self):
        try:
            while self.going:
                for end in select.select(self.sockets, [], [], 0.05)[0]:
                    self.relay(end)
        except Exception as error:  # told by the thread that waits for this one
            self.error = error

    def relay(self, end):
        packet = end.recv(65536)
        to_rung = end is self.sockets[1]
        target = 0 if to_rung else 1
        self.headers[target] = packet[:8]
        if self.silent:
            return
        self.send(target, self.spoilt(to_rung, packet))
        self.passed += 1

    def send(self, target, packet):
        with contextlib.suppress(OSError):  # nobody listens there now
            self.sockets[target].sendto(packet, (self.peers[target], UDP_PORT))

    def spoilt(self, to_rung, packet):
        out, changed = packet[:COMMON_HEADER], False
        for chunk in chunks(packet):
            if chunk[0] == DATA:
                message = chunk[DATA_HEADER:]
                instead = self.spoil(to_rung, message)
                if instead != message:
                    length = struct.pack(">H", DATA_HEADER + len(instead))
                    chunk = chunk[:2] + length + chunk[4:DATA_HEADER] + instead
                    changed = True
            out += chunk + bytes(-len(chunk) % 4)
        return with_checksum(out) if changed else packet

    def abort(self):
        """Ends the association for both, each as if the other had."""
        for target in (0, 1):
            if self.headers[target] is not None:
                chunk = struct.pack(">BBH", ABORT, 0, 4)
                self.send(target, with_checksum(self.headers[target] + bytes(4) + chunk))
