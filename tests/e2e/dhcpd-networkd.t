#!/bin/sh
# systemd-networkd as the client, without systemd as PID 1: it takes a host
# with a read-only /sys for a container, and then does not wait for udev.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
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
lan
host pc
start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -u root -v -i br0 -l "$T/leases" \
	-e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59 router=10.77.0.1 dns=10.77.0.1 domain=test.lan lease=10m' \
	-e 'option 121 hex=180a05000a4d0002'
ready dhcpd ready
mkdir -p /run/systemd/network /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
chown -R systemd-network /run/systemd/netif
cat >/run/systemd/network/10-eth0.network <<EOF
[Match]
Name=eth0
[Network]
DHCP=ipv4
LinkLocalAddressing=no
IPv6AcceptRA=no
[DHCPv4]
Hostname=node-d
EOF
start networkd nsenter --net=/run/netns/pc env SYSTEMD_LOG_TARGET=console $networkd
has() { wait_for 20 grep -hqx "$1" /run/systemd/netif/leases/*; }
check "networkd has an address" wait_for 10 sh -c 'ip -n pc -4 addr show eth0 | grep -q "inet 10\.77\.0\.5"'
check "address" has 'ADDRESS=10.77.0.5[0-9]'
check "router" has ROUTER=10.77.0.1
check "name server" has DNS=10.77.0.1
check "domain" has DOMAINNAME=test.lan
check "the route of option 121" has CLASSLESS_ROUTES=10.5.0.0/24,10.77.0.2
check "it has the route" sh -c 'ip -n pc route | grep -q "^10.5.0.0/24 via 10.77.0.2"'
check "its name and its RFC 4361 identifier are in the lease file" grep -q ' 10\.77\.0\.5[0-9] node-d ff:' "$T/leases"
stop networkd
check "it releases when it goes" wait_for 5 grep -q 'release 10.77.0.5' "$T/dhcpd.log"
finish
