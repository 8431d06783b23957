#!/bin/sh
# How it is started and ended: its own socket, systemd's, inetd's, xinetd
# itself; the sentences when it cannot; SIGTERM while a transfer runs.
# shellcheck disable=SC2154,SC2034 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
need python3 curl tftp
need_nobody
d=$T/d
mkdir "$d" && head -c 200000 /dev/urandom >"$d/big" && chmod -R a+rX "$d"
tftpd=$BIN/tftpd-lite/tftpd-lite
gets() { curl -s -m 10 "$1" | cmp - "$d/big"; }

# ---- handed over
start held hold udp:127.0.0.1:69 udp:127.0.0.1:6900 -- "$tftpd" "$d"
ready held ready
check 'LISTEN_FDS: two sockets' gets tftp://127.0.0.1/big
check 'LISTEN_FDS: the second' gets tftp://127.0.0.1:6900/big
stop held
check 'ends with 0' test $? -eq 0

# the request is there before the server is
python3 - "$T" "$SRC" "$tftpd" "$d" <<'EOF' || failed=1
import os, socket, subprocess, sys
T, SRC, tftpd, d = sys.argv[1:]
sys.path.insert(0, SRC + "/tests/e2e"); sys.dont_write_bytecode = True
from tftpd import *

def started_by_its_first_request(host, family, addr):
    s = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind((addr, 6910))
    c = Client(host, 6910, timeout=60); c.ask(request(RRQ, "big", tsize=0))
    fd = os.dup(s.fileno())
    def child():
        os.dup2(fd, 3); os.environ["LISTEN_FDS"] = "1"; os.environ["LISTEN_PID"] = str(os.getpid())
    p = subprocess.Popen([tftpd, d], preexec_fn=child, close_fds=False, stderr=subprocess.DEVNULL)
    try:
        need(c.recv()[1] == {"tsize": 200000}, "no OACK"); need(c.tid[0] == host, "answered from %s" % c.tid[0])
        c.send(error(0))
    finally:
        p.terminate(); need(p.wait() == 0, "exit code"); s.close(); os.close(fd)

def ipv4():
    "a request queued before the start is answered, from the address it asked"
    started_by_its_first_request("127.0.0.5", socket.AF_INET, "0.0.0.0")
def mapped():
    "the same on a socket of both families"
    started_by_its_first_request("127.0.0.5", socket.AF_INET6, "::")
def ipv6():
    "the same, IPv6"
    started_by_its_first_request("::1", socket.AF_INET6, "::")
run([ipv4, mapped, ipv6])
EOF

if command -v systemd-socket-activate >/dev/null; then
	start activate systemd-socket-activate -d -l 127.0.0.1:6920 "$tftpd" "$d"
	wait_for 5 grep -q Listening "$T/activate.log"
	check 'systemd-socket-activate' gets tftp://127.0.0.1:6920/big
	stop activate
else
	skip 'no systemd-socket-activate'
fi

# ---- inetd: fd 0, until -t seconds are quiet
start inetd hold -i udp:127.0.0.1:6930 -- "$tftpd" -t 2 "$d"
check 'fd 0 is a socket' gets tftp://127.0.0.1:6930/big
begin=$(date +%s)
wait "$pid_inetd"
check_inetd=$?
check 'leaves with 0 when it is idle' test $check_inetd -eq 0
check 'after -t seconds' test $(($(date +%s) - begin)) -le 60
check 'and prints nothing to the network' test ! -s "$T/inetd.log"

if command -v xinetd >/dev/null; then
	mkdir "$T/xinetd.d"
	sed -e 's|disable.*|disable = no|' -e "s|/usr/sbin/tftpd-lite|$tftpd|" -e "s|/srv/tftp|-t 60 $d|" \
		-e "s|user.*= root|user = $(id -un)|" "$SRC/compose/xinetd/tftp" >"$T/xinetd.d/tftp"
	printf 'defaults\n{\n\tinstances = 10\n}\nincludedir %s\n' "$T/xinetd.d" >"$T/xinetd.conf"
	start xinetd xinetd -dontfork -filelog "$T/xinetd.out" -f "$T/xinetd.conf" -pidfile "$T/xinetd.pid"
	check 'xinetd, wait' wait_for 10 gets tftp://127.0.0.1/big
	check 'one server for all' gets 'tftp://127.0.0.1/big'
	check '60 clients at once' sh -c "seq 60 | xargs -P 60 -I @ curl -s -m 60 -o '$T/got.@' tftp://127.0.0.1/big && cat '$T'/got.* | wc -c | grep -qx $((60 * 200000))"
	check 'which stays' sh -c "[ \$(pgrep -c -f '^tftpd-lite -t 60') -eq 1 ]"
	# shellcheck disable=SC2046 # one number
	kill $(pgrep -f '^tftpd-lite -t 60')
	stop xinetd
else
	skip 'no xinetd'
fi

# ---- when it cannot
says() {
	# shellcheck disable=SC2086 # several words
	check_rc "$1" "$2" timeout 120 "$tftpd" $4
	cp "$T/err" "$T/said"
	check "... and says so" grep -Eq "$3" "$T/said"
}
start first "$tftpd" -l 127.0.0.1:6940 "$d"
ready first ready
{
	says 3 'port in use' 'port 6940 is in use by another program' "-l 127.0.0.1:6940 $d"
	says 3 'no such address' 'no interface of this machine has that address' "-l 192.0.2.1:69 $d"
	says 2 'no such directory' 'cannot serve ".*/nope": No such file or directory; create it' "$T/nope"
	says 2 'a file for a directory' 'cannot serve .*Not a directory' "$d/big"
	says 2 'no directory' 'which directory is to be served' ''
	says 2 'two directories' 'only one directory can be served' "$d $d"
	says 2 'no such user' 'no such user "nosuch"' "-u nosuch $d"
	says 2 'no such option' '^usage: tftpd-lite' "-X $d"
	says 2 'blksize 7' 'number from 8 to 65464' "-b 7 $d"
	says 2 'window 0' 'number from 1 to 65535' "-w 0 $d"
	says 2 'range upside down' 'number from 60000 to 65535' "-P 60000-50000 $d"
	says 2 'range of one word' 'LO-HI' "-P 50000 $d"
	says 2 'half a range' 'LO-HI' "-P 50000- $d"
	says 2 'the other half' 'LO-HI' "-P -50000 $d"
	says 2 '-s with -P' 'one of the two' "-s -P 50000-50001 $d"
	says 2 'seconds' 'seconds from 1' "-t x $d"
	says 2 'no such map' 'cannot read the rules' "-m $T/nope $d"
	says 2 'an address that is none' 'no IP address' "-l host:69 $d"
}
check_rc 2 'sockets and -l both' python3 "$SRC/tests/hold" udp:127.0.0.1:6941 -- "$tftpd" -l :69 "$d"
check_rc 0 '--help' "$tftpd" --help
check_rc 0 '--version' "$tftpd" --version
check_rc 0 '-n checks only' "$tftpd" -n -l 127.0.0.1:6940 "$d"
check 'not root: port 69' sh -c "setpriv --reuid 65534 --clear-groups --inh-caps=-all '$tftpd' -l 127.0.0.1:69 '$d' 2>&1 | grep -q 'ports below 1024 need root'" 
stop first

# ---- the end
start last "$tftpd" -s "$d"
ready last ready
python3 - "$SRC" "$pid_last" "$d" <<'EOF' || failed=1
import os, signal, sys, time
sys.path.insert(0, sys.argv[1] + "/tests/e2e"); sys.dont_write_bytecode = True
from tftpd import *
pid, body = int(sys.argv[2]), open(sys.argv[3] + "/big", "rb").read()

def finishes():
    "SIGTERM: what runs is finished, nothing new is begun"
    c = Client(); c.ask(request(RRQ, "big", blksize=32768, timeout=5)); c.recv(); c.send(ack(0)); got = [c.recv()[2]]
    idle = Client(); idle.ask(request(RRQ, "big")); idle.recv()
    def block(): c.send(ack(len(got))); got.append(c.recv()[2])
    os.kill(pid, signal.SIGTERM); block()
    n = Client(); n.ask(request(RRQ, "big")); need(n.quiet(block), "a new transfer")
    while len(got[-1]) == 32768: block()
    c.send(ack(len(got))); need(b"".join(got) == body, "bytes differ")
    try:
        while True: idle.recv()
    except Refused as e:
        need(e.code == 0 and "stopping" in e.text, str(e))
run([finishes])
EOF
begin=$(date +%s)
wait "$pid_last"
check_last=$?
check 'and it is gone long before its -t, with 0' test $check_last -eq 0 -a $(($(date +%s) - begin)) -le 20
finish
