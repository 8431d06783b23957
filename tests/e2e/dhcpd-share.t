#!/bin/sh
# share=: two servers with nothing between them, either of which may die (RFC 3074
# says who answers first); delay=.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
# shellcheck source=tests/e2e/dhcpd-share.sh
. "$SRC/tests/e2e/dhcpd-share.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
N=60
range='subnet 10.77.0.0/16 range=10.77.1.0-10.77.1.199 lease=1h offers=10000'
shared_servers
refused() { "$dhcpd" -n -e "$1" 2>&1 | grep -q -e "$2"; }
check "share=3/2 is refused" refused 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.19 share=3/2' 'not a share such as 1/2'
check "a share of nothing too" refused 'subnet 10.77.0.0/24 share=1/2' 'no range= to share'
check "a share of one address" refused 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.10 share=1/2' 'fewer addresses'
check "a proxy shares nothing" refused 'subnet 10.77.0.0/24 proxy share=1/2' 'a proxy gives no addresses'
check "delay=60 is refused" refused 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.19 delay=60' '1 to 10 seconds'

# -- delay= alone: whom it answers, and when
start a on a "$dhcpd" -v -u root -i eth0 -l "$T/a/leases" -e 'subnet 10.77.0.0/16 range=10.77.1.0-10.77.1.9 probe=off delay=1'
ready a ready
answered='persona=edk2 secs=1'
check "delay=: a new client is not answered at once" unanswered persona=plain mac=52:54:00:00:00:01
check "but after its delay" ask persona=plain mac=52:54:00:00:00:02
waited() { awk -F= '$1 == "ms" { exit !($2 >= 900) }' "$T/reply"; }
check "a second later" waited
check "one that says that it has waited is answered" ask persona=plain secs=2 mac=52:54:00:00:00:03
stop a
rm -f "$T/a/leases"

# -- one of two that has died since its offer
serve a 1
taken='persona=plain type=request mac=52:54:00:00:00:05 50=ip:10.77.1.150 54=ip:10.77.0.3 xid=0x1234'
answered='persona=edk2 secs=2'
# shellcheck disable=SC2086 # several arguments
{
	check "a REQUEST that names the other server is that one's" unanswered $taken
	check "repeated, it is ours" wait_for 10 ask $taken secs=1 wait=2
}
check "the ACK comes from whom the client asked, and for a while" has opt53=05 yiaddr=10.77.1.150 opt54=0a4d0003 opt51=00000258
check "that lease is on disk" grep -q '10.77.1.150' "$T/a/leases"
check "one that reboots waits for the other server, and then has its address" ask persona=plain type=request mac=52:54:00:00:00:06 50=ip:10.77.1.151
check "from us" has opt53=05 yiaddr=10.77.1.151 opt54=0a4d0002 opt51=00000258
check "another's address is refused" ask persona=plain type=request mac=52:54:00:00:00:07 50=ip:10.77.1.151
check "by a NAK" has opt53=06
serve b 2
now=$T/now
check "60 machines boot, one server is killed in the midst; renew, boot and reboot without it" \
	crowd 'kills b' -- "$now:20:boot" renew boot reboot
sed 's/^/# /' "$T/crowd"
check "all are at the one that is left" grep -q '^boot .* 10.77.0.2=60$' "$T/crowd"
serve b 2
check "it is back, and keeps to what it has given; the other is killed while they renew, and comes back" \
	crowd 'kills a' 'serve a 1' 'kills b' -- boot "$now:15:renew" reboot boot "$now:0:boot" "$now:30:boot" renew boot
sed 's/^/# /' "$T/crowd"
serve b 2
N=90
check "30 new machines between those that both know" crowd -- boot boot
check "are answered by both" grep -q '10.77.0.2=[1-9].* 10.77.0.3=[1-9]' "$T/crowd"
check_not "neither is another server that disturbs" grep -e 'another server,' "$T/a.log" "$T/b.log"
stop a
stop b

# -- b comes back, and does not know that a has lent an address of its part meanwhile
range='subnet 10.77.0.0/16 range=10.77.1.0-10.77.1.3 lease=1h offers=10000 probe=off'
past=$(($(date +%s) - 100))
rm -f "$T/a/leases"
for machine in 2 3; do echo "$past 52:54:00:00:01:0$machine 10.77.1.$machine * *"; done >"$T/b/leases"
serve a 1
held='persona=plain type=request mac=52:54:00:00:01:02 xid=0x77'
# shellcheck disable=SC2086 # several arguments
check "a machine of b's keeps its address at a" ask $held 50=ip:10.77.1.2
check "for a while" has opt53=05 yiaddr=10.77.1.2 opt54=0a4d0002 opt51=00000258
serve b 2
for machine in 1 2; do
	check "b is back; new machine $machine" ask persona=plain mac=52:54:00:00:02:0$machine secs=9
	check "is sent none that may be lent" has opt54=0a4d0002 "yiaddr=10.77.1.$((machine - 1))"
done
# shellcheck disable=SC2086 # several arguments
check "the first one renews" ask $held dst=10.77.0.3 ciaddr=10.77.1.2 src=10.77.1.2
check "and has it from b again, for as long as ever" has opt53=05 yiaddr=10.77.1.2 opt54=0a4d0003 opt51=00000e10
kills a
check "a is gone, b has none that nobody had: a new machine that goes on asking" wait_for 10 ask persona=plain mac=52:54:00:00:02:03 secs=9 wait=2
check "is sent the other one" has opt54=0a4d0003 yiaddr=10.77.1.3
finish
