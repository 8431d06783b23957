#!/usr/bin/env python3
"""Router solicitations, and what comes of them: dhcpd6-rs.py IFACE [SECONDS].

Asks once a second until an advertisement comes, for 30 seconds, or for SECONDS when
silence is what is looked for.  Prints one line for each; exit 1 when none came.
"""
import socket
import struct
import sys
import time


def describe(data):
    flags, lifetime = data[5], struct.unpack("!H", data[6:8])[0]
    words = ["flags=" + ("M" if flags & 0x80 else "") + ("O" if flags & 0x40 else ""), "lifetime=%d" % lifetime]
    rest = data[16:]
    while len(rest) >= 8 and rest[1]:
        kind, value = rest[0], rest[: rest[1] * 8]
        if kind == 1:
            words.append("source=" + value[2:8].hex(":"))
        elif kind == 3:
            on = ("L" if value[3] & 0x80 else "") + ("A" if value[3] & 0x40 else "")
            words.append("prefix=%s/%d:%s" % (socket.inet_ntop(socket.AF_INET6, value[16:32]), value[2], on))
        elif kind == 25:
            words.append("dns=" + socket.inet_ntop(socket.AF_INET6, value[8:24]))
        elif kind == 31:
            words.append("domain=" + ".".join(p.decode() for p in labels(value[8:])))
        rest = rest[rest[1] * 8 :]
    return " ".join(words)


def labels(data):
    while data and data[0]:
        yield data[1 : 1 + data[0]]
        data = data[1 + data[0] :]


def main():
    index = socket.if_nametoindex(sys.argv[1])
    s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    end = time.monotonic() + (int(sys.argv[2]) if len(sys.argv) > 2 else 30)
    while time.monotonic() < end:
        s.sendto(struct.pack("!BBHI", 133, 0, 0, 0), ("ff02::2", 0, 0, index))
        again = time.monotonic() + 1
        while time.monotonic() < again:
            s.settimeout(max(0.01, again - time.monotonic()))
            try:
                data, who = s.recvfrom(2000)
            except socket.timeout:
                break
            if data[0] == 134:
                print("from=%s bytes=%d %s" % (who[0].split("%")[0], len(data), describe(data)))
                return
    sys.exit("no advertisement")


main()
