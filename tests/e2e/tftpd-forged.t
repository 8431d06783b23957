#!/bin/sh
# tftpd-lite and requests of addresses that never answer, forged or deaf: they draw no more
# than three times their bytes, and keep nobody else waiting.
. "$(dirname "$0")/../lib.sh"
need python3 ip

# What is sent to 10.0.0.0/8 is lost, without an ICMP error.
ip addr add 192.0.2.1/32 dev lo
ip link add lost type veth peer name nowhere && ip link set nowhere up
ip link set lost arp off addrgenmode none up && ip route add 10.0.0.0/8 dev lost
mkdir "$T/d"
head -c 4000000 /dev/zero >"$T/d/big"
head -c 600 /dev/zero >"$T/d/small"
chmod -R a+rX "$T"

start tftpd "$BIN/tftpd-lite/tftpd-lite" -u "$user" "$T/d"
ready tftpd ready
forge() { python3 "$SRC/tests/e2e/tftpd-forged.py" 192.0.2.1 lost "$@"; }
# at_most RATIO NAME CASE...
at_most() {
	at_most=$1 name=$2
	shift 2
	forge "$@" >"$T/ratios"
	sed 's/^/# /' "$T/ratios"
	# shellcheck disable=SC2016 # $NF is for awk
	check "$name" awk -v "most=$at_most" -F= '$NF > most { bad = 1 } END { exit bad || NR == 0 }' "$T/ratios"
}
at_most 3 'what one, a hundred and ten thousand forged requests draw' \
	ask=1,1,1 ask=1,100,1 ask=1,10000,1 ask=10000,10000,1 ask=1,100 ask=1,10000
# A client without options must be sent a block before it can answer: 516 bytes for 12.  (A
# repetition that an earlier address has paid for may fall into the count.)
at_most 45 'the first request without options draws one block' ask=1,1 ask=100,100
check 'what is put off is in the log' grep -q 'put off: its address has not answered' "$T/tftpd.log"
check 'which stays short' test "$(wc -l <"$T/tftpd.log")" -lt 2000
check 'and counts what it leaves out' grep -q 'requests were not shown' "$T/tftpd.log"

# A machine behind the same address as a deaf one (NAT), with and without options.
cat >"$T/nat.py" <<'PY'
import os, socket, sys, time
sys.path.insert(0, os.environ['SRC'] + '/tests/e2e')
from tftpd import *
for options in {'tsize': 0}, {}:
    host = '127.0.%d.9' % (2 + len(options))
    deaf, q = [], request(RRQ, 'big', **options)
    for _ in range(60):
        c = Client(bind=(host, 0)); deaf.append(c); c.ask(q)
    for n in range(3):
        begin = time.monotonic()
        c = Client(bind=(host, 0), timeout=1)
        q = request(RRQ, 'small', **options)
        for again in range(20):
            for _ in range(5):
                deaf.append(Client(bind=(host, 0))); deaf[-1].ask(request(RRQ, 'big', **options))
            c.ask(q)
            try: got = c.recv(); break
            except TimeoutError: got = None
        need(got, 'client %d, options %s: never answered' % (n, options))
        need(again < 10, 'client %d, options %s: answered after %d s' % (n, options, again))
        c.send(ack(0) if options else ack(1)); c.recv()
PY
check 'a deaf client keeps nobody at its address waiting' python3 "$T/nat.py"

# Forged requests fill the table, which has 32,768 places.
cat >"$T/healthy.py" <<'PY'
import os, sys
sys.path.insert(0, os.environ['SRC'] + '/tests/e2e')
from tftpd import *
for _ in range(3):
    got = Client(timeout=3).get('small', tsize=0)
    need(len(got[0]) == 600, 'short')
PY
check 'more requests than the table has places' forge ask=40000,40000,1
check 'a full table keeps nobody out' python3 "$T/healthy.py"
finish
