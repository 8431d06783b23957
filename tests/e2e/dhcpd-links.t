#!/bin/sh
# Interfaces that come and go under a running server: one that appears after
# the start, one that is deleted and made anew (a USB card plugged in again, a
# VLAN, a bridge or a libvirt network restarted), addresses that change, a port
# that another server has for a while.  No SIGHUP in any of it.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
mkdir -m 755 "$T/state"
ip netns add pc
ip -n pc link set lo up

# plug NAME ADDR/BITS: a card NAME here, whose other end is eth0 of pc
plug() {
	ip link add "$1" type veth peer name eth0 netns pc && ip addr add "$2" dev "$1" &&
		ip link set "$1" up && ip -n pc link set eth0 up
}
asking='wait=1 persona=bios mac=52:54:00:00:00:77'
gets() { ask && has "opt54=$1" "yiaddr=$2"; }
# unheard MAC COMMAND...: the log, which names every client, has no word of this one,
# although COMMAND was answered twice after it: so every socket has been read.
sends() { on "$1" "$SRC/tests/dhcp-ask" send=1 persona=bios "mac=$2"; }
unheard() {
	unheard_mac=$1
	shift
	"$@" >"$T/reply" && "$@" >"$T/reply" && ! log "$unheard_mac"
}
log() { grep -q -- "$1" "$T/dhcpd.log"; }
cat >"$T/rules" <<EOF
interface usb0
interface usb1
subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99 probe=off
subnet 10.78.0.0/24 range=10.78.0.50-10.78.0.99 probe=off
boot arch=bios file=pxelinux.0
EOF
serve() { start dhcpd "$dhcpd" -u "$user" -l "$T/state/leases" "$@"; }

# -- named by the rules
serve -f "$T/rules"
ready dhcpd 'ready: no interface can be served yet'
check "an interface of the rules that is not here is no reason not to start" kill -0 "$pid_dhcpd"
check "it is said" log 'no interface "usb0" here; .ip link. lists them; it is served as soon as that changes'
check "the other too" log 'no interface "usb1" here'
plug usb0 10.77.0.1/24
check "one that appears is served" wait_for 5 gets 0a4d0001 10.77.0.50
check "and said" log 'ready: usb0 10.77.0.1 server for 10.77.0.0/24'
ip link del usb0
check "one that goes is named" wait_for 5 log 'usb0 is not served any more: no interface "usb0" here.*; it is again as soon as that changes'
plug usb0 10.77.0.1/24
check "a new one of its name is served" wait_for 5 gets 0a4d0001 10.77.0.50
ip link del usb0
plug usb0 10.78.0.1/24
check "with another address: from the range that fits it" wait_for 5 gets 0a4e0001 10.78.0.50
ip addr add 10.77.0.2/24 dev usb0
ip addr del 10.78.0.1/24 dev usb0
check "an address that changes is said" wait_for 30 log 'ready: usb0 10.77.0.2 server'
asking='wait=30 persona=bios mac=52:54:00:00:00:77'
check "and served" gets 0a4d0002 10.77.0.50
asking='wait=1 persona=bios mac=52:54:00:00:00:77'
ip addr del 10.77.0.2/24 dev usb0
check "one that goes is said" wait_for 5 log 'usb0 is not served any more: interface "usb0" has no IPv4 address'
ip addr add 10.77.0.1/24 dev usb0 label usb0:lan
check "an address with a label" wait_for 5 gets 0a4d0001 10.77.0.50
ip link set usb0 down
ip link set usb0 name usb7
gone_by_name() { [ "$(grep -c 'usb0 is not served any more: no interface "usb0" here' "$T/dhcpd.log")" -ge 2 ]; }
check "one that is renamed is not the one of the rules" wait_for 5 gone_by_name
ip link set usb7 name usb0
ip link set usb0 up
check "until it has the name again" wait_for 5 gets 0a4d0001 10.77.0.50
ip netns add desk
ip link add usb1 type veth peer name eth0 netns desk
ip -n desk link set eth0 up
plug_elsewhere() {
	ip link add "$1" type veth peer name eth0 netns desk && ip addr add 10.78.0.1/24 dev "$1" &&
		ip link set "$1" up && ip -n desk link set eth0 up
}
on_desk() { on desk "$SRC/tests/dhcp-ask" wait=1 persona=bios mac=52:54:00:00:00:78 >"$T/reply" && has opt54=0a4e0001; }
ip link set usb1 up
check "one without an address" sends desk 52:54:00:00:00:79
check "is not served" unheard 52:54:00:00:00:79 ask wait=30
ip addr add 10.78.0.1/24 dev usb1
check "once it has one it is" wait_for 5 on_desk
check "and the log names the client" log 52:54:00:00:00:78
check "beside the other" wait_for 5 gets 0a4d0001 10.77.0.50
ip link del usb1
check "SIGHUP while one of them is gone" kill -HUP "$pid_dhcpd"
check "is no reason to keep the old rules" wait_for 5 log 'rules read again'
check "the other is served" wait_for 5 gets 0a4d0001 10.77.0.50
check "SIGTERM: 0" stop dhcpd
ip link del usb0

# -- named by a pattern
sed -e '/^interface usb1/d' -e 's/^interface usb0/interface usb*/' "$T/rules" >"$T/wild"
plug usb3 10.77.0.1/24
ip addr add 10.78.0.9/24 dev usb3 label usb3:lan
serve -f "$T/wild"
ready dhcpd 'ready: usb3 10.77.0.1 server'
check "an interface that a pattern fits" gets 0a4d0001 10.77.0.50
check "is served once, its label is no name" [ "$(grep -c 'ready: usb3' "$T/dhcpd.log")" -eq 1 ]
check "one that appears" plug_elsewhere usb4
check "is served too" wait_for 5 on_desk
check "SIGTERM: 0" stop dhcpd
ip link del usb3
ip link del usb4

# -- without interface lines: whatever has an address in a subnet line
sed '/^interface/d' "$T/rules" >"$T/any"
check_rc 3 "none at the start" timeout 120 "$dhcpd" -u "$user" -l "$T/state/leases" -f "$T/any"
ip link add other type veth peer name rehto
ip addr add 10.78.0.9/24 dev other
ip link set other up
ip link set rehto up
serve -f "$T/any"
ready dhcpd 'ready: other 10.78.0.9'
plug late0 192.168.9.1/24
check "an address in no subnet line" sends pc 52:54:00:00:00:79
check "is not served" unheard 52:54:00:00:00:79 "$SRC/tests/dhcp-ask" iface=rehto persona=bios mac=52:54:00:00:00:7a
ip addr add 10.77.0.1/24 dev late0
check "one that gets such an address is" wait_for 5 gets 0a4d0001 10.77.0.50
ip link del late0
bridge() { ip link add br7 type bridge && ip link set v0 master br7 && ip addr add 10.77.0.1/24 dev br7 && ip link set br7 up; }
ip link add v0 type veth peer name eth0 netns pc
ip link set v0 up
ip -n pc link set eth0 up
bridge
check "a bridge" wait_for 5 gets 0a4d0001 10.77.0.50
ip link del br7
bridge
check "made anew, as a libvirt network is" wait_for 5 gets 0a4d0001 10.77.0.50
ip link del br7
ip link del v0
ip link add base type veth peer name trunk netns pc
ip link set base up
ip -n pc link set trunk up
vlan() { ip link add link base name base.5 type vlan id 5 && ip addr add 10.77.0.1/24 dev base.5 && ip link set base.5 up; }
if vlan 2>/dev/null; then
	ip -n pc link add link trunk name eth0 type vlan id 5
	ip -n pc link set eth0 up
	check "a VLAN" wait_for 5 gets 0a4d0001 10.77.0.50
	ip link del base.5
	vlan
	check "made anew" wait_for 5 gets 0a4d0001 10.77.0.50
else
	skip "this kernel has no VLAN devices"
fi
ip link del base

# -- another server has the port of a new interface
cat >"$T/taken" <<'EOF'
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, sys.argv[1].encode())
s.bind(("0.0.0.0", 67))
print("bound", flush=True)
time.sleep(600)
EOF
ip link add usb0 type veth peer name eth0 netns pc
ip -n pc link set eth0 up
start taken python3 "$T/taken" usb0
ready taken bound
ip addr add 10.77.0.1/24 dev usb0
ip link set usb0 up
check "a port that is taken is said" wait_for 5 log 'port 67 on usb0 is in use.*(it is tried again)'
sends pc 52:54:00:00:00:79
check_not "nor called ready" grep 'ready:.*usb0' "$T/dhcpd.log"
kill "$pid_taken"
wait "$pid_taken" 2>/dev/null
pid_taken=
check "when it is free it is served" wait_for 5 gets 0a4d0001 10.77.0.50
check_not "and was not before" log 52:54:00:00:00:79
check "without a line each second meanwhile" sh -c "[ \$(grep -c 'in use' $T/dhcpd.log) = 1 ]"
check "SIGTERM: 0" stop dhcpd
ip link del usb0

# -- a proxy beside that server, and an interface that is elsewhere for a moment:
# it comes back with its index, and a packet socket was cut off meanwhile
plug usb0 10.77.0.1/24
start taken2 python3 "$T/taken" usb0
ready taken2 bound
start dhcpd "$dhcpd" -u "$user" -e 'subnet 10.77.0.0/24 proxy' -e 'boot arch=bios file=pxelinux.0'
ready dhcpd ready
check "a proxy beside a server" wait_for 5 gets 0a4d0001 0.0.0.0
kill -STOP "$pid_dhcpd"
ip link set usb0 netns desk
ip -n desk link set usb0 netns 1
ip addr add 10.77.0.1/24 dev usb0
ip link set usb0 up
kill -CONT "$pid_dhcpd"
check "an interface that was in another namespace for a moment" wait_for 5 gets 0a4d0001 0.0.0.0
stop dhcpd
stop taken2
ip link del usb0

# -- an offer that waited too long
plug usb0 10.77.0.1/24
serve -v -e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99 probe=off' -e 'subnet 10.78.0.0/24' \
	-e 'boot arch=bios file=pxelinux.0 delay=5'
ready dhcpd ready
on pc "$SRC/tests/dhcp-ask" send=1 persona=bios
check "an offer that is held back" wait_for 2 log 'offer 10.77.0.50'
ip link del usb0
check "its interface goes meanwhile: that is said" wait_for 5 log '1 of 1 replies could not be sent: No such device'
stop dhcpd

# -- sockets handed over: the interface is found by the message
start dhcpd hold udp:0.0.0.0:67 udp:0.0.0.0:4011 -- "$dhcpd" -u "$user" -f "$T/rules" -l "$T/state/leases"
ready dhcpd ready
plug usb0 10.77.0.1/24
check "LISTEN_FDS: one that appears" wait_for 5 gets 0a4d0001 10.77.0.50
ip link del usb0
plug usb0 10.78.0.1/24
check "LISTEN_FDS: one that is made anew" wait_for 5 gets 0a4e0001 10.78.0.50
stop dhcpd
ip link del usb0

# -- -i: a slip of the pen at the keyboard ends it
plug usb0 10.77.0.1/24
check_rc 2 "-i of what is not here" timeout 120 "$dhcpd" -u "$user" -l "$T/state/leases" -f "$T/rules" -i usb0 -i usb8
serve -f "$T/rules" -i usb0
ready dhcpd ready
ip link del usb0
plug usb0 10.77.0.1/24
check "-i: one that is made anew is served" wait_for 5 gets 0a4d0001 10.77.0.50
# shellcheck disable=SC2012 # nothing but numbers there
fds() { ls "/proc/$pid_dhcpd/fd" | wc -l; }
had=$(fds)
n=0
while [ $n -lt 20 ]; do
	ip link del usb0
	plug usb0 10.77.0.1/24
	n=$((n + 1))
done
check "a loose plug: served in the end" wait_for 5 gets 0a4d0001 10.77.0.50
check "with no descriptor lost ($had)" test "$(fds)" = "$had"
finish
