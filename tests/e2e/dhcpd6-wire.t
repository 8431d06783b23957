#!/bin/sh
# What RFC 8415 and RFC 5970 ask of a DHCPv6 server, case by case, by bytes; and, so that
# the script is not of our opinion alone, the same cases against Kea.
# shellcheck disable=SC2154 # start assigns
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd6.sh
. "$SRC/tests/e2e/dhcpd6.sh"
need ip python3
lan6
host6 pc
ip -n pc addr add fd00:77::2/64 dev eth0 nodad

# one result line for each case; $2: those in which this server differs, and may
results() {
	while read -r verdict name why; do
		name=${name%:}
		for differs in $2; do [ "$name $verdict" != "$differs fail" ] || verdict=known; done
		case $verdict in
		pass) ok "$1: $name" ;;
		known) ok "$1: $name differs, as it does" ;;
		*) echo "# $why" && not_ok "$1: $name" ;;
		esac
	done <"$T/$1.cases"
	check "$1: all cases were played" grep -q "$3" "$T/$1.cases"
}

six -e 'subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1fff lease=1000 dns=fd00:77::53 domain=test.lan preference=255' \
	-e 'subnet fd00:88::/64 range=fd00:88::1000-fd00:88::1fff lease=1000' \
	-e 'subnet fd00:99::/64 range=fd00:99::5-fd00:99::5 lease=1000' \
	-e 'option6 82 u32=4000 when=asked' -e 'host mac=52:54:00:12:34:99 addr=fd00:88::99' \
	-e 'boot client=http file=http://{server}/x.efi' -e 'boot arch=efi-x64 file=x.efi'
on pc python3 "$SRC/tests/e2e/dhcpd6-wire.py" eth0 full >"$T/ours.cases"
results ours '' too_many_relays
stop six

case $(kea-dhcp6 -v 2>/dev/null) in
2.2.*) ;;
*) # which differs elsewhere
	skip 'no kea-dhcp6 2.2'
	finish
	;;
esac
mkdir "$T/kea"
cat >"$T/kea.json" <<'JSON'
{ "Dhcp6": { "interfaces-config": { "interfaces": ["br0", "br0/fd00:77::1"] }, "lease-database": { "type": "memfile", "persist": false },
  "valid-lifetime": 1000, "preferred-lifetime": 1000, "renew-timer": 500, "rebind-timer": 800, "server-id": { "type": "LL", "persist": false },
  "option-data": [ { "name": "dns-servers", "data": "fd00:77::53" }, { "name": "domain-search", "data": "test.lan" },
    { "name": "preference", "data": "255", "always-send": true }, { "code": 82, "space": "dhcp6", "csv-format": false, "data": "00000fa0" } ],
  "subnet6": [
    { "id": 1, "subnet": "fd00:77::/64", "interface": "br0", "rapid-commit": true, "pools": [ { "pool": "fd00:77::1000-fd00:77::1fff" } ] },
    { "id": 2, "subnet": "fd00:88::/64", "rapid-commit": true, "pools": [ { "pool": "fd00:88::1000-fd00:88::1fff" } ] },
    { "id": 3, "subnet": "fd00:99::/64", "rapid-commit": true, "pools": [ { "pool": "fd00:99::5-fd00:99::5" } ] } ],
  "loggers": [ { "name": "kea-dhcp6", "severity": "INFO", "output_options": [ { "output": "stderr" } ] } ] } }
JSON
start kea env KEA_LOCKFILE_DIR="$T/kea" KEA_PIDFILE_DIR="$T/kea" kea-dhcp6 -c "$T/kea.json"
ready kea 'DHCP6_STARTED'
# It reads what is broken more kindly than the RFC, and RELAY-REPL; answers whom it cannot
# place and a REBIND of what it does not know; has IAs in the answers to RELEASE; its
# options go to all messages or none; it knows no NotOnLink for REQUEST.
on pc python3 "$SRC/tests/e2e/dhcpd6-wire.py" eth0 -odd_request_list >"$T/kea.cases"
results kea 'messages_of_servers information_request_with_ia option_past_the_end relay_of_no_link_of_ours
 to_our_own_address_use_multicast preference request_not_on_link request_for_each_association_alone
 rebind_of_the_unknown release release_of_the_unknown release_of_another_address release_of_one_of_two
 decline decline_of_the_unknown' ends_early
stop kea
finish
