"""A TFTP client for the tests of tftpd-lite: packets as the test wants them,
right or wrong.  Raises Bad when the server does what it should not."""
import os, socket, struct, sys, time

RRQ, WRQ, DATA, ACK, ERROR, OACK = 1, 2, 3, 4, 5, 6


class Bad(Exception):
    pass


class Refused(Exception):
    def __init__(self, code, text):
        super().__init__("error %d: %s" % (code, text))
        self.code, self.text = code, text


def need(good, why):
    if not good:
        raise Bad(why)


def request(op, name, mode="octet", **options):
    p = struct.pack("!H", op) + name.encode() + b"\0" + mode.encode() + b"\0"
    for k, v in options.items():
        p += k.encode() + b"\0" + str(v).encode() + b"\0"
    return p


def ack(n):
    return struct.pack("!HH", ACK, n & 0xffff)


def data(n, b):
    return struct.pack("!HH", DATA, n & 0xffff) + b


def error(code, text=""):
    return struct.pack("!HH", ERROR, code) + text.encode() + b"\0"


def parse_oack(p):
    need(p.endswith(b"\0"), "OACK does not end in NUL: %r" % p)
    words = p[2:-1].split(b"\0")
    need(len(words) % 2 == 0 and all(words), "OACK with padding or halves: %r" % p)
    return {words[i].decode(): int(words[i + 1]) for i in range(0, len(words), 2)}


class Client:
    """One socket; tid is the server's address and port once it answered."""

    def __init__(self, host="127.0.0.1", port=69, bind=None, timeout=30):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.s = socket.socket(family, socket.SOCK_DGRAM)
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        if bind:
            self.s.bind(bind)
        self.s.settimeout(timeout)
        self.server, self.tid = (host, port), None

    def ask(self, p):
        self.s.sendto(p, self.server)

    def send(self, p):
        self.s.sendto(p, self.tid)

    def recv(self, timeout=None):
        """op, number, rest; the number is the block or the error code."""
        if timeout is not None:
            self.s.settimeout(timeout)
        p, who = self.s.recvfrom(70000)
        if self.tid is None:
            self.tid = who
        need(who[:2] == self.tid[:2], "answer from %s, not %s" % (who, self.tid))
        op, n = struct.unpack("!HH", p[:4]) if len(p) >= 4 else (0, 0)
        if op == OACK:
            return op, parse_oack(p), p
        if op == ERROR:
            raise Refused(n, p[4:].rstrip(b"\0").decode())
        return op, n, p[4:]

    def quiet(self, answered=None):
        """True when the server has taken what was sent here, and nothing came.
        answered() makes it answer something else; after two of that it has
        gone through all of its sockets."""
        for _ in range(2):
            (answered or self.other_answer)()
        self.s.setblocking(False)
        try:
            self.s.recvfrom(70000)
            return False
        except BlockingIOError:
            return True
        finally:
            self.s.settimeout(30)

    def other_answer(self, host=None):
        other = Client(host or self.server[0], self.server[1])
        other.ask(request(RRQ, "not there, but answered"))
        try:
            other.recv()
        except Refused:
            pass

    def get(self, name, lose=None, mode="octet", **options):
        """The whole file and the options agreed.  lose(block) says which DATA
        is to be thrown away."""
        self.ask(request(RRQ, name, mode, **options))
        agreed, size, window, expect, since, out = {}, 512, 1, 1, 0, []
        lose = lose or (lambda n: False)
        while True:
            try:
                op, n, rest = self.recv()
            except socket.timeout:
                raise Bad("silence before block %d" % expect)
            if op == OACK:
                agreed = n
                size, window = n.get("blksize", 512), n.get("windowsize", 1)
                self.send(ack(0))
                continue
            need(op == DATA, "op %d in a read" % op)
            if lose(expect):
                continue
            if n != expect & 0xffff:
                if window > 1 and since >= 0 and (n - expect) & 0xffff < 0x8000:
                    self.send(ack(expect - 1))
                    since = -1      # said once
                continue
            out.append(rest)
            since = max(since, 0) + 1
            if len(rest) < size:
                self.send(ack(expect))
                return b"".join(out), agreed
            if since == window:
                self.send(ack(expect))
                since = 0
            expect += 1

    def put(self, name, body, mode="octet", **options):
        self.ask(request(WRQ, name, mode, **options))
        op, n, _ = self.recv()
        agreed = n if op == OACK else {}
        size, window = agreed.get("blksize", 512), agreed.get("windowsize", 1)
        blocks = [body[i:i + size] for i in range(0, len(body) + 1, size)]
        done = 0
        while done < len(blocks):
            for i in range(done, min(done + window, len(blocks))):
                self.send(data(i + 1, blocks[i]))
            op, n, _ = self.recv()
            if op == OACK:              # once more, as it waited for the first block
                continue
            need(op == ACK, "op %d in a write" % op)
            step = (n - done) & 0xffff
            need(step <= window, "ACK %d after %d" % (n, done))
            done += step
        return agreed


def run(tests):
    """Each function is a line of its own: its first line of text, or its name."""
    failed = 0
    for t in tests:
        name = t.__doc__ or t.__name__.replace("_", " ")
        try:
            t()
            print("ok - " + name, flush=True)
        except Exception as e:
            failed = 1
            print("# %s: %s" % (type(e).__name__, e))
            print("not ok - " + name, flush=True)
    sys.exit(failed)
