#!/bin/sh
# Replies to clients that name an address in ciaddr: on our link they go out as
# frames to the client, whatever the kernel's neighbour table knows or has room for.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
lan
ip addr add 10.78.0.1/16 dev br0
host pc
mkdir -m 755 "$T/state"
start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -i br0 -l "$T/state/leases" \
	-e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99 probe=off' \
	-e 'subnet 10.78.0.0/16 range=10.78.1.0-10.78.99.255 probe=off offers=1000000'
ready dhcpd ready
mac=$(on pc cat /sys/class/net/eth0/address)

# NetworkManager sends its old address along
check "a DISCOVER with ciaddr" ask persona=plain ciaddr=10.77.0.200
check "is answered to where the client hears it" has "ethdst=$mac" yiaddr=10.77.0.50 dst=10.77.0.50:68
check "with the broadcast flag" ask persona=plain ciaddr=10.77.0.200 flags=0x8000
check "to all" has ethdst=ff:ff:ff:ff:ff:ff dst=255.255.255.255:68
check "a renewal from a machine that answers no ARP" ask persona=plain type=request ciaddr=10.77.0.51 src=10.77.0.51 dst=10.77.0.1
check "is answered" has "ethdst=$mac" dst=10.77.0.51:68 opt53=05
check "and so is an INFORM" ask persona=plain type=inform ciaddr=10.77.0.52 src=10.77.0.52
check "likewise" has "ethdst=$mac" dst=10.77.0.52:68 opt53=05

# The kernel keeps 1,024 neighbours
cat >"$T/many.py" <<'EOP'
import socket, struct, sys, time
server = bytes.fromhex(sys.argv[1].replace(":", ""))
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
s.bind(("eth0", 0x0800))
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
dst = socket.inet_aton("10.78.0.1")

def checksum(b):
    n = sum(struct.unpack("!%dH" % (len(b) // 2), b))
    while n >> 16:
        n = (n & 0xffff) + (n >> 16)
    return ~n & 0xffff

def renewal(i):
    mac = struct.pack("!HI", 0x5254, 0x100000 + i)
    src = bytes([10, 78, 1 + i // 250, i % 250])
    m = struct.pack("!BBBBIHH4s4s4s4s", 1, 1, 6, 0, i, 0, 0, src, b"", b"", b"") + mac.ljust(208, b"\0")
    m = (m[:236] + b"\x63\x82\x53\x63\x35\1\3\xff").ljust(300, b"\0")
    udp = struct.pack("!HHHH", 68, 67, 8 + len(m), 0) + m
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, src, dst)
    return server + mac + b"\x08\0" + ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + udp

missing = set(range(5000))
end = time.time() + 120
while missing and time.time() < end:
    for i in sorted(missing)[:100]:
        s.send(renewal(i))
    s.settimeout(2)
    batch = len(missing)
    try:
        while missing and len(missing) > batch - 100:
            f = s.recv(2000)
            if f[23] == 17 and f[36:38] == b"\0\x44" and f[42] == 2 and f[:6] == f[70:76] and f[282:285] == b"\x35\1\5":
                missing.discard(struct.unpack("!I", f[46:50])[0])
    except socket.timeout:
        if len(missing) == 5000:
            break
print(5000 - len(missing), "answered")
EOP
many() { [ "$(on pc python3 "$T/many.py" "$(ip -o link show br0 | sed 's/.*ether \([^ ]*\).*/\1/')")" = "5000 answered" ]; }
check "5,000 machines on one link renew their leases" many
neighbours() { [ "$(ip neigh show dev br0 | wc -l)" -lt 100 ]; }
check "and the kernel need not know them" neighbours
check_not "no reply was lost" grep -q 'could not be sent' "$T/dhcpd.log"
stop dhcpd
finish
