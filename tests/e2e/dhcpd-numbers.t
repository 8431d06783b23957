#!/bin/sh
# -M FILE and SIGUSR1 of dhcpd-pxe: what is counted; the events of -x for clients that
# get no address.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
lan
host pc
mkdir -m 755 "$T/state" "$T/m"
[ "$user" = root ] || chown "$user" "$T/state" "$T/m"
number() { awk -v name="dhcpd_pxe_$1" '$1 == name { print $2 }' "$T/m/d.prom"; }
is() { test "$(number "$1")" = "$2"; }
event() { wait_for 10 grep -q -e "$1" "$T/state/events"; }
cat >"$T/rules" <<EOF
subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.12 probe=off authoritative offers=1000
boot arch=efi-x64 file=a.efi
boot arch=bios file=b.0
EOF
start dhcpd "$dhcpd" -u "$user" -i br0 -l "$T/state/leases" -f "$T/rules" -M "$T/m/d.prom" -x "cat >$T/state/events"
ready dhcpd ready
check "FILE is there at once" wait_for 5 test -s "$T/m/d.prom"
gets() { # MAC ARGS
	gets_mac=$1
	shift
	ask "$@" "mac=$gets_mac" && gets_addr=$(sed -n 's/^yiaddr=//p' "$T/reply") &&
		ask "$@" type=request "mac=$gets_mac" "50=ip:$gets_addr" 54=ip:10.77.0.1
}
check "a machine boots" gets 52:54:00:00:00:01 persona=bios
check "another" gets 52:54:00:00:00:02 persona=edk2
check "one is offered an address" ask persona=plain mac=52:54:00:00:00:03
check "one asks for an address of another network" ask persona=plain type=request mac=52:54:00:00:00:04 50=ip:10.1.1.1
check "its event" event '^nak mac=52:54:00:00:00:04 ip=10.1.1.1 why="address is on another network" interface=br0$'
answered='persona=bios mac=52:54:00:00:00:01'
check "one finds the range full" unanswered persona=plain mac=52:54:00:00:00:05
check "its event" event '^full mac=52:54:00:00:00:05 why="no address is free: .*used up" interface=br0$'
ask send=1 persona=plain type=request mac=52:54:00:00:00:03 50=ip:10.77.0.99 54=ip:10.77.0.9
check "another server's event" event '^server addr=10.77.0.9 interface=br0 mac=52:54:00:00:00:03 why="gave a client its address"$'
kill -USR1 "$pid_dhcpd"
check "SIGUSR1 says it" ready dhcpd 'metrics messages.bootp.done=0 .*messages.discover.done=.* messages.discover.no-address=1 .* sent.nak=1 .* pool_addresses=3 leased_addresses=2 '
kill -USR2 "$pid_dhcpd"
check "FILE is written again" wait_for 30 is other_servers_total 1
check "leases" is leased_addresses 2
check "messages by type and result" is 'messages_total{type="discover",result="no-address"}' 1
check "those of another server" is 'messages_total{type="request",result="other-server"}' 1
check "ACKs" is 'sent_total{type="ack"}' 2
check "NAKs" is 'sent_total{type="nak"}' 1
check "the pool" is pool_addresses 3
check "syncs" test "$(number sync_seconds_count)" -ge 2
check "boot answers by rule" is "boot_answers_total{rule=\"$T/rules:3\"}" 1
sed -i '2d' "$T/rules"
kill -HUP "$pid_dhcpd"
ready dhcpd 'rules read again'
check "after a reload the lines are the new ones" wait_for 30 is "boot_answers_total{rule=\"$T/rules:2\"}" 0
echo 'boot arch=nonsense' >>"$T/rules"
kill -HUP "$pid_dhcpd"
ready dhcpd 'the rules stay as they were'
check "a broken line changes nothing" gets 52:54:00:00:00:01 persona=bios
stop dhcpd
check "SIGTERM ends it with 0" test $? -eq 0
check "and FILE is written at the end" is "boot_answers_total{rule=\"$T/rules:2\"}" 1
check_rc 2 "a directory that is not there" "$dhcpd" -n -M "$T/none/x" -e 'subnet 10.77.0.0/24 proxy'
finish
