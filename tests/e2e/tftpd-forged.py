"""Requests in the name of addresses that never answer, and what they draw.

usage: tftpd-forged.py SERVER DEVICE ask=ADDRESSES,REQUESTS[,OPTIONS] ...
Sends REQUESTS in all to the server at SERVER:69, in turn from ADDRESSES below 10.128.0.0/9,
whose answers go to DEVICE and are lost there; prints a line for each case: the bytes that were
sent and drawn (contents of the datagrams), and their ratio.  OPTIONS 1: with tsize.
"""
import socket
import struct
import sys
import time

server, device = sys.argv[1:3]
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)


def counted():
    for line in open('/proc/net/dev'):
        name, _, numbers = line.partition(':')
        if name.strip() == device:
            return int(numbers.split()[8]) - 42 * int(numbers.split()[9])     # Ethernet, IP and UDP
    raise SystemExit('no interface ' + device)


def forge(source, port, payload):
    udp = struct.pack('!HHHH', port, 69, 8 + len(payload), 0) + payload
    ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, source, socket.inet_aton(server))
    raw.sendto(ip + udp, (server, 0))


first = 10 << 24 | 128 << 16
for case in sys.argv[3:]:
    addresses, requests, options = (list(map(int, case.split('=')[1].split(','))) + [0])[:3]
    payload = b'\0\1big\0octet\0' + (b'tsize\0' + b'0\0' if options else b'')
    before, sent = counted(), 0
    for i in range(requests):
        forge(struct.pack('!I', first + i % addresses), 1024 + i // addresses % 60000, payload)
        sent += len(payload)
        if i % 100 == 99:
            time.sleep(0.02)                                   # the server's socket holds some hundred
    last, drawn = -1, 0
    while drawn != last:                                       # repetitions, too
        last = drawn
        time.sleep(5)
        drawn = counted() - before
    print('addresses=%d requests=%d options=%d sent=%d drawn=%d ratio=%.2f' %
          (addresses, requests, options, sent, drawn, drawn / sent))
    first += addresses
