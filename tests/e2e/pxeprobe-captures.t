#!/bin/sh
# pxeprobe -r on captures that are kept (tests/data/captures): the verdict on
# each, and the fault; the same behind VLAN tags, cooked, as raw IP, as pcapng,
# and cut off anywhere.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
need editcap python3
DATA=$SRC/tests/data/captures

# verdict NAME RC PERSONA [FAULT]
verdict() {
	"$PXEPROBE" -r "$DATA/$1.pcap" >"$T/report" 2>"$T/errors"
	rc=$?
	# Nobody asked for a file there, so nothing more is known.
	boots=unknown errors=$(grep -c 'severity=error' "$T/report")
	[ "$2" -eq 0 ] || boots=no
	if [ $rc -eq "$2" ] && reported "^verdict persona=$3 boots=$boots machine=" && ! grep -q . "$T/errors" &&
		{ [ "${4:-}" ] && reported "^fault name=$4 severity=error persona=$3 machine=" || [ "$errors" -eq 0 ]; }; then
		ok "$1: ${4:-nothing wrong}"
	else
		show
		not_ok "$1: ${4:-nothing wrong} (exit $rc)"
	fi
}
while read -r name rc persona fault; do
	verdict "$name" "$rc" "$persona" "$fault"
done <<'TABLE'
fw-ovmf-server 0 ipxe
fw-ovmf-proxy 0 ipxe
fw-ovmf32-server 0 efi-ia32
fw-aavmf-server 0 efi-arm64
fw-ovmf-http-server 0 ipxe
fw-ovmf-http-proxy 0 ipxe
fw-efirom-proxy 0 ipxe
fw-grub-server 0 efi-x64
fw-slof-server 0 other
fw-uboot-x86_64-server 0 efi-x64
fw-uboot-arm64-proxy 0 uboot
fw-bios-undionly-server 1 ipxe ipxe-loop
fw-ovmf-v6-pxe 0 pxe-v6
fw-ovmf-v6-http 0 http-v6
wrong-nobody 1 efi-x64 no-answer
wrong-no-file 1 bios no-boot-info
wrong-nak 1 bios nak
wrong-siaddr-zero 1 bios siaddr-zero
wrong-silent-4011 1 efi-x64 pxeclient-without-4011
wrong-not-found 1 efi-x64 bootfile-not-found
wrong-empty 1 bios bootfile-empty
wrong-bios-to-uefi 1 efi-x64 wrong-machine
wrong-tftp-silent 1 efi-x64 tftp-no-answer
wrong-tftp-stall 1 bios tftp-no-answer
wrong-tftp-drop 1 efi-x64 blksize-over-mtu
wrong-tftp-other 1 bios wrong-source
wrong-tftp-plain 1 efi-x64 tftp-no-oack
wrong-tftp-nosize 1 efi-x64 tftp-no-tsize
wrong-http-404 1 http-x64 http-status
wrong-http-redirect 1 http-x64 http-redirect
wrong-http-10 1 http-x64 http-1.0
wrong-http-none 1 http-x64 http-no-answer
wrong-http-stall 1 http-x64 http-no-answer
TABLE
"$PXEPROBE" -r "$DATA/fw-slof-proxy.pcap" >"$T/report"
check 'who only wants an address, and is offered no boot file, is no machine that boots' test "$(grep -c '^verdict' "$T/report")" -eq 0

"$PXEPROBE" -r "$DATA/fw-ovmf-proxy.pcap" >"$T/report"
check 'who answered, and whose offer it took' reported '^verdict persona=ipxe .*servers=10.77.0.1,10.77.0.2 took=10.77.0.2 '
check 'its question on port 4011' reported '^step persona=efi-x64 .*what=ask .*to=10.77.0.1'
check 'and the answer' reported '^step persona=efi-x64 .*what=reply from=10.77.0.1 .*file=ipxe.efi'
check 'iPXE, that was loaded, goes on with the same boot' reported '^step persona=ipxe .*what=discover '

# Compressed, and in two halves.
editcap -F pcap "$DATA/wrong-http-404.pcap" "$T/whole.pcap"
gzip -c "$T/whole.pcap" >"$T/whole.pcap.gz"
check_rc 1 'a capture that gzip has compressed' "$PXEPROBE" -r "$T/whole.pcap.gz"
"$PXEPROBE" -r "$T/whole.pcap.gz" >"$T/report"
check 'is read like any other' reported 'name=http-status'
editcap -r -F pcap "$DATA/wrong-http-404.pcap" "$T/one.pcap" 1-4
editcap -F pcap "$DATA/wrong-http-404.pcap" "$T/two.pcap" 1-4
check_rc 1 'two captures, one after the other' "$PXEPROBE" -r "$T/one.pcap" "$T/two.pcap"
"$PXEPROBE" -r "$T/one.pcap" "$T/two.pcap" >"$T/report"
check 'are one' test "$(grep -c '^verdict .*boots=no' "$T/report")" -eq 1
head -c 300 "$T/whole.pcap.gz" >"$T/cut.pcap.gz"
says 0 'one that is cut: gzip says so' 'unexpected end' "$PXEPROBE" -r "$T/cut.pcap.gz"

# The same frames in other clothes: LINK (pcap's number) FILE [TUNNEL]
clothe() {
	python3 - "$1" "$DATA/wrong-http-404.pcap" "$2" "${3:-}" <<'PY'
import struct, sys
link, src, dst = int(sys.argv[1]), open(sys.argv[2], "rb").read(), open(sys.argv[3], "wb")
name = sys.argv[4] if len(sys.argv) > 4 else ""
def ip(protocol, data):
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 0, 0, 64, protocol, 0, b"\x0a\0\0\1", b"\x0a\0\0\2") + data
def ethernet(kind, data):
    return b"\2\0\0\0\0\1\2\0\0\0\0\2" + struct.pack(">H", kind) + data
def udp(port, data):
    return struct.pack(">HHHH", 50000, port, 8 + len(data), 0) + data
def ip6(protocol, data, extra=b""):
    return struct.pack(">IHBB", 0x60000000, len(extra) + len(data), extra and 60 or protocol, 64) + bytes(32) + extra + data
def gre(kind, data, flags=0, extra=b""):
    return ethernet(0x800, ip(47, struct.pack(">HH", flags, kind) + extra + data))
tunnels = {
    "geneve": lambda f, body: ethernet(0x800, ip(17, udp(6081, b"\x01\0\x65\x58\0\0\x07\0" + bytes(4) + f))),
    "vxlan": lambda f, body: ethernet(0x800, ip(17, udp(4789, b"\x08\0\0\0\0\0\x07\0" + f))),
    "gre": lambda f, body: gre(0x800, body),
    "gre-key": lambda f, body: gre(0x6558, f, 0xb000, bytes(12)),
    "erspan1": lambda f, body: gre(0x88be, f),
    "erspan2": lambda f, body: gre(0x88be, f, 0x1000, bytes(4) + bytes(8)),
    "erspan3": lambda f, body: gre(0x22eb, f, 0x1000, bytes(4) + bytes(11) + b"\1" + bytes(8)),
    "mpls": lambda f, body: ethernet(0x8847, b"\0\1\0\x40\0\2\1\x40" + body),
    "mpls-ethernet": lambda f, body: ethernet(0x8847, b"\0\2\1\x40" + bytes(4) + f),
    "pppoe": lambda f, body: ethernet(0x8864, b"\x11\0\0\1" + struct.pack(">H", len(body) + 2) + b"\0\x21" + body),
    "ipip": lambda f, body: ethernet(0x800, ip(4, body)),
    "vxlan6": lambda f, body: ethernet(0x86dd, ip6(17, udp(4789, b"\x08\0\0\0\0\0\x07\0" + f))),
    "gre6": lambda f, body: ethernet(0x86dd, ip6(47, struct.pack(">HH", 0, 0x6558) + f, b"\x2f\0" + bytes(6))),
    "ip4-in-ip6": lambda f, body: ethernet(0x86dd, ip6(4, body)),
    "ip6-in-ip4": lambda f, body: ethernet(0x800, ip(41, ip6(4, body))),
    "mpls6": lambda f, body: ethernet(0x8847, b"\0\2\1\x40" + ip6(4, body)),
    "pppoe6": lambda f, body: ethernet(0x8864, b"\x11\0\0\1\0\0\0\x57" + ip6(4, body)),
    "vxlan-in-vlan-in-gre": lambda f, body: gre(0x8100, b"\0\x0a\x08\0" + ip(17, udp(8472, b"\x08\0\0\0\0\0\x07\0" + f))),
}
vlan = link < 0
dst.write(src[:20] + struct.pack("<I", 1 if vlan else link))
at = 24
while at < len(src):
    s, us, cap, full = struct.unpack("<IIII", src[at:at + 16])
    f = src[at + 16:at + 16 + cap]
    at += 16 + cap
    mac, kind, body = f[6:12], f[12:14], f[14:]
    if vlan:
        f = f[:12] + b"\x88\xa8\0\7\x81\0\0\x0a" + f[12:]
    elif link == 113:
        f = b"\0\4\0\1\0\6" + mac + b"\0\0" + kind + body
    elif link == 276:
        f = kind + b"\0\0\0\0\0\2\0\1\4\6" + mac + b"\0\0" + body
    elif link == 101:
        f = body
    elif link == 0:
        f = struct.pack("<I", 2) + body
    elif not vlan and name in tunnels:
        f = tunnels[name](f, body)
    dst.write(struct.pack("<IIII", s, us, len(f), full + len(f) - cap) + f)
PY
	"$PXEPROBE" -r "$2" >"$T/report" 2>"$T/errors"
	reported '^fault name=http-status severity=error persona=http-x64'
}
check 'two VLAN tags' clothe -1 "$T/vlan.pcap"
check 'cooked (SLL)' clothe 113 "$T/sll.pcap"
check 'cooked (SLL2)' clothe 276 "$T/sll2.pcap"
check 'raw IP' clothe 101 "$T/raw.pcap"
check 'BSD loopback' clothe 0 "$T/null.pcap"
for tunnel in vxlan geneve gre gre-key erspan1 erspan2 erspan3 mpls mpls-ethernet pppoe ipip vxlan-in-vlan-in-gre \
	vxlan6 gre6 ip4-in-ip6 ip6-in-ip4 mpls6 pppoe6; do
	check "in $tunnel" clothe 1 "$T/$tunnel.pcap" $tunnel
done

# What tcpdump prints, as it is pasted into a ticket.
if command -v tcpdump >/dev/null; then
	for option in -x -xx -X -XX '-tttt -X'; do
		# shellcheck disable=SC2086 # words
		tcpdump -Z root -n $option -r "$DATA/wrong-http-404.pcap" >"$T/pasted.txt" 2>/dev/null
		"$PXEPROBE" -r "$T/pasted.txt" >"$T/report" 2>"$T/errors"
		check "the text of tcpdump $option" reported '^fault name=http-status severity=error persona=http-x64'
	done
	sed 's/^/> /' "$T/pasted.txt" >"$T/quoted.txt"
	"$PXEPROBE" -r "$T/quoted.txt" >"$T/report" 2>"$T/errors"
	check 'quoted in a mail' reported '^fault name=http-status '
	check 'from a pipe, too' sh -c "'$PXEPROBE' -r - <'$T/pasted.txt' | grep -q '^fault name=http-status '"
	head -c 2000 "$T/pasted.txt" >"$T/part.txt"
	check_rc 0 'a part of it' "$PXEPROBE" -r "$T/part.txt"
else
	skip 'the text of tcpdump: no tcpdump here'
fi
echo 'Dear all, it does not boot.' >"$T/letter.txt"
says 2 'a text without packets' 'neither a capture nor the text of tcpdump -x' "$PXEPROBE" -r "$T/letter.txt"
editcap -F pcapng "$DATA/wrong-not-found.pcap" "$T/x.pcapng"
"$PXEPROBE" -r "$T/x.pcapng" >"$T/report"
check 'pcapng' reported '^fault name=bootfile-not-found '
check 'from a pipe' sh -c "'$PXEPROBE' -r - <'$DATA/wrong-nak.pcap' | grep -q '^fault name=nak '"
clothe 147 "$T/usr.pcap"
says 2 'another link is refused, and named' 'link type 147 cannot be read' "$PXEPROBE" -r "$T/usr.pcap"

# On a terminal: a line for each machine.
script -qec "'$PXEPROBE' -r '$DATA/wrong-nak.pcap'" /dev/null >"$T/report" </dev/null
check 'a table on a terminal' reported '^02:50:58:[0-9a-f:]*  bios  .* DOES NOT BOOT '
check 'with the fault below' reported '!! +error: nak: '

bad=0
for cut in 0 1 23 24 30 39 40 41 100 500 1000 1500; do
	head -c $cut "$DATA/wrong-http-404.pcap" >"$T/cut.pcap"
	timeout 120 "$PXEPROBE" -r "$T/cut.pcap" >"$T/report" 2>"$T/errors"
	rc=$?
	case $rc in 0 | 1 | 2) ;; *) bad=$rc ;; esac
done
check 'cut off anywhere: no crash' test $bad -eq 0
finish
