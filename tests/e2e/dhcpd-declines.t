#!/bin/sh
# Addresses that rest: a client that declines without end, a router with proxy
# ARP, and a machine's own reserved address; nobody is locked out by them.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
lan
host pc
mkdir -m 755 "$T/state"
serve() { # RULE...
	serve_args=
	for serve_rule; do serve_args="$serve_args -e '$serve_rule'"; done
	eval "start dhcpd '$dhcpd' -v -u '$user' -i br0 -l '$T/state/leases' $serve_args"
	ready dhcpd ready
}
logged() { wait_for 5 grep -q -e "$1" "$T/dhcpd.log"; }

# -- one client declines whatever it gets
serve 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.19 probe=off offers=1000' 'host mac=52:54:00:00:00:77 addr=10.77.0.5'
loop() {
	loop_n=0
	while [ "$loop_n" -lt 25 ]; do
		ask persona=plain mac=52:54:00:00:00:66 || return 1
		loop_addr=$(sed -n 's/^yiaddr=//p' "$T/reply")
		ask send=1 type=decline mac=52:54:00:00:00:66 "50=ip:$loop_addr" 54=ip:10.77.0.1
		loop_n=$((loop_n + 1))
	done
}
check "a client declines 25 times, and has an offer each time" loop
check "the log says how many rest" logged 'decline 10.77.0.1. on br0; 4 rest now'
check_not "never more than a few" grep -q '[5-9] rest now' "$T/dhcpd.log"
stop dhcpd
serve 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.19 probe=off offers=1000' 'host mac=52:54:00:00:00:77 addr=10.77.0.5'
others() {
	for n in 0 1 2 3 4 5 6 7 8 9; do
		ask persona=plain "mac=52:54:00:00:01:0$n" || return 1
	done
}
check "after a restart all ten addresses are there for others" others

# -- the machine's own address
check "a reserved machine has its address" ask persona=plain mac=52:54:00:00:00:77
check "which is its own" has yiaddr=10.77.0.5
ask send=1 type=decline mac=52:54:00:00:00:77 50=ip:10.77.0.5 54=ip:10.77.0.1
back() { ask persona=plain mac=52:54:00:00:00:77 wait=1 && has yiaddr=10.77.0.5; }
check "declines it, and has it again within seconds" wait_for 20 back
stop dhcpd
rm -f "$T/state/leases"

# -- a router that answers for every address
host router
cat >"$T/answers.py" <<'EOP'
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
s.bind(("eth0", 0x0806))
me = s.getsockname()[4]
print("answers", flush=True)
while True:
    f = s.recv(100)
    if f[20:22] == b"\0\1":
        s.send(f[6:12] + me + b"\x08\x06\0\1\x08\0\6\4\0\2" + me + f[38:42] + f[22:28] + f[28:32])
EOP
start router on router python3 "$T/answers.py"
ready router answers
serve 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.12'
check "proxy ARP: a machine gets an address" wait_for 20 ask persona=plain wait=2
check "the log names the router" logged "$(on router cat /sys/class/net/eth0/address) on br0 answers ARP for every address (proxy ARP)"
check "and another" ask persona=plain mac=52:54:00:00:00:02
check "and a third" ask persona=plain mac=52:54:00:00:00:03
stop dhcpd
finish
