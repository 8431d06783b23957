"""A proxy DHCP server that sends every PXE client option 43 in its offer, as
some appliances do; none of the servers in Debian can be made to.
usage: pxeprobe-proxy43.py INTERFACE OWN-ADDRESS FILE"""
import socket
import sys

device, own, name = sys.argv[1:4]
address = socket.inet_aton(own)


def option(code, value):
    return bytes([code, len(value)]) + value


def offer(discover):
    """To a DISCOVER (option 53 is the first that every persona sends)."""
    if discover[0] != 1 or discover[240:243] != b"\x35\1\1":
        return None
    head = bytes([2, 1, 6, 0]) + discover[4:8] + bytes(2) + discover[10:12] + bytes(8)
    head += address + bytes(4) + discover[28:44] + bytes(64) + name.encode().ljust(128, b"\0")
    options = option(53, b"\2") + option(54, address) + option(60, b"PXEClient")
    options += option(43, bytes.fromhex("060108ff"))
    return (head + b"\x63\x82\x53\x63" + options + b"\xff").ljust(300, b"\0")


s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for wanted in socket.SO_REUSEADDR, socket.SO_BROADCAST:
    s.setsockopt(socket.SOL_SOCKET, wanted, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
s.bind(("0.0.0.0", 67))
print("ready", flush=True)
while True:
    answer = offer(s.recv(2000))
    if answer:
        s.sendto(answer, ("255.255.255.255", 68))
