#!/bin/sh
# SIGKILL at any instant under load, KILLS times: no client is refused the
# address that it was ACKed, and no address is leased twice.  One load generator
# runs all the while with always new clients; in one exchange of four a former
# client (half of them recent ones) asks for its address again, and at the end
# every client that ever got an address does.  perfdhcp runs beside it on another
# link, as a relay; the lease file says what its clients got.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
need python3 ip
KILLS=${KILLS:-200}
load=${LOAD:-$SRC/build/obj/tests/bench/dhcpd-pxe/load}
[ -x "$load" ] || {
	skip "$(basename "$0"): no $load here (make bench-bins)"
	exit 0
}
ip netns add c
ip link add s0 type veth peer name eth0 netns c
ip addr add 10.80.0.1/13 dev s0
ip link set s0 up
ip -n c link set lo up
ip -n c link set eth0 up
rules='subnet 10.80.0.0/13 range=10.80.1.0-10.87.255.250 lease=12h authoritative'
second='subnet 10.88.0.0/14 range=10.88.1.0-10.91.255.250 lease=12h probe=off'
ip netns add p
ip link add s1 type veth peer name eth0 netns p
ip addr add 10.88.0.1/14 dev s1
ip link set s1 up
ip -n p link set lo up
ip -n p link set eth0 up
ip -n p addr add 10.88.0.2/14 dev eth0
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
# Nobody else uses this range on this link, so ARP probes are not needed.
! "$dhcpd" -n -e "$rules probe=off" >/dev/null 2>&1 || rules="$rules probe=off"
serve() { start dhcpd "$dhcpd" -u root -i s0 -i s1 -l "$T/leases" -e "$rules" -e "$second"; }

serve
ready dhcpd ready
start load ip netns exec c "$load" -k -t 0 -w 50 -c 64 -b 25 -a
# it gives up if its server is away for long
command -v perfdhcp >/dev/null && start perf ip netns exec p sh -c '
	while :; do perfdhcp -4 -r 500 -R 1000000 -p 60 -l eth0 10.88.0.1; done'
killed=0 slow=0
while [ $killed -lt "$KILLS" ] && kill -0 "$pid_load" 2>/dev/null; do
	# From at once to a quarter of a second: while it reads, offers, writes, rewrites.
	python3 -c 'import random, time; time.sleep(random.random() ** 2 / 4)'
	kill -KILL "$pid_dhcpd"
	wait "$pid_dhcpd" 2>/dev/null
	killed=$((killed + 1))
	cat "$T/dhcpd.log" >>"$T/all.log"
	serve
	# Every fifth one only once it serves, so that there is load to be killed under.
	[ $((killed % 5)) -ne 0 ] || wait_for 10 grep -q ready "$T/dhcpd.log" || slow=$((slow + 1))
done
ready dhcpd ready
kill "$pid_load"
wait "$pid_load"
rc=$?
sed 's/^/# /' "$T/load.log"
check "killed $KILLS times" test "$killed" -eq "$KILLS"
check "it served again within 10 s each time" test "$slow" -eq 0
check "no client was refused its address, no address leased twice" test $rc -eq 0
counted() { sed -n "s/.* $1=\([0-9]*\).*/\1/p" "$T/load.log"; }
check "many clients came meanwhile" test "$(counted exchanges)" -gt $((KILLS * 10))
check "and all of them again" test "$(counted returned)" -ge "$(counted exchanges)"
if [ "${pid_perf:-}" ]; then
	stop perf
	check "perfdhcp's clients came meanwhile" test "$(grep -c ' 10\.\(8[89]\|9[01]\)\.' "$T/leases")" -gt $((KILLS * 10))
	# none of these leases ends within the test
	# shellcheck disable=SC2016 # awk's own fields
	check "and no address of theirs was leased twice" awk '$3 !~ /^10\.(8[89]|9[01])\./ { next }
		$3 in mac && mac[$3] != $2 { print $3, mac[$3], $2; bad = 1 } { mac[$3] = $2 } END { exit bad }' "$T/leases"
else
	skip 'no perfdhcp here'
fi
cat "$T/dhcpd.log" >>"$T/all.log"
check_not "no line of the lease file was damaged" grep -E 'damaged|cannot' "$T/all.log"
pid_load=
finish
