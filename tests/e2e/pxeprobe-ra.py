"""A router that advertises itself when it is asked: lifetime 0, no prefix.
usage: pxeprobe-ra.py INTERFACE   prints "ready" """
import socket, struct, sys

s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x86DD))
s.bind((sys.argv[1], 0x86DD))
mac = s.getsockname()[4][:6]
print("ready", flush=True)
source = bytes.fromhex("fe80000000000000020000fffe000001")
everybody = bytes.fromhex("ff020000000000000000000000000001")
while True:
    f = s.recv(2000)
    if len(f) < 55 or f[20] != 58 or f[54] != 133:
        continue
    icmp = struct.pack(">BBHBBHII", 134, 0, 0, 64, 0, 0, 0, 0)
    total = sum(struct.unpack(">24H", source + everybody + struct.pack(">II", len(icmp), 58) + bytes(8))[:20])
    total += sum(struct.unpack(">8H", icmp))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    icmp = icmp[:2] + struct.pack(">H", ~total & 0xFFFF) + icmp[4:]
    ip6 = struct.pack(">IHBB", 0x60000000, len(icmp), 58, 255) + source + everybody
    s.send(bytes.fromhex("333300000001") + mac + b"\x86\xdd" + ip6 + icmp)
