#!/usr/bin/env python3
"""A router and DHCPv6 server that does what no real server can be made to do.

usage: pxeprobe-dhcp6.py IFACE KEY=VALUE...
  ra=MOAL/PREFIX  advertises: M, O flags, A (SLAAC) and L (on-link) of the prefix; R a default router
  addr=ADDRESS    leases this one (and those after it)
  pxe=URL http=URL ipxe=URL    what each kind of client boots (option 59)
  class=yes       option 16 HTTPClient to HTTP clients
  nul=yes         a NUL behind the URL
  release=no      RELEASE is not answered
  sum=0           UDP checksum 0
  relay=drops     nothing is answered
"""
import fcntl
import select
import signal
import socket
import struct
import sys

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ifname = sys.argv[1]
opt = dict(a.split("=", 1) for a in sys.argv[2:])
index = socket.if_nametoindex(ifname)
SIOCGIFHWADDR = 0x8927
mac = fcntl.ioctl(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM), SIOCGIFHWADDR, struct.pack("256s", ifname.encode()))[18:24]
DUID = struct.pack("!HH", 3, 1) + mac
UDP_NO_CHECK6_TX = 101


def group(addr):
    return socket.inet_pton(socket.AF_INET6, addr) + struct.pack("@I", index)


def option(code, data):
    return struct.pack("!HH", code, len(data)) + data


def options(b):
    found = {}
    while len(b) >= 4:
        code, n = struct.unpack("!HH", b[:4])
        found.setdefault(code, b[4:4 + n])
        b = b[4 + n:]
    return found


def advertisement():
    flags, prefix = opt["ra"].split("/", 1)
    bits = (128 if "M" in flags else 0) | (64 if "O" in flags else 0)
    ra = struct.pack("!BBHBBHII", 134, 0, 0, 64, bits, 1800 if "R" in flags else 0, 0, 0) + b"\1\1" + mac
    if prefix != "-":
        net = socket.inet_pton(socket.AF_INET6, prefix)
        bits = (128 if "L" in flags else 0) | (64 if "A" in flags else 0)
        ra += struct.pack("!BBBBIII", 3, 4, 64, bits, 7200, 3600, 0) + net
    return ra


leases = {}


def lease(ia):
    if ia not in leases:
        n = int.from_bytes(socket.inet_pton(socket.AF_INET6, opt["addr"]), "big") + len(leases)
        leases[ia] = n.to_bytes(16, "big")
    return leases[ia]


def url_for(o):
    if b"iPXE" in o.get(15, b""):
        return opt.get("ipxe")
    if b"HTTPClient" in o.get(16, b""):
        return opt.get("http")
    return opt.get("pxe") if 61 in o else None


def answer(b):
    kind, xid, o = b[0], b[1:4], options(b[4:])
    if kind not in (1, 3, 8, 11) or 1 not in o or o.get(2, DUID) != DUID or opt.get("relay") == "drops":
        return None
    if kind == 8 and opt.get("release") == "no":
        return None
    out = bytes([2 if kind == 1 else 7]) + xid + option(1, o[1]) + option(2, DUID)
    if 3 in o and kind != 8 and "addr" in opt:
        ia = o[3][:4]
        out += option(3, ia + struct.pack("!II", 1800, 2880) + option(5, lease(o[1] + ia) + struct.pack("!II", 3600, 7200)))
    url = url_for(o)
    if url and kind != 8:
        out += option(59, url.encode() + (b"\0" if opt.get("nul") == "yes" else b""))
        if b"HTTPClient" in o.get(16, b"") and opt.get("class") == "yes":
            out += option(16, struct.pack("!IH", 343, 10) + b"HTTPClient")
    return out


dhcp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
dhcp.bind(("::", 547))
dhcp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group("ff02::1:2"))
if opt.get("sum") == "0":
    dhcp.setsockopt(socket.IPPROTO_UDP, UDP_NO_CHECK6_TX, 1)
icmp = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
icmp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
icmp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
icmp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group("ff02::2"))
print("ready", flush=True)
while True:
    for s in select.select([dhcp, icmp], [], [])[0]:
        packet, who = s.recvfrom(2000)
        if s is icmp and packet[0] == 133 and "ra" in opt:
            icmp.sendto(advertisement(), ("ff02::1", 0, 0, index))
        elif s is dhcp:
            reply = answer(packet)
            print(f"got {packet[0]} option61={61 in options(packet[4:])} answered={reply is not None}", flush=True)
            if reply:
                dhcp.sendto(reply, who)
