"""SIP servers that misbehave, written by hand: what rung meets when the target is none of ours."""
import random
import socket
import threading


def headers_of(request):
    """Header lines of a request, in order, as (name, whole line)."""
    lines = request.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    return [(line.split(b":", 1)[0].strip().lower(), line) for line in lines[1:]]


def answer(request, status, reason, extra=()):
    """An answer as RFC 3261 8.2.6 wants it: Via, From, To with a tag, Call-ID and CSeq of the
    request."""
    lines = [b"SIP/2.0 %d %s" % (status, reason)]
    for name, line in headers_of(request):
        if name in (b"via", b"from", b"call-id", b"cseq"):
            lines.append(line)
        elif name == b"to":
            lines.append(line if b"tag=" in line else line + b";tag=responder")
    lines += extra
    lines.append(b"Content-Length: 0")
    return b"\r\n".join(lines) + b"\r\n\r\n"


class Responder:
    """Answers every datagram with what `replies(request)` lists, on a port of its own, until the
    block ends."""

    def __init__(self, replies, address="127.0.0.1"):
        self.replies = replies
        self.received = 0
        self.sent = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((address, 0))
        self.socket.settimeout(0.1)
        self.target = f"{address}:{self.socket.getsockname()[1]}"
        self.running = True
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        self.socket.close()

    def serve(self):
        while self.running:
            try:
                request, peer = self.socket.recvfrom(65536)
            except TimeoutError:
                continue
            self.received += 1
            for reply in self.replies(request):
                self.socket.sendto(reply, peer)
                self.sent += 1


class Garbage:
    """Datagrams that no SIP element sends, made of a good answer; the same ones for the same
    seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0

    def of(self, good):
        pick = self.random
        kinds = (
            lambda: pick.randbytes(pick.randrange(1, 1400)),  # noise
            lambda: good[: pick.randrange(1, good.index(b"Content-Length"))],  # cut anywhere
            lambda: b"SIP/2.0 200 OK\r\n" + b"X: " + b"a" * 60000,  # huge and endless
            lambda: b"\x00" * 64,
            lambda: b"",
            lambda: good.replace(b"Content-Length: 0", b"Content-Length: 99999999999999999999"),
            lambda: good.replace(b"SIP/2.0 ", b"SIP/9.9 "),
        )
        self.count += 1
        return kinds[self.count % len(kinds)]()
