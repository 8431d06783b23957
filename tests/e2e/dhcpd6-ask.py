#!/usr/bin/env python3
"""Asks for an address as UEFI PXE over IPv6 does: dhcpd6-ask.py IFACE pxe|http|none.

SOLICIT, then the ADVERTISE with a boot file, as firmware chooses it (none: any), REQUEST,
RELEASE.  One line for each reply; exit 1 when one is missing.
"""
import os
import socket
import struct
import sys
import time


def option(code, value):
    return struct.pack("!HH", code, len(value)) + value


def options(data):
    found = {}
    while len(data) >= 4:
        code, length = struct.unpack("!HH", data[:4])
        found.setdefault(code, data[4 : 4 + length])
        data = data[4 + length :]
    return found


CLASS = {"pxe": (7, b"PXEClient:Arch:00007:UNDI:003000"), "http": (16, b"HTTPClient:Arch:00016:UNDI:003000"), "none": None}


def message(kind, xid, duid, klass, more):
    said = b""
    if klass:
        said = option(62, b"\1\3\x10") + option(61, struct.pack("!H", klass[0]))
        said += option(16, struct.pack("!IH", 343, len(klass[1])) + klass[1])
    return bytes([kind]) + xid + option(1, duid) + option(8, b"\0\0") + option(6, b"\0\x3b\0\x3c\0\x17\0\x10") + said + more


def ask(s, to, data, fits):
    """Sends it until a reply fits, for 30 seconds."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        s.sendto(data, to)
        again = time.monotonic() + 2
        while time.monotonic() < again:
            s.settimeout(max(0.01, again - time.monotonic()))
            try:
                reply = s.recv(4096)
            except socket.timeout:
                break
            if reply[1:4] == data[1:4] and fits(reply[0], options(reply[4:])):
                return options(reply[4:])
    sys.exit("no reply to message %d" % data[0])


def main():
    iface, klass = sys.argv[1], CLASS[sys.argv[2]]
    index = socket.if_nametoindex(iface)
    with open("/sys/class/net/%s/address" % iface) as f:
        mac = bytes.fromhex(f.read().strip().replace(":", ""))
    duid, iaid = b"\0\1\0\1\x2c\x3d\x4e\x5f" + mac, os.urandom(4)
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.bind(("::", 546, 0, index))
    to = ("ff02::1:2", 547, 0, index)
    ia = option(3, iaid + bytes(8))
    got = ask(s, to, message(1, os.urandom(3), duid, klass, ia), lambda t, o: t == 2 and 3 in o and (not klass or 59 in o))
    got = ask(s, to, message(3, os.urandom(3), duid, klass, option(2, got[2]) + option(3, got[3])), lambda t, o: t == 7)
    addr = options(got[3][12:])[5]
    print("reply server=%s addr=%s valid=%d boot=%s class=%s" % (
        got[2].hex(), socket.inet_ntop(socket.AF_INET6, addr[:16]), struct.unpack("!I", addr[20:24])[0],
        got.get(59, b"").decode(), got.get(16, b"")[6:].decode()))
    # without a word of booting, as EDK2 sends it
    back = option(2, got[2]) + option(3, iaid + bytes(8) + option(5, addr[:16] + bytes(8)))
    got = ask(s, to, message(8, os.urandom(3), duid, None, back), lambda t, o: t == 7)
    print("released status=%d" % struct.unpack("!H", got[13][:2]))


main()
