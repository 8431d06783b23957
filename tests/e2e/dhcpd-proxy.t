#!/bin/sh
# Proxy mode beside a dnsmasq that gives the addresses and knows nothing of
# booting: on another host, and on our own host where it has port 67.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 dnsmasq ip
lan
host pc 10.77.0.200/24
host other 10.77.0.2/24
bridge=$(ip -o link show br0 | sed 's/.*ether \([^ ]*\).*/\1/')
cat >"$T/rules" <<EOF
interface br0
subnet 10.77.0.0/24 proxy
boot client=ipxe file=http://{server}/boot.ipxe
boot arch=bios file=undionly.kpxe
boot client=http arch=efi-x64 file=http://{server}/ipxe.efi
boot arch=efi-x64 file=shimx64.efi
boot arch=efi-arm64 file=bootaa64.efi server=10.77.0.3
boot arch=uboot-arm64 file=boot.scr
boot arch=rpi file=start4.elf
option 209 text=pxelinux.cfg/default
option 43.77 u8=1 mac=52:54:00:00:00:43
EOF
dnsmasq_on() { # IFACE LEASES [prefix...]
	cat >"$T/dnsmasq.conf" <<EOF
port=0
interface=$1
bind-dynamic
dhcp-range=10.77.0.100,10.77.0.150,1h
dhcp-leasefile=$T/$2
dhcp-authoritative
no-ping
log-facility=-
user=root
EOF
}

asking='yiaddr=0.0.0.0 from=10.77.0.1'
answered="$asking persona=edk2"

only_macs() { grep -q 'via=4011' "$T"/dhcpd*.log && ! grep -h 'via=4011' "$T"/dhcpd*.log | grep -v 'mac=..:..:..:..:..:.. '; }
shapes() { # what both set-ups must answer
	check "$1: UEFI, an offer" ask persona=edk2
	check "$1: without an address, broadcast, PXEClient" has opt53=02 yiaddr=0.0.0.0 siaddr=10.77.0.1 src=10.77.0.1:67 \
		dst=255.255.255.255:68 ethdst=ff:ff:ff:ff:ff:ff "opt60=$(hex PXEClient)" opt54=0a4d0001 \
		opt97=0030c1a5e0f1b2c3d4a5b6c7d8e9f00112
	check "$1: no option 43 (EDK2 would drop it), no lease, mask or router" hasnt opt43= opt51= opt1= opt3=
	check "$1: UEFI for which a line says otherwise" ask persona=edk2 mac=52:54:00:00:00:43
	check "$1: gets option 43" has opt43=4d0101ff yiaddr=0.0.0.0 siaddr=10.77.0.1
	check "$1: asks on 4011" ask persona=edk2 type=request ciaddr=10.77.0.200 src=10.77.0.200 dst=10.77.0.1 \
		"dmac=$bridge" sport=4011 dport=4011
	check "$1: and is told the file" has opt53=05 file=shimx64.efi "opt67=$(hex shimx64.efi)00" siaddr=10.77.0.1 \
		src=10.77.0.1:4011 dst=10.77.0.200:4011
	check "$1: the same with its UUID as hardware address" ask persona=edk2 type=request hw=30c1a5e0f1b2c3d4a5b6c7d8e9f00112 \
		ciaddr=10.77.0.200 src=10.77.0.200 dst=10.77.0.1 "dmac=$bridge" sport=4011 dport=4011
	check "$1: is told the file" has opt53=05 file=shimx64.efi dst=10.77.0.200:4011
	check "$1: and is logged by its MAC address" wait_for 3 only_macs
	check "$1: BIOS, an offer" ask persona=bios
	check "$1: 43.6=8 and the file at once" has opt43=060108ff file=undionly.kpxe "opt60=$(hex PXEClient)" yiaddr=0.0.0.0
	check "$1: HTTP Boot, an offer" ask persona=http
	check "$1: HTTPClient and the URI" has yiaddr=0.0.0.0 "opt60=$(hex HTTPClient)" \
		"opt67=$(hex http://10.77.0.1/ipxe.efi)00" file=http://10.77.0.1/ipxe.efi
	check "$1: iPXE, an offer" ask persona=ipxe
	check "$1: siaddr and file, so that it asks no further" has siaddr=10.77.0.1 file=http://10.77.0.1/boot.ipxe
	check "$1: it may wait for us: no 175.176" hasnt opt175=
}

# -- addresses from one of ours that has nothing to boot: iPXE is to wait for the proxy
start addresses ip netns exec other "$BIN/dhcpd-pxe/dhcpd-pxe" -i eth0 -u "$user" -l "$T/addresses" \
	-e 'subnet 10.77.0.0/24 range=10.77.0.100-10.77.0.150' -e 'boot client=ipxe mac=52:54:00:00:00:77 file=own.ipxe'
ready addresses 'ready: '
on pc "$SRC/tests/dhcp-ask" from=10.77.0.2 persona=ipxe >"$T/reply"
check "it may wait for a proxy: no 175.176" hasnt opt175=
on pc "$SRC/tests/dhcp-ask" from=10.77.0.2 persona=ipxe mac=52:54:00:00:00:77 >"$T/reply"
check "with a file as well it need not" has opt175=b00101 file=own.ipxe
stop addresses

dnsmasq_on eth0 far.leases
start dnsmasq ip netns exec other dnsmasq -d -C "$T/dnsmasq.conf"
start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -v -f "$T/rules" -l "$T/never"
ready dhcpd 'ready: br0 10.77.0.1 proxy'
shapes "other host"
check "TFTP elsewhere: the offer" ask persona=edk2-arm64
check "still names us, for port 4011" has siaddr=10.77.0.1 file=
check "TFTP elsewhere: port 4011" ask persona=edk2-arm64 type=request ciaddr=10.77.0.200 src=10.77.0.200 dst=10.77.0.1 \
	"dmac=$bridge" sport=68 dport=4011
check "names the other" has siaddr=10.77.0.3 file=bootaa64.efi "opt66=$(hex 10.77.0.3)" dst=10.77.0.200:68
check "U-Boot, which names no PXE class" ask persona=uboot
check "gets its file" has file=boot.scr yiaddr=0.0.0.0
check "Raspberry Pi" ask persona=rpi mac=dc:a6:32:00:00:01
check "gets its words" has "opt43=0601030a04005058450914000011$(hex 'Raspberry Pi Boot')ff" siaddr=10.77.0.1
check "a client that does not boot is left alone" unanswered persona=plain
check "so is a REQUEST to the other server" unanswered persona=edk2 type=request 54=ip:10.77.0.2 50=ip:10.77.0.100
check "an INFORM to port 67" ask persona=bios type=inform ciaddr=10.77.0.200 src=10.77.0.200 mac=52:54:00:00:00:99
check "is no question on port 4011 in the log" wait_for 3 grep -q 'boot mac=52:54:00:00:00:99 .* via=proxy' "$T/dhcpd.log"
check "no lease file in proxy mode" test ! -e "$T/never"
check "dnsmasq still gives the addresses" on pc "$SRC/tests/dhcp-ask" from=10.77.0.2 persona=edk2
check "the log says via=proxy" grep -q "^.*boot mac=.* arch=bios client=pxe rule=$T/rules:4 file=\"undionly.kpxe\" via=proxy" "$T/dhcpd.log"
stop dhcpd
stop dnsmasq

dnsmasq_on br0 near.leases
start dnsmasq2 dnsmasq -d -C "$T/dnsmasq.conf"
port_67_taken() { ss -Hlun 'sport = :67' | grep -q .; }
check "dnsmasq has port 67 on our own host" wait_for 5 port_67_taken
start dhcpd2 "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -v -f "$T/rules"
ready dhcpd2 ready
shapes "same host"
address() { on pc "$SRC/tests/dhcp-ask" persona=plain && on pc "$SRC/tests/dhcp-ask" persona=plain | grep -q 'yiaddr=10.77.0.1[0-5]'; }
check "dnsmasq still gives the addresses there" address
# A frame of another VLAN, for which this host has no interface, is shown to
# packet sockets without its tag; there is nobody to answer.
cat >"$T/tagged" <<'EOF'
import socket, struct, sys
payload = bytes.fromhex(sys.argv[1])
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
def checksum(d):
    t = sum(struct.unpack("!%dH" % (len(d) // 2), d))
    while t >> 16:
        t = (t & 0xffff) + (t >> 16)
    return ~t & 0xffff
for tag in (b"\x81\0\0\x05", b""):
    last = 5 if tag else 6
    src = bytes([0x52, 0x54, 0, 0, 0, last])
    for op in (2, 1):       # another server's reply, a client's question
        data = bytes([op]) + payload[1:28] + src + payload[34:]
        udp = struct.pack("!HHHH", 67 if op == 2 else 68, 68 if op == 2 else 67, 8 + len(data), 0) + data
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0,
                         bytes([10, 77, 0, 90 + last]) if op == 2 else bytes(4), b"\xff" * 4)
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        s.send(b"\xff" * 6 + src + tag + b"\x08\0" + ip + udp)
EOF
tagged() { on pc python3 "$T/tagged" "$("$SRC/tests/dhcp-ask" print=hex persona=bios iface=lo | tr -d '\n')"; }
check "same host: frames with a VLAN tag, and without" tagged
check "same host: the latter is answered" wait_for 5 grep -q 'mac=52:54:00:00:00:06' "$T/dhcpd2.log"
check "same host: the latter is another server" wait_for 5 grep -q 'another server, 10.77.0.96, answers' "$T/dhcpd2.log"
check_not "same host: the former are neither" grep -e 52:54:00:00:00:05 -e 10.77.0.95 "$T/dhcpd2.log"
check_rc 3 "but giving addresses beside it is refused" timeout 120 "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -i br0 \
	-e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59' -l "$T/l"
said "with a sentence that says what to do" 'port 67 on br0 is in use: another DHCP server.*proxy'
stop dhcpd2
stop dnsmasq2

# -- we were there first: a network is restarted while we run, say
start dhcpd3 "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -v -f "$T/rules" -l "$T/late" -e 'subnet 10.99.0.0/24 range=10.99.0.2-10.99.0.9'
ready dhcpd3 ready
dnsmasq_on br0 late.leases
start dnsmasq3 dnsmasq -d -C "$T/dnsmasq.conf"
leased() { on pc "$SRC/tests/dhcp-ask" wait=1 persona=plain from=10.77.0.1 mac=52:54:00:00:00:0a >"$T/reply" && grep -q 'yiaddr=10.77.0.1[0-5]' "$T/reply"; }
leased_by_us() { on pc "$SRC/tests/dhcp-ask" persona=plain mac=52:54:00:00:00:0b >"$T/reply" && grep -q 'yiaddr=10.77.0.5' "$T/reply"; }
check "a dnsmasq that comes later gives the addresses" wait_for 10 leased
check "beside it: BIOS, an offer" ask persona=bios
check "of ours" has opt43=060108ff file=undionly.kpxe
check "what is sent to one goes to the address server" on pc "$SRC/tests/dhcp-ask" persona=plain type=request \
	ciaddr=10.77.0.200 src=10.77.0.200 dst=10.77.0.1 "dmac=$bridge"
sed 's/ proxy$/ range=10.77.0.50-10.77.0.59/' "$T/rules" >"$T/server"
cat "$T/server" >"$T/rules"
kill -HUP "$pid_dhcpd3"
check "to give addresses too is refused" wait_for 5 grep -q 'port 67 on br0 is in use' "$T/dhcpd3.log"
check "and the rules stay as they were" wait_for 5 grep -q 'the rules stay as they were' "$T/dhcpd3.log"
check "BIOS, an offer" ask persona=bios
stop dnsmasq3
kill -HUP "$pid_dhcpd3"
check "when it has gone they are taken" wait_for 5 grep -q 'ready: .* server for 10.77.0.0/24' "$T/dhcpd3.log"
check "and clients get addresses of ours" leased_by_us
stop dhcpd3

# -- a proxy opened no lease file before it gave its rights up
sed 's/ range=.*$/ proxy/' "$T/server" >"$T/rules"
start dhcpd4 "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -v -f "$T/rules" -l "$T/none/leases"
ready dhcpd4 ready
cat "$T/server" >"$T/rules"
kill -HUP "$pid_dhcpd4"
check "a proxy that is to give addresses wants a new start" wait_for 5 grep -q 'the rules stay as they were' "$T/dhcpd4.log"
cp "$T/dhcpd4.log" "$T/said"
check "and says so" grep -q 'cannot open the directory of the lease file .*; start dhcpd-pxe anew, as it gave up the right to' "$T/said"
check "the proxy goes on" ask persona=bios
check "and on port 4011" ask persona=edk2 type=request ciaddr=10.77.0.200 src=10.77.0.200 dst=10.77.0.1 \
	"dmac=$bridge" sport=4011 dport=4011
dnsmasq_on br0 later.leases
start dnsmasq4 dnsmasq -d -C "$T/dnsmasq.conf"
check "and leaves the port to a dnsmasq that comes later" wait_for 10 leased
stop dnsmasq4
stop dhcpd4
finish
