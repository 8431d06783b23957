#!/bin/sh
# Router advertisements of dhcpd6-pxe: what they say, who is a router by them, and when
# `ra none' is silent.
# shellcheck disable=SC2016,SC2154 # the inner shell expands; start assigns
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd6.sh
. "$SRC/tests/e2e/dhcpd6.sh"
need ip python3 dnsmasq
lan6
host6 pc
host6 router
ip -n router addr add fd00:77::fe/64 dev eth0 nodad
on pc sysctl -qw net.ipv6.conf.eth0.accept_ra=1
solicit() { on pc python3 "$SRC/tests/e2e/dhcpd6-rs.py" eth0 "$@"; }

six -e 'subnet fd00:77::/64 range=fd00:77::1000-fd00:77::10ff dns=fd00:77::53 domain=lab.example' -e 'ra prefix=fd00:77::/64'
check 'an advertisement, to who asks' solicit
cp "$T/out" "$T/ra"
check 'addresses come from DHCPv6, and we are no router' grep -q ' flags=MO lifetime=0 ' "$T/ra"
check 'the prefix is on the link, and not to make addresses of' grep -q ' prefix=fd00:77::/64:L ' "$T/ra"
check 'name server and domain' grep -q ' dns=fd00:77::53 domain=lab.example$' "$T/ra"
check 'a system has the route to the link' wait_for 5 sh -c 'ip -n pc -6 route show dev eth0 | grep -q "^fd00:77::/64"'
check_not '... no address made of it' sh -c 'ip -n pc -6 addr show dev eth0 | grep "inet6 fd00:77"'
check_not '... and no default route' sh -c 'ip -n pc -6 route | grep ^default'
check 'they are counted' sh -c 'kill -USR1 "$1" && for i in 1 2 3 4 5 6 7 8 9 10; do grep -q "router_advertisements=[1-9]" "$2" && exit; sleep 0.2; done; exit 1' - "$pid_six" "$T/six.log"
stop six

# No subnet: neither a lease file nor the port is needed.
start six "$BIN/dhcpd6-pxe/dhcpd6-pxe" -u root -v -i br0 -e 'ra none'
ready six 'ready: br0 .* router advertisements'
check 'ra none: an empty one' solicit
cp "$T/out" "$T/ra"
check '... it is' grep -q ' bytes=16 flags= lifetime=0$' "$T/ra"
start dnsmasq on router dnsmasq -k -C /dev/null -p 0 -i eth0 -u root --dhcp-range=fd00:77::,ra-only --enable-ra --log-facility=-
ready dnsmasq started
check 'another router is heard' wait_for 30 grep -q 'router fe80.* on br0: it speaks here, so we are silent' "$T/six.log"
router=$(ip -n router -6 addr show dev eth0 scope link | sed -n 's/.*inet6 \([^/]*\).*/\1/p')
for turn in 1 2 3; do
	check "... and the only one to answer ($turn)" sh -c '"$@" >"$T/ra" && grep -q "^from=$0 " "$T/ra"' "$router" ip netns exec pc python3 "$SRC/tests/e2e/dhcpd6-rs.py" eth0
done
stop six
# It asks for routers when it starts: the first machine is not told before.
start six "$BIN/dhcpd6-pxe/dhcpd6-pxe" -u root -v -i br0 -e 'ra none'
ready six 'ready: br0 '
check 'a router that is there already is found' wait_for 30 grep -q 'router fe80.* on br0: it speaks here, so we are silent' "$T/six.log"
stop six
check_rc 3 'ra lines alone need an interface' "$BIN/dhcpd6-pxe/dhcpd6-pxe" -u root -e 'ra none'
said '... which is said' 'name the interface (-i)'
finish
