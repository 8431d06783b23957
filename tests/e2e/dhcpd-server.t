#!/bin/sh
# Server mode, seen by raw clients: the reply's shape for each firmware, how
# it reaches them, relays, BOOTP, INFORM, NAK, deny, port 4011, menus.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
lan
host pc
mkdir -m 755 "$T/state"
cat >"$T/rules" <<EOF
interface br0
subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99 router=10.77.0.1 dns=10.77.0.1 lease=10m
subnet 10.5.0.0/24 range=10.5.0.10-10.5.0.20 router=10.5.0.1 lease=1h bootp=dynamic
host mac=52:54:00:00:00:31 addr=10.77.0.31 name=fixed tag=vip
deny mac=52:54:00:de:*
boot tag=vip arch=bios file=vip/{mac-}/{host}.0 server=10.77.0.2
boot client=ipxe file=http://{server}/boot.ipxe
boot arch=bios file=undionly.kpxe
boot client=http arch=efi-x64 file=http://{server}/ipxe.efi
boot arch=efi-x64 file=shimx64.efi
boot arch=uboot-arm64 file=uboot.scr
boot arch=rpi file=start4.elf
menu prompt="Press F8" timeout=10 arch=pc98
menu item="Debian" file=debian.0 arch=pc98
menu item="Local disk" local arch=pc98
option 209 text=pxelinux.cfg/{mac-}
option 175.8 u8=1 client=ipxe
EOF
start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -f "$T/rules" -l "$T/state/leases"
ready dhcpd 'ready: br0 10.77.0.1 server for 10.77.0.0/24 range 10.77.0.50-10.77.0.99'

uuid=0030c1a5e0f1b2c3d4a5b6c7d8e9f00112

check "UEFI: an offer" ask persona=edk2
check "siaddr, file, 66, 67 with its NUL, 97 say the same" has siaddr=10.77.0.1 file=shimx64.efi \
	"opt66=$(hex 10.77.0.1)" "opt67=$(hex shimx64.efi)00" "opt97=$uuid" opt54=0a4d0001
check "no option 60 or 43: no question on port 4011" hasnt opt60= opt43=
check "no overload" hasnt opt52=
check "a frame to the client, from port 67" has src=10.77.0.1:67 dst=10.77.0.50:68 \
	"ethdst=$(on pc cat /sys/class/net/eth0/address)" yiaddr=10.77.0.50
check "sent without being asked for, filled in" has "opt209=$(hex "pxelinux.cfg/$(on pc cat /sys/class/net/eth0/address | tr : -)")"
# shellcheck disable=SC2016 # awk's own fields
check "at least 300 bytes, END there, no pads" awk -F= '/^len=/ { l = $2 } /^order=/ { o = $2 } END { exit !(l >= 300 && o ~ /,end$/ && o !~ /pad/) }' "$T/reply"
check "with the broadcast flag" ask persona=edk2 flags=0x8000
check "the reply is broadcast" has dst=255.255.255.255:68 ethdst=ff:ff:ff:ff:ff:ff flags=0x8000
check "HTTP Boot: an offer" ask persona=http
check "a URI in file and 67, class HTTPClient" has "opt60=$(hex HTTPClient)" file=http://10.77.0.1/ipxe.efi \
	"opt67=$(hex http://10.77.0.1/ipxe.efi)00"
check "iPXE: an offer" ask persona=ipxe
check "its script, and no wait for a proxy" has file=http://10.77.0.1/boot.ipxe opt175=080101b00101
check "client identifier sent back (RFC 6842)" has "opt61=01$(on pc cat /sys/class/net/eth0/address | tr -d :)"
check "BIOS: an offer" ask persona=bios
check "the BIOS file" has file=undionly.kpxe
check "U-Boot: an offer" ask persona=uboot
check "its file, although it names no class" has file=uboot.scr
check "x86 U-Boot, which swaps 6 and 7" ask persona=uboot 93=hex:0006 60=U-Boot
check "is x64" has file=shimx64.efi
check "EBC is x64 too" ask persona=edk2 93=hex:0009
check "as all of its codes are" has file=shimx64.efi
check "several architectures" ask persona=edk2 93=hex:000b0007
check "any of them fits" has file=shimx64.efi
check "Raspberry Pi" ask persona=rpi mac=b8:27:eb:00:00:01
check "the words that it looks for, and 60" has "opt43=0601030a04005058450914000011$(hex 'Raspberry Pi Boot')ff" "opt60=$(hex PXEClient)"
check "a plain client gets an address" ask persona=plain mac=52:54:00:00:00:99
check "and nothing to boot" has file= siaddr=0.0.0.0
check "a host line's address, name and template" ask persona=bios mac=52:54:00:00:00:31
check "by tag" has yiaddr=10.77.0.31 siaddr=10.77.0.2 file=vip/52-54-00-00-00-31/fixed.0 "opt12=$(hex fixed)" \
	"opt66=$(hex 10.77.0.2)"
check "denied" unanswered persona=edk2 mac=52:54:00:de:00:01

mac=52:54:00:00:01:01
check "four-way exchange: OFFER" ask persona=edk2 "mac=$mac"
addr=$(sed -n s/yiaddr=//p "$T/reply")
check "REQUEST" ask persona=edk2 type=request "mac=$mac" 54=ip:10.77.0.1 "50=ip:$addr"
check "ACK with the lease time" has opt53=05 "yiaddr=$addr" opt51=00000258
check "it is on disk" grep -q " $mac $addr " "$T/state/leases"
check "one line tells rule and file" grep -q "boot mac=$mac arch=efi-x64 client=pxe rule=$T/rules:10 file=\"shimx64.efi\" via=server server=10.77.0.1" "$T/dhcpd.log"
check "another server's client is left alone" unanswered type=request mac=52:54:00:00:01:02 54=ip:10.77.0.9 50=ip:10.77.0.60
check "init-reboot with its own address" ask type=request "mac=$mac" "50=ip:$addr"
check "ACK" has opt53=05 "yiaddr=$addr"
check "init-reboot from another network" ask type=request "mac=$mac" 50=ip:192.168.9.9
check "NAK, broadcast" has opt53=06 dst=255.255.255.255:68 yiaddr=0.0.0.0
check "init-reboot with somebody else's address" ask type=request mac=52:54:00:00:01:03 "50=ip:$addr"
check "NAK" has opt53=06
check "init-reboot of a stranger: silence (RFC 2131, 4.3.2)" unanswered type=request mac=52:54:00:00:01:03 50=ip:10.77.0.90
check "a wish is granted" ask mac=52:54:00:00:01:04 50=ip:10.77.0.88
check "when it is free" has yiaddr=10.77.0.88
check "a shorter lease is" ask mac=52:54:00:00:01:04 51=hex:0000012c
check "granted" has opt51=0000012c
check "a longer one" ask mac=52:54:00:00:01:04 51=hex:ffffffff
check "is not" has opt51=00000258
check "DECLINE" ask type=decline "mac=$mac" 54=ip:10.77.0.1 "50=ip:$addr" send=1
check "is taken" wait_for 3 grep -q "$mac decline $addr" "$T/dhcpd.log"
check "the client asks again" ask persona=edk2 "mac=$mac"
check_not "and gets another address" has "yiaddr=$addr"

on pc ip addr add 10.77.0.200/24 dev eth0
bridge=$(ip -o link show br0 | sed 's/.*ether \([^ ]*\).*/\1/')
check "INFORM" ask type=inform ciaddr=10.77.0.200 src=10.77.0.200 dst=10.77.0.1 "dmac=$bridge" persona=edk2
check "ACK without address and lease time, by unicast" has opt53=05 yiaddr=0.0.0.0 dst=10.77.0.200:68 opt1=ffffff00
check "no lease time" hasnt opt51=
check "port 4011, from 4011" ask persona=edk2 type=request ciaddr=10.77.0.200 src=10.77.0.200 dst=10.77.0.1 "dmac=$bridge" sport=4011 dport=4011
check "answered there" has src=10.77.0.1:4011 dst=10.77.0.200:4011 opt53=05 "opt60=$(hex PXEClient)" file=shimx64.efi "opt97=$uuid"
check "port 4011, from 68, UUID in place of the MAC address" ask persona=edk2 type=request ciaddr=10.77.0.200 src=10.77.0.200 \
	dst=10.77.0.1 "dmac=$bridge" dport=4011 hw=30c1a5e0f1b2c3d4a5b6c7d8e9f00112
check "answered there too" has src=10.77.0.1:4011 dst=10.77.0.200:68 hlen=16 file=shimx64.efi
check "port 4011 by broadcast" ask persona=edk2 type=request ciaddr=10.77.0.200 src=10.77.0.200 dport=4011
check "answered" has src=10.77.0.1:4011 dst=10.77.0.200:68
check "a menu (PC98 shows ours)" ask persona=bios 93=hex:0001 60=PXEClient:Arch:00001:UNDI:002001
check "43.6, 8, 9, 10 and 60" has "opt60=$(hex PXEClient)" \
	"opt43=0601030a090a$(hex 'Press F8')08078002010a4d00010916800206$(hex Debian)00000a$(hex 'Local disk')ff"
check "its choice" ask persona=bios 93=hex:0001 60=PXEClient:Arch:00001:UNDI:002001 type=request ciaddr=10.77.0.200 \
	src=10.77.0.200 dst=10.77.0.1 "dmac=$bridge" dport=4011 43=hex:470480020000ff
check "is what it gets" has file=debian.0 opt43=470480020000ff

on pc ip addr add 10.77.0.201/24 dev eth0
relay() { ask src=10.77.0.201 dst=10.77.0.1 "dmac=$bridge" sport=67 giaddr=10.5.0.1 "$@"; }
ip route add 10.5.0.0/24 via 10.77.0.201 dev br0
on pc ip addr add 10.5.0.1/32 dev eth0
check "through a relay" relay persona=edk2 mac=52:54:00:00:02:01 82=hex:0104706f7274
check "from its subnet, to the relay, option 82 last" has dst=10.5.0.1:67 giaddr=10.5.0.1 yiaddr=10.5.0.10 opt82=0104706f7274
check "82 is last" grep -q 'order=.*,82,end' "$T/reply"
check "BOOTP by the relay, dynamic" relay persona=bootp mac=52:54:00:00:02:02
check "an address, the file, no DHCP options" has yiaddr=10.5.0.11 file=undionly.kpxe len=300
check "no message type" hasnt opt53=
check "its lease never ends" grep -q '^0 52:54:00:00:02:02 10.5.0.11 ' "$T/state/leases"
check "a dial-in server asks for a client of another network (RFC 3011)" ask src=10.77.0.201 dst=10.77.0.1 "dmac=$bridge" sport=67 \
	giaddr=10.77.0.201 persona=plain mac=52:54:00:00:02:03 118=ip:10.5.0.0
check "it gets one there, to where it is, and its option back" has dst=10.77.0.201:67 yiaddr=10.5.0.12 opt118=0a050000
check "on our link nobody can choose" ask persona=plain mac=52:54:00:00:02:04 118=ip:10.5.0.0
check "and nobody is told so" hasnt opt118= yiaddr=10.5.
check "BOOTP of a known host" ask persona=bootp mac=52:54:00:00:00:31
check "its address" has yiaddr=10.77.0.31
check "BOOTP of a stranger where it is not dynamic" unanswered persona=bootp mac=52:54:00:00:02:09
check_not "nothing odd in the log" grep -i 'error\|cannot' "$T/dhcpd.log"
stop dhcpd
finish
