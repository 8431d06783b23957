#!/bin/sh
# What public reports say of clients that other servers leave without an address, take it
# from, or send elsewhere: InfiniBand, odd identifiers, relays, servers side by side.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
lan
host pc
bridge=$(ip -o link show br0 | sed 's/.*ether \([^ ]*\).*/\1/')
mac=06:52:45:50:00
guid=ff000000000002000002c90000e41d2d030050a1b2
cat >"$T/rules" <<EOF
subnet 10.77.0.0/24 range=10.77.0.60-10.77.0.89 router=10.77.0.1 lease=30m authoritative probe=off
subnet 10.79.0.0/24 range=10.79.0.60-10.79.0.89 router=10.79.0.1 lease=30m
host client-id=$guid addr=10.77.0.41 name=ib41
option 252 text=http://10.77.0.1/proxy.pac
boot arch=efi-x64 file=boot.efi server=10.77.0.9
EOF
start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -v -i br0 -f "$T/rules"
ready dhcpd ready

# -- InfiniBand: no hardware address at all (RFC 4390)
infiniband() { ask htype=32 hlen=0 hw=00 flags=0x8000 "61=hex:$guid" "$@"; }
check "InfiniBand: an offer" infiniband 55=hex:010306
check "of the address that its identifier has, to all, who it is for sent back" has yiaddr=10.77.0.41 dst=255.255.255.255:68 flags=0x8000 hlen=0 "opt61=$guid"
check "it asks for it" infiniband type=request 50=ip:10.77.0.41 54=ip:10.77.0.1
check "and has it" has opt53=05 yiaddr=10.77.0.41

# -- identifiers
check "an empty identifier" ask persona=plain "mac=$mac:01" 61=hex:
check "is none" has opt53=02 yiaddr=10.77.0.60
check "one of one byte" ask persona=plain "mac=$mac:02" 61=hex:01
check "is no reason for silence" has opt53=02
check "an identifier that is a name" ask persona=plain "mac=$mac:03" 61=hex:00746f776572
tower=$(sed -n 's/^yiaddr=//p' "$T/reply")
check "takes its address" ask persona=plain type=request "mac=$mac:03" 61=hex:00746f776572 "50=ip:$tower" 54=ip:10.77.0.1
check "the same one from the next card" ask persona=plain "mac=$mac:04" 61=hex:00746f776572
check "has the same address" has "yiaddr=$tower"

# -- servers side by side: iPXE took the NAK of the other one for its own server's
check "a client that takes the other server's address gets no NAK" unanswered type=request "mac=$mac:05" 50=ip:10.77.0.222 54=ip:10.77.0.250
check "one that names no server and an address of ours" ask persona=plain type=request "mac=$mac:06" 50=ip:10.77.0.88
check "gets it" has opt53=05 yiaddr=10.77.0.88
check "with ciaddr filled in as well" ask persona=plain type=request "mac=$mac:06" ciaddr=10.77.0.88 50=ip:10.77.0.88 54=ip:10.77.0.1
check "it still does" has opt53=05 yiaddr=10.77.0.88

# -- INFORM: a NAK here took the address from Windows machines
inform() { ask type=inform "mac=$mac:07" 55=hex:fc "$@"; }
check "INFORM for the proxy's URL alone" inform ciaddr=10.77.0.5 src=10.77.0.5
check "an ACK with it" has opt53=05 yiaddr=0.0.0.0 "opt252=$(hex http://10.77.0.1/proxy.pac)"
check "INFORM that leaves ciaddr out" inform src=10.77.0.5
check "is answered where it came from" has opt53=05 dst=10.77.0.5:68

# -- what firmware sends: architecture without a class, an overload that is the server's to set
check "option 93 and no class" ask persona=edk2 60=none "mac=$mac:08"
check "its file, and the server that the line names" has file=boot.efi siaddr=10.77.0.9
check "option 52 from a client" ask persona=plain "mac=$mac:09" 52=hex:03
check "does not empty its message" has opt53=02

# -- relays
on pc ip addr add 10.77.0.2/24 dev eth0
relayed() { ask persona=plain src=10.77.0.2 dst=10.77.0.1 "dmac=$bridge" sport=67 giaddr=10.77.0.2 "$@"; }
check "a relay with a link and an identifier of its own in option 82" relayed "mac=$mac:0a" 82=hex:05040a4f00000b040a4f0001
check "an address of that link, from the server that the relay stands for" has dst=10.77.0.2:67 yiaddr=10.79.0.60 opt54=0a4f0001
check "broadcast flag of a client behind it" relayed "mac=$mac:0b" flags=0x8000
check "is sent back, for the relay to obey" has dst=10.77.0.2:67 flags=0x8000
finish
