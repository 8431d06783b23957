#!/bin/sh
# What keeps a network safe from us, from others and from itself: ARP before
# an offer, floods, max-leases, `once', another server, a disk that is full
# for renewals, hosts directories that go and come back.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
lan
host pc
host squatter 10.77.0.10/24
mkdir -m 755 "$T/state" "$T/hosts"
chown "$user" "$T/hosts"
took() { sed -n 's/^ms=//p' "$T/reply"; }
serve() { # RULE...
	serve_args=
	for serve_rule; do serve_args="$serve_args -e '$serve_rule'"; done
	eval "start dhcpd '$dhcpd' -u '$user' -i br0 -l '$T/state/leases' $serve_args"
	ready dhcpd ready
}
fresh() {
	stop dhcpd
	rm -f "$T/state/leases"
}
logged() { wait_for 5 grep -q -e "$1" "$T/dhcpd.log"; }

# -- an address that a machine has taken for itself
serve 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.60 decline=1h'
check "somebody uses the first address of the range" ask persona=plain mac=52:54:00:00:00:01
check "the client gets the next one" has yiaddr=10.77.0.11
squatter=$(on squatter cat /sys/class/net/eth0/address)
check "the log says who" logged "10.77.0.10 is used by $squatter, which did not get it here"
check "the address rests in the lease file" grep -qE '^[0-9]+ 00:00:00:00:00:00 10.77.0.10 \* \*$' "$T/state/leases"
check "its first offer came when ARP had had its time" test "$(took)" -ge 490
# On a busy machine one of them may take as long as a probe does, but not all.
next() {
	soon=0
	for n in 2 3 4 5 6 7 8 9; do
		ask persona=plain "mac=52:54:00:00:00:0$n" && has "yiaddr=10.77.0.1$n" || return 1
		[ "$(took)" -ge 400 ] || soon=$((soon + 1))
	done
	[ "$soon" -gt 0 ]
}
check "the next clients get theirs without waiting" next
stop dhcpd
rm -f "$T/state/leases"
serve 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.60 bootp=dynamic'
check "BOOTP: one question" ask persona=bootp
check "is answered with an address that is free" has yiaddr=10.77.0.11
check "when that is known" test "$(took)" -ge 490
stop dhcpd
serve 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.60 probe=off'
check "after a restart it still rests" ask persona=plain mac=52:54:00:00:00:05 50=ip:10.77.0.10
check "and is given to nobody" hasnt yiaddr=10.77.0.10
check "a client gets an address" ask type=request persona=plain mac=52:54:00:00:00:06 50=ip:10.77.0.20 54=ip:10.77.0.1
ask type=decline send=1 mac=52:54:00:00:00:06 50=ip:10.77.0.20 54=ip:10.77.0.1
check "and declines it" logged 'decline 10.77.0.20'
stop dhcpd
check "which the file says too" grep -qE '^[0-9]+ 00:00:00:00:00:00 10.77.0.20 \* \*$' "$T/state/leases"
serve 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.60'
known() {
	soon=0
	for n in 6 7 8 9; do
		ask type=request persona=plain "mac=52:54:00:00:00:0$n" "50=ip:10.77.0.2$n" 54=ip:10.77.0.1 &&
			ask persona=plain "mac=52:54:00:00:00:0$n" && has "yiaddr=10.77.0.2$n" || return 1
		[ "$(took)" -ge 400 ] || soon=$((soon + 1))
	done
	[ "$soon" -gt 0 ]
}
check "a client that is known asks for another offer, and is not kept waiting" known
fresh

# -- made-up machines
serve 'subnet 10.77.0.0/24 range=10.77.0.20-10.77.0.219 probe=off'
ask send=300 mac=02:00:00:00:00:01
check "a flood is noticed" logged 'too many offers that nobody takes up'
offers=$(grep -c ' offer ' "$T/dhcpd.log")
check "and half of the addresses are left ($offers offers)" sh -c "[ $offers -ge 100 ] && [ $offers -le 120 ]"
fresh
serve 'subnet 10.77.0.0/24 range=10.77.0.20-10.77.0.219 probe=off max-leases=2'
take() { ask type=request persona=plain "mac=52:54:00:00:00:0$1" "50=ip:10.77.0.2$1" 54=ip:10.77.0.1 && has opt53=05; }
check "max-leases: the first" take 1
check "max-leases: the second" take 2
answered='type=request persona=plain mac=52:54:00:00:00:01 50=ip:10.77.0.21 54=ip:10.77.0.1'
check "max-leases: not the third" unanswered persona=plain mac=52:54:00:00:00:03
check "and why" logged 'max-leases= of its subnet line is reached'
check "who has one keeps it" take 1
fresh

# -- one that takes a second address
serve 'subnet 10.77.0.0/24 range=10.77.0.20-10.77.0.219 probe=off'
change() { ask type=request persona=plain mac=52:54:00:00:00:09 "50=ip:10.77.0.$1" 54=ip:10.77.0.1 && has opt53=05 "yiaddr=10.77.0.$1"; }
check "a client takes an address" change 30
check "and another one" change 31
stop dhcpd
until_when() { awk -v ip="10.77.0.$1" '$3 == ip { t = $1 } END { print t + 0 }' "$T/state/leases"; }
check "the file says that the first is over" test "$(until_when 30)" -le "$(date +%s)"
check "and not the second" test "$(until_when 31)" -gt "$(date +%s)"
serve 'subnet 10.77.0.0/24 range=10.77.0.20-10.77.0.219 probe=off'
check "after a restart it asks again" ask persona=plain mac=52:54:00:00:00:09
check "and has the second" has yiaddr=10.77.0.31
choose() { on pc "$SRC/tests/dhcp-ask" send=1 type=request persona=plain mac=52:54:00:00:00:09 "50=ip:10.77.0.$1" 54=ip:10.77.0.1; }
kill -STOP "$pid_dhcpd"
check "it takes another one" choose 40
check "and at once its own again" choose 31
kill -CONT "$pid_dhcpd"
check "both are written together" wait_for 5 grep -q ' 10.77.0.40 ' "$T/state/leases"
stop dhcpd
check "the file says that the other is over" test "$(until_when 40)" -le "$(date +%s)"
check "and its own is not" test "$(until_when 31)" -gt "$(date +%s)"
serve 'subnet 10.77.0.0/24 range=10.77.0.20-10.77.0.219 probe=off'
fresh

# -- a machine that is to be installed once
cat >"$T/hosts/52-54-00-00-00-AA" <<EOF
host name=new
boot client=pxe file=install.0 once
EOF
chmod 644 "$T"/hosts/*
serve "hosts $T/hosts" 'subnet 10.77.0.0/24 range=10.77.0.20-10.77.0.99 probe=off' 'boot file=disk.0'
check "once: offered" ask persona=bios mac=52:54:00:00:00:aa
check "its file" has file=install.0
check "no file is done yet" test -e "$T/hosts/52-54-00-00-00-AA"
check "an installed system renews meanwhile" ask type=request persona=plain mac=52:54:00:00:00:aa 50=ip:10.77.0.20 54=ip:10.77.0.1
check "which changes nothing" test -e "$T/hosts/52-54-00-00-00-AA"
check "once: acknowledged" ask type=request persona=bios mac=52:54:00:00:00:aa 50=ip:10.77.0.20 54=ip:10.77.0.1
check "with its file" has file=install.0
check "the machine's file is done" wait_for 5 test -e "$T/hosts/52-54-00-00-00-AA.done"
check "and gone" test ! -e "$T/hosts/52-54-00-00-00-AA"
check "the log says so" logged 'has booted .once.: its file is done'
check "the next time it asks" ask persona=bios mac=52:54:00:00:00:aa
check "the next line fits" has file=disk.0
if [ "$user" = nobody ]; then
	chown root "$T/hosts"
	echo 'boot file=again.0 once' >"$T/hosts/52-54-00-00-00-ab"
	check "a directory that we may not write" logged '1 files in force'
	check "boots it once all the same" ask type=request persona=bios mac=52:54:00:00:00:ab 50=ip:10.77.0.21 54=ip:10.77.0.1
	check "with its file" has file=again.0
	check "says what is wrong" logged 'cannot rename it to 52-54-00-00-00-ab.done: Permission denied'
	check "and does not boot it again" ask persona=bios mac=52:54:00:00:00:ab
	check "but the next line" has file=disk.0
	chown "$user" "$T/hosts"
	rm -f "$T"/hosts/*ab
fi

# -- machines' files by UUID and by client identifier
printf 'host name=board addr=10.77.0.98\nboot file=board.0 once\n' >"$T/hosts/E0A5C130-b2f1-d4c3-a5b6-c7d8e9f00112"
board() { ask persona=bios mac=52:54:00:00:00:b1 "$@" && has file=board.0 yiaddr=10.77.0.98 "opt12=$(hex board)"; }
check "a file named after a UUID" wait_for 5 board
check "once: acknowledged" board type=request 50=ip:10.77.0.98 54=ip:10.77.0.1
check "the file is done" wait_for 5 test -e "$T/hosts/E0A5C130-b2f1-d4c3-a5b6-c7d8e9f00112.done"
echo 'boot file=id.0' >"$T/hosts/id-00-4c-4c"
named() { ask persona=bios mac=52:54:00:00:00:b2 "61=hex:$1" && has "file=$2"; }
check "one named after a client identifier" wait_for 5 named 004c4c id.0
check "is not another's" named 004c4d disk.0
echo 'boot file=other.0' >"$T/hosts/id-004C4C"
check "another spelling of it" logged 'id-004C4C: warning: ignored: id-00-4c-4c is for the same machine'
rm "$T/hosts/id-00-4c-4c"
check "takes its place" wait_for 5 named 004c4c other.0
rm "$T/hosts/id-004C4C"
check "the file goes, and what it said" wait_for 5 named 004c4c disk.0

# -- the hosts directory goes, and comes back
echo 'boot file=mine.0' >"$T/hosts/52-54-00-00-00-ac"
mine() { ask persona=bios mac=52:54:00:00:00:ac && has file=mine.0; }
check "a machine's file" wait_for 5 mine
mv "$T/hosts" "$T/away"
check "the directory goes" logged 'the directory is gone'
check_not "with its machines" mine
mkdir -m 755 "$T/hosts"
echo 'boot file=mine.0' >"$T/hosts/52-54-00-00-00-ac"
check "it comes back" wait_for 5 mine
printf 'boot file=\n' >"$T/broken" && mv "$T/broken" "$T/hosts/52-54-00-00-00-ac"
check "a broken file" logged 'stays in force'
kill -HUP "$pid_dhcpd"
check "read again" logged 'rules read again'
check "is as it was before" mine
fresh

# -- another server
serve 'subnet 10.77.0.0/24 range=10.77.0.20-10.77.0.99 probe=off'
ask type=request send=1 persona=plain mac=52:54:00:00:00:01 50=ip:10.77.0.77 54=ip:10.77.0.9
check "a client chose another server" logged 'another server, 10.77.0.9, answers the clients of br0 (52:54:00:00:00:01)'
ask type=request send=1 persona=plain mac=52:54:00:00:00:02 50=ip:10.77.0.78 54=ip:10.77.0.9
check "a sign of life" ask persona=plain mac=52:54:00:00:00:03
check "is said once" test "$(grep -c 'another server, 10.77.0.9' "$T/dhcpd.log")" = 1
if command -v dnsmasq >/dev/null; then
	host other 10.77.0.3/24
	ip netns exec other dnsmasq -k --port=0 --user=root --interface=eth0 --no-ping --log-facility="$T/dnsmasq.out" \
		--dhcp-leasefile="$T/dnsmasq.leases" --dhcp-range=10.77.0.100,10.77.0.150,1h >"$T/dnsmasq.log" 2>&1 &
	dnsmasq=$!
	wait_for 10 grep -q started "$T/dnsmasq.out"
	ask persona=plain mac=52:54:00:00:00:04 flags=0x8000
	check "another server's offer is heard" logged 'another server, 10.77.0.3, answers the clients of br0 (52:54:00:00:00:04): it gives addresses too'
	kill $dnsmasq
	wait $dnsmasq 2>/dev/null
fi
fresh

# -- a disk that is full
mkdir "$T/small"
if mount -t tmpfs -o size=64k none "$T/small" 2>/dev/null; then
	chown "$user" "$T/small"
	# the file's first page is nearly full
	n=0
	while [ $n -lt 78 ]; do
		printf '1000000000 52:54:00:01:00:%02x 10.77.1.%03d * *\n' $n $((n + 100))
		n=$((n + 1))
	done >"$T/small/leases"
	chown "$user" "$T/small/leases"
	start dhcpd "$dhcpd" -u "$user" -i br0 -l "$T/small/leases" -e 'subnet 10.77.0.0/24 range=10.77.0.20-10.77.0.99 lease=1h probe=off'
	ready dhcpd ready
	lease() { ask type=request persona=plain "mac=52:54:00:00:00:$1" "50=ip:10.77.0.$2" 54=ip:10.77.0.1 "wait=${3:-30}"; }
	check "there is room: a lease" lease 01 31
	seconds() { echo $((0x$(sed -n 's/^opt51=//p' "$T/reply"))); }
	check "for an hour" test "$(seconds)" = 3600
	head -c 200000 /dev/zero >"$T/small/full" 2>/dev/null
	n=0
	refused() { grep -q 'cannot write the lease file' "$T/dhcpd.log"; }
	while ! refused && [ $n -lt 40 ]; do
		lease "$(printf %02x $((n + 16)))" $((n + 40)) 1
		n=$((n + 1))
	done
	answered='type=request persona=plain mac=52:54:00:00:00:01 50=ip:10.77.0.31 54=ip:10.77.0.1'
	check "the disk is full: no new lease" unanswered type=request persona=plain mac=52:54:00:00:00:7f 50=ip:10.77.0.99 54=ip:10.77.0.1
	check "the log says so" logged 'cannot write the lease file .*: No space left'
	check "once" test "$(grep -c 'cannot write the lease file' "$T/dhcpd.log")" = 1
	check "a known client keeps what it has" lease 01 31
	check "for the time that is written down" test "$(seconds)" -le 3600
	ask persona=plain mac=52:54:00:00:00:7d
	check_not "an offer is no sign that leases are written" grep -q 'leases are written again' "$T/dhcpd.log"
	ask type=release send=1 persona=plain mac=52:54:00:00:00:01 ciaddr=10.77.0.31 54=ip:10.77.0.1
	check "one gives its address back" logged 'release 10.77.0.31'
	rm "$T/small/full"
	check "there is room again" lease 7f 99
	check "the log says that too" logged 'leases are written again'
	check "and it holds what happened meanwhile" test "$(awk '$3 == "10.77.0.31" { t = $1 } END { print t }' "$T/small/leases")" -le "$(date +%s)"
	rm "$T/small/leases"
	check "a file that is deleted: a lease" lease 7e 98
	check "is there again, with all leases" wait_for 3 grep -q 10.77.0.99 "$T/small/leases"
	check "and the log says so" logged 'leases was deleted or replaced'
	stop dhcpd
	check "every lease of the file is whole" awk 'NF != 5 { bad = 1 } END { exit bad }' "$T/small/leases"
	umount "$T/small"
else
	skip "no tmpfs can be mounted here"
fi
finish
