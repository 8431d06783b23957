#!/bin/sh
# Other real clients: dhclient and dhcpcd; two relays between; Kea as the
# address server beside proxy mode.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip busybox
lan
host pc
cat >"$T/rules" <<EOF
subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59 router=10.77.0.1 dns=10.77.0.1 domain=test.lan lease=10m
subnet 10.78.0.0/24 range=10.78.0.50-10.78.0.59 router=10.78.0.2 lease=10m
option 119 hex=04746573740361626300
option 121 hex=180a05000a4d0002
boot file=pxelinux.0
EOF
start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -u root -v -i br0 -f "$T/rules" -l "$T/leases"
ready dhcpd ready
logged() { wait_for 5 grep -q -- "$1" "$T/dhcpd.log"; }
mac=$(on pc cat /sys/class/net/eth0/address)

if command -v dhclient >/dev/null; then
	# shellcheck disable=SC2016 # the script's own parameters
	printf '#!/bin/sh\nset >>"%s/told.$reason"\n' "$T" >"$T/dhclient-script"
	chmod +x "$T/dhclient-script"
	printf '%s\n' 'option routes code 121 = array of unsigned integer 8;' 'also request routes, domain-search;' \
		'send host-name "laptop";' >"$T/dhclient.conf"
	client() {
		on pc timeout 120 dhclient -4 -1 -cf "$T/dhclient.conf" -lf "$T/dhclient.leases" -pf "$T/dhclient.pid" -sf "$T/dhclient-script" "$@" eth0
	}
	told() { grep -q -- "$1" "$T/told.BOUND"; }
	check "dhclient gets a lease" client
	wait_for 60 test -s "$T/dhclient.pid" # of the one in the background, which -r ends
	check "dhclient: address" told "^new_ip_address='10.77.0.5"
	check "dhclient: router" told "^new_routers='10.77.0.1'"
	check "dhclient: search list (119)" told "^new_domain_search='test.abc"
	check "dhclient: routes (121)" told "^new_routes='24 10 5 0 10 77 0 2'"
	check "dhclient: its name is in the lease file" grep -q "$mac 10.77.0.5. laptop" "$T/leases"
	on pc ip addr add 10.77.0.50/24 dev eth0
	check "dhclient releases" client -r
	check "dhclient: that arrives" logged "$mac release 10.77.0.5"
	on pc ip addr flush dev eth0
else
	skip 'no dhclient here'
fi

if command -v dhcpcd >/dev/null; then
	check "dhcpcd gets a lease" on pc timeout 120 dhcpcd -4 -1 -B -C resolv.conf --noarp --noipv4ll -t 10 -h tower -f /dev/null \
		-o routers,domain_search,classless_static_routes eth0
	check "dhcpcd: an address of the range" sh -c 'ip -n pc -4 addr show eth0 | grep -q "inet 10\.77\.0\.5"'
	check "dhcpcd: the route of option 121" sh -c 'ip -n pc route | grep -q "^10.5.0.0/24 via 10.77.0.2"'
	check "dhcpcd: its name is in the lease file" grep -q " 10.77.0.5. tower" "$T/leases"
	on pc ip addr flush dev eth0
else
	skip 'no dhcpcd here'
fi

# -- a relay: a host with a leg on each link
ip netns add relay
ip netns add far
ip link add vrelay type veth peer name r0 netns relay
ip link set vrelay master br0 up
ip -n relay link add r1 type veth peer name eth0 netns far
for it in r0 r1 lo; do ip -n relay link set $it up; done
ip -n far link set eth0 up
ip -n relay addr add 10.77.0.2/24 dev r0
ip -n relay addr add 10.78.0.2/24 dev r1
ip route add 10.78.0.0/24 via 10.77.0.2
# shellcheck disable=SC2016 # the script's own parameters
printf '#!/bin/sh\nset >"%s/far.$1"\n' "$T" >"$T/script"
chmod +x "$T/script"
relayed() { # NAME
	rm -f "$T/far.bound"
	check "$1: a client behind it gets a lease" on far busybox udhcpc -i eth0 -s "$T/script" -n -q -t 8 -T 1
	check "$1: of its own link's range" grep -q "^ip='10.78.0.5" "$T/far.bound"
	check "$1: the router is its own" grep -q "^router='10.78.0.2'" "$T/far.bound"
}
if command -v dhcrelay >/dev/null; then
	start dhcrelay ip netns exec relay dhcrelay -4 -d --no-pid -a -id r1 -iu r0 10.77.0.1
	ready dhcrelay 'Sending on'
	relayed 'isc-dhcp-relay, option 82'
	stop dhcrelay
else
	skip 'no dhcrelay here'
fi
if command -v dnsmasq >/dev/null; then
	start dnsrelay ip netns exec relay dnsmasq -d --conf-file=/dev/null --port=0 --user=root --dhcp-relay=10.78.0.2,10.77.0.1
	ready dnsrelay 'DHCP relay'
	relayed 'dnsmasq as relay'
	stop dnsrelay
else
	skip 'no dnsmasq here'
fi
stop dhcpd

# -- Kea gives the addresses, we say what to boot
if command -v kea-dhcp4 >/dev/null; then
	host kea 10.77.0.3/24
	mkdir "$T/kea"
	cat >"$T/kea/conf" <<EOF
{ "Dhcp4": { "interfaces-config": { "interfaces": ["eth0"] }, "valid-lifetime": 3600,
  "lease-database": { "type": "memfile", "persist": false },
  "subnet4": [ { "id": 1, "subnet": "10.77.0.0/24", "pools": [ { "pool": "10.77.0.100 - 10.77.0.150" } ] } ],
  "loggers": [ { "name": "kea-dhcp4", "severity": "INFO", "output_options": [ { "output": "stdout" } ] } ] } }
EOF
	start kea ip netns exec kea env KEA_LOCKFILE_DIR="$T/kea" KEA_PIDFILE_DIR="$T/kea" kea-dhcp4 -c "$T/kea/conf"
	ready kea DHCP4_STARTED
	start proxy "$BIN/dhcpd-pxe/dhcpd-pxe" -u root -i br0 -e 'subnet 10.77.0.0/24 proxy' -e 'boot arch=efi-x64 file=shimx64.efi'
	ready proxy ready
	check "Kea gives an address" ask persona=edk2 from=10.77.0.3
	check "of its pool" grep -q '^yiaddr=10.77.0.1' "$T/reply"
	check "and we the file, beside it" ask persona=edk2 from=10.77.0.1
	check "without an address, as PXEClient" has yiaddr=0.0.0.0 file=shimx64.efi "opt60=$(hex PXEClient)"
else
	skip 'no kea-dhcp4 here'
fi
finish
