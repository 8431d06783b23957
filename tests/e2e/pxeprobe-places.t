#!/bin/sh
# Where it is asked from: a VLAN, beside a DHCP client, through a relay; and how it ends.
# shellcheck disable=SC2016 # for a script of its own
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
need busybox tcpdump
lan
host c
tree

# A VLAN with a network of its own.
if ip link add link br0 name br0.10 type vlan id 10 2>/dev/null; then
	ip addr add 10.78.0.1/24 dev br0.10 && ip link set br0.10 up
	ip -n c link add link eth0 name eth0.10 type vlan id 10 && ip -n c link set eth0.10 up
	: >"$T/tagged"
	start tagged dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/tagged" --interface=br0.10 \
		--bind-interfaces --enable-tftp --tftp-root="$T/tftp" --dhcp-range=10.78.0.50,10.78.0.99 --dhcp-boot=pxelinux.0
	ready tagged 'TFTP root'
	boots 'on a VLAN' -k bios -i eth0.10
	check 'with an address of its network' reported 'what=ack .*address=10.78.0.'
	fault no-answer -k bios -t 1
	check 'and nothing outside of it' reported 'what=discover'
	stop tagged
else
	skip 'a VLAN: this kernel has none (8021q)'
fi

# A switch port whose untagged VLAN is another one: the requests get through, the answers are tagged.
ip netns add t && ip link add near type veth peer name eth0 netns t && ip link add far type veth peer name vfar
ip -n t link set eth0 up && ip link set near up && ip link set far up && ip link set vfar master br0 up
start tagger python3 "$SRC/tests/e2e/pxeprobe-tagger.py" near far 10
ready tagger ready
dns --dhcp-boot=pxelinux.0
start trunk ip netns exec t "$PXEPROBE" -w -i eth0
ready trunk 'watching interface'
start tcpdump ip netns exec t tcpdump -Z root --immediate-mode -U -s 0 -i eth0 -w "$T/trunk.pcap"
ready tcpdump listening
says 1 'tagged answers are no answers, and are named' 'no-answer .*tag of VLAN 10, which a machine drops' \
	ip netns exec t "$PXEPROBE" -i eth0 -k bios -t 1
says 1 'nor are they in a storm' 'no-answer' ip netns exec t "$PXEPROBE" -i eth0 -k bios -n 4 -t 1
stop tcpdump
stop trunk
cp "$T/trunk.log" "$T/report"
check 'who watches a trunk sees them' reported 'what=offer from=10.77.0.1 .*file=pxelinux.0'
"$PXEPROBE" -r "$T/trunk.pcap" >"$T/report"
check 'and so does a capture of it' reported 'what=offer from=10.77.0.1 .*file=pxelinux.0'
stop tagger

# Beside the host's own DHCP client, which keeps its lease.
dns --dhcp-boot=pxelinux.0
printf '#!/bin/sh\necho "$1 $ip" >>"$T/udhcpc.events"\n[ "$1" != bound ] || ip addr add "$ip/24" dev eth0\n' >"$T/udhcpc.sh"
chmod 755 "$T/udhcpc.sh"
start udhcpc ip netns exec c busybox udhcpc -f -i eth0 -s "$T/udhcpc.sh"
ready udhcpc 'obtained'
boots 'beside a DHCP client' -k bios
check 'which has its address as before' grep -q "$(sed -n 's/^bound //p' "$T/udhcpc.events")" "$T/leases"
check 'and was told nothing' test "$(wc -l <"$T/udhcpc.events")" -eq 2
stop udhcpc
on c ip addr flush dev eth0

# As a relay, in a network of its own: the servers answer to it, and by its network.
on c ip addr add 10.79.0.1/24 dev eth0
ip route add 10.79.0.0/24 dev br0
dns --dhcp-boot=pxelinux.0,,10.77.0.1 --dhcp-range=10.79.0.50,10.79.0.90,255.255.255.0 --dhcp-option=3
fault address-outside -k bios -g
check 'the server chose by the relay' reported 'what=offer .*address=10.79.0.'

# Told to end in the middle: the address goes back.
: >"$T/leases"

dns --dhcp-boot=pxelinux.0,,10.77.0.77
start probe ip netns exec c "$PXEPROBE" -i eth0 -k bios -t 30
ready probe 'what=ack'
stop probe
check 'told to end: exit 3' test $? -eq 3
check 'and gave the address back' grep -q 'what=release' "$T/probe.log"
check_not 'without a verdict' grep -q '^verdict' "$T/probe.log"
check 'nor a lease left' test ! -s "$T/leases"

# Several are in the middle at the same time, and all of them give theirs back.
both_have_one() { [ "$(grep -c 'DHCPACK' "$T/dns.log")" -ge 2 ]; }
dns --dhcp-boot=pxelinux.0,,10.77.0.77
start several ip netns exec c "$PXEPROBE" -i eth0 -k bios,efi-x64 -t 30
check 'two personas at the same time, neither done' wait_for 30 both_have_one
check 'each has its own MAC address' test "$(grep -o 'DHCPACK.* 0[26]:50:58' "$T/dns.log" | cut -d' ' -f3 | sort -u | wc -l)" -eq 2
stop several
check 'told to end: exit 3 (several)' test $? -eq 3
check 'and gave both addresses back' test "$(grep -c 'what=release' "$T/several.log")" -eq 2
check 'nor a lease left (several)' wait_for 5 test ! -s "$T/leases"

probe -k bios,ipxe -t 1
check 'the last line sums up' sh -c "tail -n 1 '$T/report' | grep -q '^summary personas=2 boots=0 text=\"0 of 2 boot; not: bios ipxe\"'"
finish
