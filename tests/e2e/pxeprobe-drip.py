"""Files without an end: over HTTP a byte at a time, over TFTP block after block.
usage: pxeprobe-drip.py ADDRESS   prints "ready"; TFTP names with "drip" in them drip as well"""
import socket, struct, sys, threading, time

host = sys.argv[1]


def web(s):
    while True:
        c, _ = s.accept()
        threading.Thread(target=answer, args=(c,), daemon=True).start()


def answer(c):
    try:
        c.recv(4096)
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while True:
            c.sendall(b"#")
            time.sleep(0.2)
    except OSError:
        pass


def transfer(peer, name):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((host, 0))
    s.settimeout(3)
    block = 1
    try:
        while True:
            s.sendto(struct.pack(">HH", 3, block & 0xFFFF) + bytes(512), peer)
            s.recv(600)
            block += 1
            time.sleep(0.2 if b"drip" in name else 0)
    except OSError:
        pass


tcp = socket.socket()
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
tcp.bind((host, 80))
tcp.listen(8)
threading.Thread(target=web, args=(tcp,), daemon=True).start()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind((host, 69))
print("ready", flush=True)
while True:
    packet, peer = udp.recvfrom(2048)
    if packet[:2] == b"\0\1":
        threading.Thread(target=transfer, args=(peer, packet[2:].split(b"\0")[0]), daemon=True).start()
