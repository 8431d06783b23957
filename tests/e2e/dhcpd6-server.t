#!/bin/sh
# dhcpd6-pxe as the only server of a link: clients that we did not write, the lease
# file, reload, restart, -L, -r, -x, -M.
# shellcheck disable=SC2016,SC2154 # the inner shell expands; start assigns
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd6.sh
. "$SRC/tests/e2e/dhcpd6.sh"
need ip dhclient
D=$BIN/dhcpd6-pxe/dhcpd6-pxe
lan6
host6 pc
mac=$(on pc cat /sys/class/net/eth0/address)
cat >"$T/rules" <<'END'
subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59
subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1fff dns=fd00:77::1 domain=test.lan lease=10m
boot arch=efi-x64 file=x.efi
END
mkdir "$T/m"
serve() { six -f "$T/rules" -M "$T/m/numbers" -x "cat >>$T/events"; }
# It goes into the background, and the next one looks in its file for whom to end.
ask() {
	on pc timeout 60 dhclient -6 -1 -v -lf "$T/dhclient.leases" -pf "$T/dhclient.pid" -sf /bin/true "$@" eth0 || return
	[ "${1:-}" = -r ] || wait_for 60 test -s "$T/dhclient.pid"
}

serve
check 'dhclient gets an address' ask
check '... of the range' grep -q 'iaaddr fd00:77::1000 ' "$T/dhclient.leases"
check '... with the name server' grep -q 'dhcp6.name-servers fd00:77::1;' "$T/dhclient.leases"
check '... and the domain' grep -q 'dhcp6.domain-search "test.lan.";' "$T/dhclient.leases"
check 'its lease is in the file, as dnsmasq has it' leased '^[0-9]* [0-9]* fd00:77::1000 [^ ]* 00:01:00:01:[0-9a-f:]*$'
check 'the server has a DUID of its own there' leased '^duid 00:04:'
check 'the event command is told' wait_for 5 grep -q "^lease mac=$mac ip=fd00:77::1000 duid=00:01" "$T/events"
check '-L prints it' sh -c '"$1" -L -l "$2" | grep -q "^lease addr=fd00:77::1000 mac=$3 state=bound until=.*Z"' - "$D" "$T/leases" "$mac"
check '... as JSON' sh -c '"$1" -L -j -l "$2" | grep -q "\"addr\":\"fd00:77::1000\""' - "$D" "$T/leases"
check_rc 3 'a second server does not take the file' "$D" -u root -i br0 -f "$T/rules" -l "$T/leases"

duid=$(grep '^duid' "$T/leases")
check 'SIGTERM ends it' stop six
check 'the numbers say what was' grep -qx 'dhcpd6_pxe_messages_total{type="request",result="done"} 1' "$T/m/numbers"
serve
check 'its DUID is the same after a restart' test "$(grep '^duid' "$T/leases")" = "$duid"
check 'the client has the same address again' ask
check '... it asked whether it still may' grep -q "CONFIRM on br0: all are of this link" "$T/six.log"

check 'SIGHUP: rules with a fault' sh -c 'echo "boot arhc=bios file=x" >>"$1" && kill -HUP "$2"' - "$T/rules" "$pid_six"
check '... are refused with their line' wait_for 5 grep -q "rules:4: arhc" "$T/six.log"
check '... and the old ones stay' wait_for 5 grep -q 'the rules stay as they were' "$T/six.log"
sed 's/1000-fd00:77::1fff/2000-fd00:77::2fff/; /arhc/d' "$T/rules" >"$T/rules.new" && mv "$T/rules.new" "$T/rules"
kill -HUP "$pid_six"
check 'good ones are taken' wait_for 5 grep -q 'ready: .*fd00:77::2000' "$T/six.log"

check '-r has it forget the machine' "$D" -r "$mac" -l "$T/leases"
cp "$T/out" "$T/forgot"
check '... and says what' grep -q "^forgot addr=fd00:77::1000 mac=$mac state=bound" "$T/forgot"
check_rc 1 '... once' "$D" -r "$mac" -l "$T/leases"
rm "$T/dhclient.leases"
check 'a new lease is of the new range' ask
check '... is' grep -q 'iaaddr fd00:77::2000 ' "$T/dhclient.leases"
check 'dhclient releases it' ask -r
check '... answered at once' wait_for 5 grep -q "release fd00:77::2000 on br0" "$T/six.log"
check_not '... and it is free' sh -c '"$1" -L -l "$2" | grep fd00:77::2000' - "$D" "$T/leases"

# Rapid commit is dhcpcd's way.
if command -v dhcpcd >/dev/null; then
	host6 other
	check 'dhcpcd gets an address' on other timeout 60 dhcpcd -6 -1 -B -d --noipv6rs -t 30 -c /bin/true --ia_na eth0
	check '... with one exchange' wait_for 5 grep -q 'rapid reply fd00:77::20' "$T/six.log"
else skip 'no dhcpcd'; fi

check_rc 2 'no such interface' "$D" -u root -i nosuch0 -f "$T/rules" -l "$T/leases2"
check_rc 2 'no line for IPv6' "$D" -n -e 'subnet 10.77.0.0/24 proxy'
check '-n -v prints the lines of IPv6' "$D" -n -v -f "$T/rules"
cp "$T/out" "$T/printed"
check '... and no others' sh -c '! grep -q 10.77 "$1" && grep -q "^subnet fd00:77::/64 range=" "$1"' - "$T/printed"
finish
