"""A switch between two interfaces: what comes from NEAR goes out of FAR as it
is, what comes from FAR goes out of NEAR with the tag of a VLAN.
usage: pxeprobe-tagger.py NEAR FAR VLAN"""
import select
import socket
import struct
import sys

near, far, vlan = sys.argv[1], sys.argv[2], int(sys.argv[3])
ETH_P_ALL, PACKET_OUTGOING, SOL_PACKET, PACKET_IGNORE_OUTGOING = 3, 4, 263, 23


def port(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    s.bind((name, 0))
    return s


a, b = port(near), port(far)
print("ready", flush=True)
while True:
    for s in select.select([a, b], [], [])[0]:
        frame = s.recv(65536)
        if s is a:
            b.send(frame)
        else:
            a.send(frame[:12] + struct.pack(">HH", 0x8100, vlan) + frame[12:])
