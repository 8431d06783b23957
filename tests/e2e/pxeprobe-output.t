#!/bin/sh
# What pxeprobe leaves behind: pictures, numbers for Prometheus, a verdict for each of a
# file of MAC addresses; and answers that no client gets.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree

dns --dhcp-match=set:efi,93,7 --dhcp-boot=tag:efi,shimx64.efi --dhcp-boot=tag:!efi,pxelinux.0
mv "$T/tftp/initrd.gz" "$T/"
probe -k bios,efi-x64 -d "$T/run.svg" -M "$T/run.prom"
check 'exit 1, as without a picture' test $? -eq 1
check 'the picture is SVG' python3 -c 'import sys, xml.dom.minidom as m
d = m.parse(sys.argv[1])
text = " ".join(t.firstChild.data for t in d.getElementsByTagName("text"))
assert "bios:" in text and "efi-x64:" in text and "10.77.0.1" in text, text
bad = " ".join(t.firstChild.data for t in d.getElementsByTagName("text") if t.getAttribute("class") == "bad")
assert "initrd" in bad and "DOES NOT BOOT" in bad, bad
assert "script" not in [e.tagName for e in d.getElementsByTagName("*")]' "$T/run.svg"
cp "$T/run.svg" "${KEEP:-/dev/null}" 2>/dev/null
check 'numbers: the verdict' grep -q '^pxeprobe_boots{persona="bios",verdict="no"} 1$' "$T/run.prom"
check 'the seconds of a step' grep -q '^pxeprobe_step_seconds{persona="efi-x64",step="kernel"} [0-9.]*$' "$T/run.prom"
check 'the fault' grep -q '^pxeprobe_faults{persona="bios",fault="initrd-missing",severity="error"} 1$' "$T/run.prom"
check 'each name once has a type' test "$(grep -c '^# TYPE' "$T/run.prom")" -eq "$(grep '^# TYPE' "$T/run.prom" | sort -u | wc -l)"
mv "$T/initrd.gz" "$T/tftp/"
probe -k bios -d -
check 'a picture as text' grep -q '^10.*\|^machine  *10.77.0.1' "$T/report"
check 'of 80 columns' test "$(sed -n '/^machine/,$p' "$T/report" | awk 'length > 79' | wc -l)" -eq 0
check 'with arrows both ways' sh -c "grep -q -e '->|' '$T/report' && grep -q -e '|<-' '$T/report'"
echo precious >"$T/precious"
ln -s precious "$T/link"
says 3 'no picture over a symbolic link' 'symbolic links' on c "$PXEPROBE" -i eth0 -d "$T/link"
check 'what it leads to stays' grep -qx precious "$T/precious"

printf '# the lab\n02:11:22:33:44:01 one\n\n02:11:22:33:44:02\tno menu of its own\n' >"$T/macs"
printf 'default nothere\n' >"$T/tftp/pxelinux.cfg/01-02-11-22-33-44-02"
chmod a+r "$T/tftp/pxelinux.cfg/"*
probe -k bios -m "$T/macs"
check 'a file of MAC addresses: exit 1 as one does not boot' test $? -eq 1
check 'the first boots' reported '^verdict persona=bios boots=yes machine=02:11:22:33:44:01 '
check 'the second does not' reported '^verdict persona=bios boots=no machine=02:11:22:33:44:02 '
check 'a summary' reported '^summary personas=2 boots=1 '
printf '02:11:22:33:44:01\nnonsense\n' >"$T/macs"
says 2 'a line that is none' 'macs:2' on c "$PXEPROBE" -i eth0 -m "$T/macs"
says 2 'no such file' 'neither' on c "$PXEPROBE" -i eth0 -m "$T/nothere"
stop dns

# A signal ends it at once, whatever it waits for, and the picture is whole.
start waits on c "$PXEPROBE" -i eth0 -k bios -t 600 -d "$T/early.svg"
ready waits 'what=discover'
stop waits
check 'SIGTERM: the picture is whole' grep -q '^</svg>' "$T/early.svg"

# A server that answers with wrong checksums, or to the wrong place.
cat >"$T/server.py" <<'END'
import socket, struct, sys
mode = sys.argv[1]
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300)
raw.bind(("br0", 0))
mac = raw.getsockname()[4]
ours = socket.inet_aton("10.77.0.1")
def checksum(b):
    s = sum(struct.unpack("!%dH" % (len(b + b"\0") // 2), (b + b"\0")[:len(b) + len(b) % 2]))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff
def send(payload, dst, dport, sport, wrong):
    udp = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    c = checksum(ours + dst + struct.pack("!BBH", 0, 17, len(udp)) + udp) or 0xffff
    udp = udp[:6] + struct.pack("!H", c ^ (0x5555 if wrong else 0)) + udp[8:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, ours, dst)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    raw.send(b"\xff" * 6 + mac + b"\x08\0" + ip + udp)
print("ready", flush=True)
while True:
    f = raw.recv(2000)
    if f[12:14] == b"\x08\x06" and f[20:22] == b"\0\1" and f[38:42] == ours:
        raw.send(f[6:12] + mac + f[12:20] + b"\0\2" + mac + ours + f[22:32])
    if f[12:14] != b"\x08\0" or f[23] != 17 or f[36:38] not in (b"\0\x43", struct.pack("!H", 4011)):
        continue
    m = f[42:]
    binl = f[36:38] != b"\0\x43"
    kind = m[m.index(b"\x35\x01", 240) + 2]
    if kind not in (1, 3):
        continue
    reply = b"\2" + m[1:4] + m[4:8] + b"\0" * 4 + m[12:16] + (b"\0" * 4 if binl else socket.inet_aton("10.77.0.60")) + ours + m[24:28] + m[28:44] + b"\0" * 64
    reply += (b"" if mode == "4011" and not binl else b"pxelinux.0").ljust(128, b"\0") + b"\x63\x82\x53\x63"
    reply += bytes([53, 1, 2 if kind == 1 else 5, 54, 4]) + ours + bytes([1, 4, 255, 255, 255, 0])
    if mode == "4011":
        reply += b"\x3c\x09PXEClient"
    send(reply + b"\xff", b"\xff" * 4, 68, 4011 if binl else 67, mode == "sum")
END
start server python3 "$T/server.py" sum
ready server ready
fault bad-checksum -k bios -t 2
stop server
start server python3 "$T/server.py" 4011
ready server ready
fault pxeclient-without-4011 -k efi-x64 -t 2
check 'as its answer went elsewhere' reported '^fault name=astray severity=error .*10.77.0.1 answers to 255.255.255.255 port 68'
stop server
start server python3 "$T/server.py" relay
ready server ready
on c ip addr add 10.77.0.8/24 dev eth0
fault astray -k bios -g -t 2
stop server

# Two proxies that say the same are one and its stand-in.
host a 10.77.0.2/24
host b 10.77.0.3/24
start lease dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases2" --dhcp-range=10.77.0.100,10.77.0.120
ready lease 'DHCP, IP range'
for n in a b; do
	start proxy$n ip netns exec $n dnsmasq -d -p 0 --conf-file=/dev/null -u root --enable-tftp --tftp-root="$T/tftp" \
		--dhcp-range=10.77.0.0,proxy --pxe-service=x86PC,Boot,pxelinux.0 --pxe-service=x86-64_EFI,Boot,shimx64.efi
	ready proxy$n 'TFTP root'
done
boots 'beside two proxies that agree' -k bios
check 'which is not worth a word' test "$(grep -c '^fault name=servers-disagree' "$T/report")" -eq 0
finish
