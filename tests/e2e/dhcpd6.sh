# shellcheck shell=sh disable=SC2016 # the inner shell expands
# What the tests of DHCPv6 share.
#   lan6              lan, and fd00:77::1/64 on br0
#   host6 NAME        host NAME, whose link-local address is good at once
#   linked NAME       waits until its eth0 has a link-local address
#   six ARGS...       starts dhcpd6-pxe for fd00:77::/64 on br0, leases in $T/leases; more rules
#                     and options by ARGS
#   leased PATTERN    a line of the lease file fits
lan6() {
	sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0
	lan && ip addr add fd00:77::1/64 dev br0 nodad
}
host6() {
	ip netns add "$1" && on "$1" sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0 &&
		ip link add "v$1" type veth peer name eth0 netns "$1" && ip link set "v$1" master br0 up &&
		ip -n "$1" link set lo up && ip -n "$1" link set eth0 up && linked "$1"
}
linked() { wait_for 10 sh -c 'ip -n "$1" -6 addr show dev eth0 scope link -tentative | grep -q inet6' - "$1"; }
six() {
	start six "$BIN/dhcpd6-pxe/dhcpd6-pxe" -u root -v -i br0 -l "$T/leases" "$@"
	ready six 'ready: br0'
}
leased() { grep -q -e "$1" "$T/leases"; }
