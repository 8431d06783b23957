"""DHCPv6 by bytes, for tests: messages, and a client that says what came back.

Nothing of it knows any server; it is written from RFC 8415 alone.
"""
import os
import socket
import struct
import time

SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE, RECONFIGURE, INFORMATION = range(1, 12)
RELAY_FORW, RELAY_REPL = 12, 13
CLIENT_ID, SERVER_ID, IA_NA, IA_TA, IAADDR, ORO, PREFERENCE, ELAPSED, RELAY_MSG = range(1, 10)
STATUS, RAPID, USER_CLASS, VENDOR_CLASS, INTERFACE_ID, RECONF_ACCEPT = 13, 14, 15, 16, 18, 20
DNS, DOMAIN, IA_PD, REMOTE_ID, URL, PARAM, ARCH, NII, LINK_ADDR, SOL_MAX_RT = 23, 24, 25, 37, 59, 60, 61, 62, 79, 82
SUCCESS, UNSPEC, NO_ADDRS, NO_BINDING, NOT_ON_LINK, USE_MULTICAST, NO_PREFIX = range(7)
ALL = "ff02::1:2"


class Fault(Exception):
    pass


def must(condition, what):
    if not condition:
        raise Fault(what)


def same(got, want, what):
    must(got == want, "%s: %r, not %r" % (what, got, want))


def opt(code, value=b""):
    return struct.pack("!HH", code, len(value)) + value


def packed(addr):
    return socket.inet_pton(socket.AF_INET6, addr)


def text(addr):
    return socket.inet_ntop(socket.AF_INET6, addr)


def iaaddr(addr, preferred=0, valid=0):
    return opt(IAADDR, packed(addr) + struct.pack("!II", preferred, valid))


def ia_na(iaid, *addrs):
    return opt(IA_NA, struct.pack("!III", iaid, 0, 0) + b"".join(iaaddr(a) for a in addrs))


def ia_ta(iaid):
    return opt(IA_TA, struct.pack("!I", iaid))


def ia_pd(iaid):
    return opt(IA_PD, struct.pack("!III", iaid, 0, 0))


def oro(*codes):
    return opt(ORO, b"".join(struct.pack("!H", c) for c in codes))


def read_options(data):
    """As (code, value), in their order; none may run past the end."""
    found = []
    while data:
        must(len(data) >= 4, "the reply ends within an option's head")
        code, length = struct.unpack("!HH", data[:4])
        must(len(data) >= 4 + length, "an option of the reply runs past its end")
        found.append((code, data[4 : 4 + length]))
        data = data[4 + length :]
    return found


class Ia:
    def __init__(self, code, value):
        head = 4 if code == IA_TA else 12
        must(len(value) >= head, "an IA that is too short")
        self.code, self.iaid = code, struct.unpack("!I", value[:4])[0]
        self.t1, self.t2 = struct.unpack("!II", value[4:12]) if head == 12 else (0, 0)
        self.addr, self.status = [], None
        for c, v in read_options(value[head:]):
            if c == IAADDR:
                same(len(v), 24, "the length of an address option")
                self.addr.append((text(v[:16]),) + struct.unpack("!II", v[16:24]))
            elif c == STATUS:
                self.status = struct.unpack("!H", v[:2])[0]

    def given(self):
        return [a for a, preferred, valid in self.addr if valid]


class Reply:
    def __init__(self, data, source):
        self.kind, self.xid, self.source = data[0], data[1:4], source
        self.options = read_options(data[4:])
        self.codes = [c for c, v in self.options]
        self.ia = [Ia(c, v) for c, v in self.options if c in (IA_NA, IA_TA, IA_PD)]

    def get(self, code):
        for c, v in self.options:
            if c == code:
                return v
        return None

    def status(self):
        v = self.get(STATUS)
        return None if v is None else struct.unpack("!H", v[:2])[0]

    def the_ia(self, code=IA_NA, iaid=None):
        for ia in self.ia:
            if ia.code == code and iaid in (None, ia.iaid):
                return ia
        raise Fault("no IA of code %d in the reply" % code)


class Relayed:
    """A relay's message, and what is in it."""

    def __init__(self, data, source):
        same(data[0], RELAY_REPL, "type of the message around")
        self.kind, self.hops, self.source = data[0], data[1], source
        self.link, self.peer = text(data[2:18]), text(data[18:34])
        self.options = read_options(data[34:])
        inner = dict(self.options)[RELAY_MSG]
        self.inner = Relayed(inner, None) if inner[0] in (RELAY_FORW, RELAY_REPL) else Reply(inner, None)

    def get(self, code):
        return dict(self.options).get(code)

    def last(self):
        return self.inner if isinstance(self.inner, Reply) else self.inner.last()


def relay_forw(inner, link, peer="fe80::5054:ff:fe12:3456", hops=0, more=b""):
    return bytes([RELAY_FORW, hops]) + packed(link) + packed(peer) + more + opt(RELAY_MSG, inner)


class Lan:
    """The ports of a client and of a relay, on one interface."""

    def __init__(self, iface, server):
        self.index, self.server = socket.if_nametoindex(iface), server
        self.port = {}
        for port in (546, 547):
            s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            s.bind(("::", port, 0, self.index))
            s.settimeout(0.02)
            self.port[port] = s

    def send(self, data, to=ALL, port=546):
        self.port[port].sendto(data, (to, 547, 0, self.index))

    def await_one(self, fits, port, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                data, source = self.port[port].recvfrom(65536)
            except socket.timeout:
                continue
            if fits(data):
                return data, source[0]
        return None

    def exchange(self, data, to=ALL, port=546):
        """What answers it; sent again every 3 seconds, for 60."""
        xid = transaction(data)
        for _ in range(20):
            self.send(data, to, port)
            got = self.await_one(lambda d: transaction(d) == xid and d[0] in (ADVERTISE, REPLY, RELAY_REPL), port, 3)
            if got:
                return Relayed(*got) if got[0][0] == RELAY_REPL else Reply(*got)
        raise Fault("no answer")

    def silent(self, data, later, to=ALL, port=546):
        """Nothing answers it before `later`, sent behind it, is answered."""
        for _ in range(20):
            self.send(data, to, port)
            self.send(later)
            got = self.await_one(lambda d: transaction(d) in (transaction(data), transaction(later)), 546, 3)
            if got:
                must(transaction(got[0]) == transaction(later), "answered with a message of type %d" % got[0][0])
                return must(not self.await_one(lambda d: transaction(d) == transaction(data), 547, 0.05), "answered")
        raise Fault("the later question has no answer")


def transaction(data):
    """That of the innermost message; of a broken one, all of it."""
    while data and data[0] in (RELAY_FORW, RELAY_REPL):
        inner = [v for c, v in read_options_gently(data[34:]) if c == RELAY_MSG]
        if not inner:
            return data
        data = inner[0]
    return data[1:4]


def read_options_gently(data):
    try:
        return read_options(data)
    except Fault:
        return []


class Client:
    def __init__(self, lan):
        self.lan, self.duid, self.server = lan, b"\0\4" + os.urandom(16), None
        self.iaid = struct.unpack("!I", os.urandom(4))[0]

    def message(self, kind, more=b"", client_id=True, server_id=None):
        """With the server's identifier where this kind has one, if server_id does not say."""
        if server_id is None:
            server_id = self.server if kind in (REQUEST, RENEW, RELEASE, DECLINE) else b""
        said = opt(CLIENT_ID, self.duid) if client_id else b""
        said += opt(SERVER_ID, server_id) if server_id else b""
        return bytes([kind]) + os.urandom(3) + said + opt(ELAPSED, b"\0\0") + more

    def ask(self, kind, more=b"", to=ALL, **how):
        data = self.message(kind, more, **how)
        reply = self.lan.exchange(data, to)
        same(reply.xid, data[1:4], "transaction")
        must(reply.get(SERVER_ID), "no server identifier")
        same(reply.get(CLIENT_ID), self.duid if how.get("client_id", True) else None, "client identifier")
        self.server = self.server or reply.get(SERVER_ID)
        return reply

    def lease(self, *hint, more=b""):
        """Its address, by four messages."""
        reply = self.ask(SOLICIT, ia_na(self.iaid, *hint) + more)
        same(reply.kind, ADVERTISE, "type")
        offered = reply.the_ia().given()
        must(len(offered) == 1, "%d addresses advertised" % len(offered))
        reply = self.ask(REQUEST, ia_na(self.iaid, *offered) + more)
        same(reply.the_ia().given(), offered, "what is leased, beside what was advertised")
        return offered[0]
