"""What a machine asked for, from a capture (pcap, Ethernet), a line each: DHCP
messages option by option, TFTP requests and the errors it ended them with,
HTTP requests header by header.  What differs from boot to boot is left out:
transaction numbers, seconds, ports.  The same line again (a retransmission)
is one line, a RELEASE none.  First comes the machine's MAC address.
usage: requests.py FILE"""
import re
import struct
import sys

TYPES = ["BOOTP", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM"]


def frames(data):
    order = "<" if data[:4] == b"\xd4\xc3\xb2\xa1" else ">"
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack(order + "I", data[at + 8:at + 12])[0]
        yield data[at + 16:at + 16 + size]
        at += 16 + size


def dhcp(d, sport, dport, machines):
    options, kind, i = [], 0, 240
    while i < len(d) and d[i] != 255:
        if d[i]:
            value = d[i + 2:i + 2 + d[i + 1]]
            options.append("%d=%s" % (d[i], value.hex()))
            kind = value[0] if d[i] == 53 else kind
            i += 1 + d[i + 1]
        i += 1
    if kind == 7:
        return None
    if not machines:
        machines.append(d[28:34])
        print("MAC " + d[28:34].hex(":"))
    if d[28:34] != machines[0]:
        return None
    name = d[108:236].rstrip(b"\0").decode()
    return "%s %d-%d bytes=%d hlen=%d flags=%s ciaddr=%s file=%s %s" % (TYPES[kind], sport, dport,
        len(d), d[2], d[10:12].hex(), d[12:16].hex(), name, " ".join(options))


def udp(p, machines):
    sport, dport, size = struct.unpack(">HHH", p[:6])
    d = p[8:size]
    if dport in (67, 4011) and len(d) > 240 and d[0] == 1:
        return dhcp(d, sport, dport, machines)
    if dport == 69 and d[:2] == b"\0\1":
        return "RRQ " + " ".join(w.decode() for w in d[2:].rstrip(b"\0").split(b"\0"))
    if d[:2] == b"\0\5" and dport > 1023 and sport > 1023 and d[2:4] != b"\0\1":
        return "ERROR %d %s" % (d[3], d[4:].rstrip(b"\0").decode())
    return None


def line(p, machines):
    if p[12:14] != b"\x08\0":
        return None
    head = (p[14] & 15) * 4
    body = p[14 + head:14 + struct.unpack(">H", p[16:18])[0]]
    if p[23] == 17:
        return udp(body, machines)
    if p[23] == 6 and body[2:4] == b"\0\x50":
        text = body[(body[12] >> 4) * 4:]
        if text[:4] in (b"GET ", b"HEAD"):
            # Their versions change with every update.
            words = re.sub(r"(User-Agent: (?:iPXE/|GRUB ))\S+", r"\1*", text.decode().strip())
            return " | ".join(words.split("\r\n"))
    return None


machines, before = [], None
for frame in frames(open(sys.argv[1], "rb").read()):
    now = line(frame, machines)
    if now and now != before:
        print(now)
        before = now
