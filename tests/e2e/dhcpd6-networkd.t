#!/bin/sh
# systemd-networkd as the client of DHCPv6: it asks when a router advertisement says so
# (M).  Without systemd as PID 1, as in dhcpd-networkd.t.
# shellcheck disable=SC2016 # the inner shell expands
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd6.sh
. "$SRC/tests/e2e/dhcpd6.sh"
networkd=/lib/systemd/systemd-networkd
need python3 ip nsenter
if [ ! -x $networkd ] || ! id systemd-network >/dev/null 2>&1; then
	skip "$(basename "$0"): no systemd-networkd here"
	exit 0
fi
need_nobody
mount -o remount,bind,ro /sys 2>/dev/null || {
	skip "$(basename "$0"): needs a /sys of its own"
	exit 0
}
lan6
host6 pc
six -e 'subnet fd00:77::/64 range=fd00:77::1000-fd00:77::10ff dns=fd00:77::53 domain=test.lan lease=10m' -e 'ra prefix=fd00:77::/64'
mkdir -p /run/systemd/network /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
chown -R systemd-network /run/systemd/netif
cat >/run/systemd/network/10-eth0.network <<END
[Match]
Name=eth0
[Network]
IPv6AcceptRA=yes
DHCP=no
[DHCPv6]
DUIDType=link-layer
END
start networkd nsenter --net=/run/netns/pc env SYSTEMD_LOG_TARGET=console $networkd
check 'networkd asks, as the advertisement says, and has an address' wait_for 30 sh -c 'ip -n pc -6 addr show eth0 | grep -q "inet6 fd00:77::10[0-9a-f]*/128"'
check '... leased to its DUID' leased '^[0-9]* [0-9]* fd00:77::10[0-9a-f]* [^ ]* 00:03:00:01:'
check '... the link is reached without a router' wait_for 10 sh -c 'ip -n pc -6 route | grep -q "^fd00:77::/64 dev eth0"'
stop networkd
finish
