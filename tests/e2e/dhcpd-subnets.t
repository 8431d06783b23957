#!/bin/sh
# A machine with an address in each of several subnets, and several subnets on one
# wire or behind one relay (link=).
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
lan
host pc
# the second link: a card of its own
ip link add vlan2 type veth peer name eth1 netns pc && ip addr add 10.78.0.1/24 dev vlan2 && ip link set vlan2 up && ip -n pc link set eth1 up
mkdir -m 755 "$T/state" "$T/hosts"
leases=$T/state/leases
serve() {
	start dhcpd "$dhcpd" -v -u "$user" -i br0 -i vlan2 -l "$leases" -f "$T/rules"
	ready dhcpd ready
}
refused() { # RULES PATTERN
	printf '%s\n' "subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.19" "subnet 10.78.0.0/24" "$1" >"$T/bad"
	"$dhcpd" -n -f "$T/bad" 2>&1 | grep -q -e "$2"
}
a=52:54:00:00:00:0a b=52:54:00:00:00:0b
# takes ARGS: an address, by DISCOVER and REQUEST, which is printed
takes() {
	ask persona=plain "$@" || return 1
	takes_addr=$(sed -n 's/^yiaddr=//p' "$T/reply") takes_from=$(sed -n 's/^opt54=//p' "$T/reply")
	ask persona=plain type=request "$@" "50=ip:$takes_addr" "54=hex:$takes_from" && has opt53=05 "yiaddr=$takes_addr"
}

# -- addresses in several subnets
check "two addresses in one subnet are refused" refused "host mac=$a addr=10.77.0.5,10.77.0.6" 'two addresses in one subnet'
check "on two lines as well" refused "host mac=$a addr=10.77.0.5
host mac=$a addr=10.77.0.6" 'already given at .*not with an address of another subnet'
check "and a second line without an address" refused "host mac=$a addr=10.77.0.5
host mac=$a name=x" 'already given at'
check "and an address of no subnet" refused "host mac=$a addr=10.77.0.5,10.99.0.1" '"10.99.0.1": no subnet line holds this address'
check "and one that another machine has" refused "host mac=$a addr=10.77.0.5,10.78.0.5
host mac=$b addr=10.78.0.5" '"10.78.0.5": already given at'
cat >"$T/rules" <<EOF
subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.19 probe=off
subnet 10.78.0.0/24 range=10.78.0.10-10.78.0.19 probe=off
host mac=$a addr=10.77.0.5,10.78.0.5 name=both
host mac=$b addr=10.77.0.6 name=prov tag=prov
host mac=$b addr=10.78.0.6 name=prod tag=prod
option 15 tag=prov text=prov.example
option 15 tag=prod text=prod.example
hosts $T/hosts
EOF
"$dhcpd" -nv -f "$T/rules" >"$T/printed"
same_again() { "$dhcpd" -nv -f "$T/printed" | cmp - "$T/printed"; }
check "the rules print as they are read" same_again
echo 'host addr=10.77.0.7,10.78.0.7' >"$T/hosts/52-54-00-00-00-0c"
serve
check "a list: its address here" takes mac=$a
check "is that of this subnet" has yiaddr=10.77.0.5
check "and there" takes mac=$a iface=eth1
check "that of the other" has yiaddr=10.78.0.5
check "back here it still has the first" takes mac=$a
check "as it was" has yiaddr=10.77.0.5
check "an address of the other subnet is refused" ask persona=plain type=request mac=$a 50=ip:10.78.0.5
check "by a NAK" has opt53=06
check "two lines: here" takes mac=$b
check "with the tags of the one" has yiaddr=10.77.0.6 "opt15=$(hex prov.example)" "opt12=$(hex prov)"
check "and there" takes mac=$b iface=eth1
check "with those of the other" has yiaddr=10.78.0.6 "opt15=$(hex prod.example)" "opt12=$(hex prod)"
check "a machine's file: here" takes mac=52:54:00:00:00:0c
check "has the one" has yiaddr=10.77.0.7
check "and there" takes mac=52:54:00:00:00:0c iface=eth1
check "the other" has yiaddr=10.78.0.7
echo 'host addr=10.77.0.8,10.77.0.9' >"$T/hosts/52-54-00-00-00-0d"
check "a file with two addresses in one subnet is reported" wait_for 5 grep -q '52-54-00-00-00-0d:1: addr "10.77.0.9": a second address in one subnet' "$T/dhcpd.log"
stop dhcpd
rm -f "$leases"

# -- two subnets on one wire: we have an address in the second only
cat >"$T/rules" <<EOF
subnet 10.81.0.0/24 link=hall range=10.81.0.10-10.81.0.11 router=10.81.0.1 probe=off
subnet 10.77.0.0/24 link=hall range=10.77.0.10-10.77.0.11 router=10.77.0.1 probe=off
subnet 10.78.0.0/24 range=10.78.0.10-10.78.0.11 probe=off
host mac=$b addr=10.81.0.5
EOF
serve
check "link=: the first range first" takes mac=52:54:00:00:01:01
check "an address of the subnet where we have none, from our address" has yiaddr=10.81.0.10 opt3=0a510001 opt1=ffffff00 opt54=0a4d0001
check "a second one" takes mac=52:54:00:00:01:02
check "when it is used up, the next" takes mac=52:54:00:00:01:03
check "with its own router" has yiaddr=10.77.0.10 opt3=0a4d0001
br0_mac=$(ip link show br0 | awk '/ether/ { print $2 }')
check "a renewal from the foreign subnet is answered" ask persona=plain type=request mac=52:54:00:00:01:01 ciaddr=10.81.0.10 src=10.81.0.10 sport=68 dst=10.77.0.1 "dmac=$br0_mac"
check "straight to the machine" has opt53=05 yiaddr=10.81.0.10 ethdst=52:54:00:00:01:01
check "a rebooting one too" ask persona=plain type=request mac=52:54:00:00:01:02 50=ip:10.81.0.11
check "by an ACK" has opt53=05
check "a reserved address there" takes mac=$b
check "is given" has yiaddr=10.81.0.5
check "an address of neither is refused" ask persona=plain type=request mac=52:54:00:00:01:01 50=ip:10.78.0.10
check "by a NAK" has opt53=06
check "the other link has its own" takes mac=52:54:00:00:01:04 iface=eth1
check "range" has yiaddr=10.78.0.10
sed -i 's/10.77.0.11/10.77.0.12/' "$T/rules"
# shellcheck disable=SC2154 # from start
kill -HUP "$pid_dhcpd"
check "after a reload" wait_for 10 grep -q 'rules read again' "$T/dhcpd.log"
check "it has what it had" takes mac=52:54:00:00:01:03
check "too" has yiaddr=10.77.0.10
ip -n pc addr add 10.81.0.2/24 dev eth0
ip route add 10.81.0.0/24 dev br0
check "a relay of the one subnet" ask persona=plain mac=52:54:00:00:01:05 giaddr=10.81.0.2 src=10.81.0.2 sport=67 dst=10.77.0.1 "dmac=$br0_mac"
check "gets an address of the link" has yiaddr=10.77.0.11 opt3=0a4d0001
stop dhcpd
finish
