"""A DHCP server in the forms of makes that cannot be started here: what each puts into the
header and into options.  usage: pxeprobe-forms.py IFACE ADDRESS FORM [FILE [NEXT-SERVER]]
The forms are those of published captures and manuals; addresses are ADDRESS's network, .60 and up."""
import socket, struct, sys

iface, server, form = sys.argv[1:4]
name = sys.argv[4] if len(sys.argv) > 4 else ""
following = sys.argv[5] if len(sys.argv) > 5 else server
raw = socket.inet_aton
net = server.rsplit(".", 1)[0]


def options(kind, pairs, least=0):
    """The options of a reply: 53, 54, then these; padded as the make pads."""
    out = bytes([53, 1, kind, 54, 4]) + raw(server)
    for code, value in pairs:
        out += bytes([code, len(value)]) + value
    return (out + b"\xff").ljust(least, b"\0")


refused = {}  # MAC address: how often
lease = [(51, struct.pack(">I", 86400)), (1, raw("255.255.255.0")), (3, raw(net + ".1"))]
pxe = [(60, b"PXEClient")]


def reply(ask, kind, port):
    """(yiaddr, siaddr, sname, file, options) of the answer to a message on this port, or None."""
    fields, uuid, arch = {}, [], 0
    at = 240
    while at + 1 < len(ask) and ask[at] != 255:
        if ask[at] == 0:
            at += 1
            continue
        fields[ask[at]] = ask[at + 2:at + 2 + ask[at + 1]]
        at += 2 + ask[at + 1]
    if 97 in fields:
        uuid = [(97, fields[97])]
    if 93 in fields:
        arch = struct.unpack(">H", fields[93][:2])[0]
    mine = net + "." + str(60 + ask[33] % 30)
    if form == "ios":  # ip dhcp pool: next-server, bootfile; times behind, 150 beside
        return mine, following, b"", name, options(kind, [(51, struct.pack(">I", 86400)), (58, struct.pack(">I", 43200)),
            (59, struct.pack(">I", 75600)), (1, raw("255.255.255.0")), (150, raw(following)), (3, raw(net + ".1"))], 60)
    if form == "routeros":  # /ip dhcp-server network: next-server, boot-file-name; the end follows at once
        return mine, following, b"", name, options(kind, [(1, raw("255.255.255.0")), (3, raw(net + ".1")),
            (51, struct.pack(">I", 600))], 60)
    if form == "routeros-option":  # the same name as an option of the user's: s'...' has no NUL, and END follows
        return mine, following, b"", "", options(kind, lease + [(67, name.encode())], 60)
    if form in ("refuses-once", "refuses-some", "refuses"):  # dnsmasq, when two are offered one address
        mac = ask[28:34]
        first = not refused or mac == next(iter(refused))
        refused.setdefault(mac, 0)
        most = {"refuses-once": 1, "refuses-some": list(refused).index(mac) % 2 * 5, "refuses": 99}[form]
        if kind == 5 and not first and refused[mac] < most:
            refused[mac] += 1
            return "0.0.0.0", "0.0.0.0", b"", "", options(6, [])
        return net + "." + str(60 + list(refused).index(mac)), following, b"", name, options(kind, lease, 60)
    if form == "infoblox":  # grid member: boot server, next server and boot file, all three in the header
        return mine, following, b"pxe.example.com", name, options(kind, lease + [(15, b"example.com")], 60)
    if form == "windows-dhcp":  # options 066 and 067: copied into the header, with the NUL that ends them
        text = following.encode()
        return mine, following, text, name, options(kind, lease + [(66, text + b"\0"), (67, name.encode() + b"\0")])
    if form == "wds-proxy":  # beside any DHCP server: no file before port 4011
        if port == 67:
            return ("0.0.0.0", server, b"wds.example.com", "", options(kind, uuid + pxe)) if 60 in fields and kind == 2 else None
        return "0.0.0.0", server, b"wds.example.com", wds_file(arch), options(5, uuid + pxe)
    if form == "wds-dhcp":  # on the DHCP server itself, which then sends option 60
        if port == 67:
            return mine, server, b"", "", options(kind, lease + pxe)
        return "0.0.0.0", server, b"wds.example.com", wds_file(arch), options(5, uuid + pxe)
    raise SystemExit("no such form: " + form)


def wds_file(arch):
    return "boot\\x64\\wdsmgfw.efi" if arch in (7, 9) else "boot\\x86\\wdsnbp.com"


def serve(s, port):
    ask, peer = s.recvfrom(2048)
    asks = ask.find(b"\x35\x01", 240)
    if ask[0] != 1 or asks < 0 or ask[asks + 2] not in (1, 3):
        return
    what = reply(ask, 2 if ask[asks + 2] == 1 else 5, port)
    if not what:
        return
    yiaddr, siaddr, sname, file, rest = what
    head = b"\2" + ask[1:16] + raw(yiaddr) + raw(siaddr) + bytes(4) + ask[28:44]
    head += sname.ljust(64, b"\0") + file.encode().ljust(128, b"\0") + b"\x63\x82\x53\x63"
    s.sendto(head + rest, peer if port == 4011 else ("255.255.255.255", 68))


def listen(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, iface.encode() + b"\0")
    s.bind(("", port))
    return s


def main():
    import select
    sockets = {listen(67): 67}
    if form.startswith("wds"):
        sockets[listen(4011)] = 4011
    print("ready", flush=True)
    while True:
        for s in select.select(list(sockets), [], [])[0]:
            serve(s, sockets[s])


main()
