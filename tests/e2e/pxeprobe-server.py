"""Servers that are wrong in one chosen way.  KEY=VALUE words:
  dhcp: dev addr mask router dns siaddr id file 67 67hex 60 43hex 52 proxy nak silent4011
  tftp=MODE dir=DIR: good plain notsize silent stall other drop
  http=MODE dir=DIR: good 1.0 redirect nolength chunked lower status error
Prints "ready" once everything is bound."""
import os, socket, struct, sys, threading

o = dict(a.split("=", 1) for a in sys.argv[1:])
ip = o.get("ip", "10.77.0.1")


def aton(a):
    return socket.inet_aton(a)


def opt(code, value):
    return bytes([code, len(value)]) + value


def udp(port, addr="0.0.0.0"):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.bind((addr, port))
    return s


def dhcp_options(kind):
    out = opt(53, bytes([kind])) + opt(54, aton(o.get("id", ip))) if kind else b""
    if kind == 6:
        return out
    if "proxy" not in o:
        if o.get("mask", "255.255.255.0"):
            out += opt(1, aton(o.get("mask", "255.255.255.0")))
        if "router" in o:
            out += opt(3, aton(o["router"]))
        if "dns" in o:
            out += opt(6, aton(o["dns"]))
        out += opt(51, struct.pack(">I", 600))
    if "60" in o:
        out += opt(60, o["60"].encode())
    if "43hex" in o:
        out += opt(43, bytes.fromhex(o["43hex"]))
    if "52" in o:
        out += opt(52, bytes([int(o["52"])]))
    if "67" in o:
        out += opt(67, o["67"].encode())
    if "67hex" in o:
        out += opt(67, bytes.fromhex(o["67hex"]))
    return out + opt(28, aton("10.77.0.255"))


def dhcp_answer(q):
    if q[0] != 1:
        return None
    i, kind, server = 240, 0, None
    while i < len(q) and q[i] != 255:
        if q[i] == 53:
            kind = q[i + 2]
        if q[i] == 54:
            server = q[i + 2:i + 6]
        i += 1 if q[i] == 0 else 2 + q[i + 1]
    reply = {0: 0, 1: 2, 3: 5}.get(kind)
    if reply is None or (server and server != aton(o.get("id", ip))):
        return None
    if kind == 3 and "proxy" in o:
        return None
    if kind == 3 and "nak" in o:
        reply = 6
    yiaddr = "0.0.0.0" if "proxy" in o or reply == 6 else o.get("addr", "10.77.0.70")
    head = bytes([2, 1, 6, 0]) + q[4:8] + bytes(2) + q[10:12] + bytes(4)
    head += aton(yiaddr) + aton(o.get("siaddr", ip)) + bytes(4) + q[28:44] + bytes(64)
    name = o.get("file", "").encode()
    if o.get("52"):
        name = opt(12, b"overloaded") + b"\xff"
    return head + name.ljust(128, b"\0") + b"\x63\x82\x53\x63" + dhcp_options(reply) + b"\xff"


def dhcp(s):
    while True:
        a = dhcp_answer(s.recvfrom(2000)[0])
        if a:
            s.sendto(a.ljust(300, b"\0"), ("255.255.255.255", 68))


def tftp(s, mode):
    while True:
        q, who = s.recvfrom(2000)
        if q[:2] != b"\0\1" or mode == "silent":
            continue
        words = q[2:].split(b"\0")
        path = os.path.join(o["dir"], words[0].decode().lstrip("/"))
        options = dict(zip([w.lower() for w in words[2:-1:2]], words[3::2]))
        threading.Thread(target=tftp_send, args=(path, options, who, mode), daemon=True).start()


def tftp_send(path, options, who, mode):
    t = udp(0, "10.77.0.2" if mode == "other" else ip)
    t.settimeout(2)
    if not os.path.isfile(path):
        t.sendto(b"\0\5\0\1no such file\0", who)
        return
    data, size, oack = open(path, "rb").read(), 512, b""
    if mode not in ("plain",):
        if b"blksize" in options:
            size = int(options[b"blksize"])
            oack += b"blksize\0%d\0" % size
        if b"tsize" in options and mode != "notsize":
            oack += b"tsize\0%d\0" % len(data)
    block, at = 0, 0
    packet = b"\0\6" + oack if oack else None
    while True:
        if packet is None:
            block += 1
            packet = struct.pack(">HH", 3, block & 0xffff) + data[at:at + size]
            at += size
        if not (mode == "drop" and len(packet) > 1000):
            t.sendto(packet, who)
        try:
            a = t.recv(100)
        except socket.timeout:
            return
        if a[:2] != b"\0\4" or (mode == "stall" and block == 3):
            return
        if block and len(packet) < size + 4:
            return
        packet = None


def http(s, mode):
    while True:
        c, _ = s.accept()
        threading.Thread(target=http_one, args=(c, mode), daemon=True).start()


def http_one(c, mode):
    q = b""
    while b"\r\n\r\n" not in q:
        part = c.recv(4000)
        if not part:
            return
        q += part
    method, path = q.split(b" ")[:2]
    path = path.decode()
    v = "HTTP/1.0" if mode == "1.0" else "HTTP/1.1"
    file = os.path.join(o["dir"], path.lstrip("/"))
    found = os.path.isfile(file)
    data = open(file, "rb").read() if found else b"gone"
    head = "%s %s\r\nConnection: close\r\n" % (v, "200 OK" if found else "404 Not Found")
    if mode == "redirect" and "again" not in path:
        head = "%s 301 Moved\r\nConnection: close\r\nLocation: /again/%s\r\n" % (v, path)
        data = b""
    if mode == "status":
        head = "%s 403 Forbidden\r\nConnection: close\r\n" % v
    if path.endswith(".efi") and mode != "type":
        head += "Content-Type: application/efi\r\n"
    if mode == "chunked":
        head += "Transfer-Encoding: chunked\r\n"
        data = b"%x\r\n" % len(data) + data + b"\r\n0\r\n\r\n"
    elif mode == "lower":
        head += "content-length: %d\r\n" % len(data)
    elif mode != "nolength":
        head += "Content-Length: %d\r\n" % len(data)
    if mode == "stall":
        data = data[:1000]
    c.sendall(head.encode() + b"\r\n" + (b"" if method == b"HEAD" else data))
    if mode == "stall":
        threading.Event().wait(20)
    c.close()


jobs = []
if "nodhcp" not in o:
    s = udp(67)
    # There is no route to 255.255.255.255 in a test's namespace.
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, o.get("dev", "br0").encode())
    jobs.append((dhcp, (s,)))
if "tftp" in o:
    jobs.append((tftp, (udp(69, ip), o["tftp"])))
if "http" in o:
    s = socket.create_server((ip, 80))
    jobs.append((http, (s, o["http"])))
threads = [threading.Thread(target=f, args=a, daemon=True) for f, a in jobs]
for t in threads:
    t.start()
print("ready", flush=True)
for t in threads:
    t.join()
