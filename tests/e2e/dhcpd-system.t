#!/bin/sh
# Sockets handed over, rights given up, leases that outlive SIGKILL under
# load, a full disk, the event command, interfaces that change.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
lan
host pc
mkdir -m 755 "$T/state"
cat >"$T/rules" <<EOF
subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.254 lease=10m
boot arch=bios file=pxelinux.0
boot arch=efi-x64 file=late.efi delay=1s
EOF
lives() { ask persona=plain mac=52:54:00:00:00:77; }
status() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid_dhcpd/status"; }

# -- rights
start dhcpd "$dhcpd" -u "$user" -f "$T/rules" -l "$T/state/leases"
ready dhcpd ready
check "without an interface line it finds the interface" lives
if [ "$user" = nobody ]; then
	check "it is nobody" test "$(status Uid | cut -f1)" = "$(id -u nobody)"
	check "in no group" test -z "$(status Groups | tr -d ' ')"
	check "with two capabilities" test "$(status CapEff)" = 0000000000002400
	check "for good" test "$(status CapPrm)" = 0000000000002400
	for set in CapInh CapBnd CapAmb; do
		check "none for a program that it would start ($set)" test "$(status $set)" = 0000000000000000
	done
fi
check "no new privileges" test "$(status NoNewPrivs)" = 1
late() { ask persona=edk2 && [ "$(sed -n 's/^ms=//p' "$T/reply")" -ge 900 ]; }
check "delay= holds an offer back" late
ip addr del 10.77.0.1/24 dev br0
ip addr add 10.77.0.2/24 dev br0
renumbered() { ask persona=plain mac=52:54:00:00:00:77 wait=1 && has opt54=0a4d0002; }
check "another address of the interface is noticed" wait_for 5 renumbered
ip addr del 10.77.0.2/24 dev br0
ip addr add 10.77.0.1/24 dev br0
check "SIGTERM: 0" stop dhcpd

# -- as a service manager starts it: an ordinary user, with ambient capabilities
if [ "$user" = nobody ]; then
	chown nobody "$T/state" "$T/state/leases"
	start dhcpd setpriv --reuid nobody --clear-groups --inh-caps -all,+net_raw,+net_bind_service --ambient-caps -all,+net_raw,+net_bind_service \
		-- "$dhcpd" -f "$T/rules" -l "$T/state/leases"
	ready dhcpd ready
	check "ambient capabilities: it serves" lives
	check "with the same two" test "$(status CapEff)" = 0000000000002400
	check "which nothing inherits" test "$(status CapAmb)$(status CapInh)" = 00000000000000000000000000000000
	check "SIGTERM: 0" stop dhcpd
	chown root "$T/state" "$T/state/leases"
fi

# -- sockets handed over
start dhcpd hold udp:0.0.0.0:67 udp:0.0.0.0:4011 -- "$dhcpd" -u "$user" -v -i br0 -f "$T/rules" -l "$T/state/leases"
ready dhcpd ready
check "LISTEN_FDS: 67" lives
on pc ip addr add 10.77.0.200/24 dev eth0
bridge=$(ip -o link show br0 | sed 's/.*ether \([^ ]*\).*/\1/')
check "LISTEN_FDS: 4011" ask persona=bios type=request ciaddr=10.77.0.200 src=10.77.0.200 dst=10.77.0.1 "dmac=$bridge" sport=4011 dport=4011
check "answered from there" has src=10.77.0.1:4011
stop dhcpd
check_rc 3 "another port handed over" timeout 120 python3 "$SRC/tests/hold" udp:0.0.0.0:69 -- "$dhcpd" -u "$user" -i br0 -f "$T/rules" -l "$T/state/leases"
said "is refused with a sentence" 'has port 69, not 67 or 4011'

# -- SIGKILL under load: no acknowledged address is lost, none is given twice
rm -f "$T/state/leases"
echo 'subnet 10.77.0.0/16 range=10.77.1.1-10.77.40.254 lease=10m probe=off' >"$T/wide"
cat >"$T/load" <<'EOF'
# Four-way exchanges as fast as answers come, until the given time; prints
# "MAC IP" for each ACK, and for a second round what each client gets then.
import os, random, socket, struct, sys, time
known, seconds = sys.argv[1], float(sys.argv[2])
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
s.bind(("eth0", 0x0800))
sys.path.insert(0, "/")
def checksum(d):
    t = sum(struct.unpack("!%dH" % (len(d) // 2), d))
    while t >> 16:
        t = (t & 0xffff) + (t >> 16)
    return ~t & 0xffff
def send(mac, kind, xid, opts):
    m = struct.pack("!BBBBIHH16x", 1, 1, 6, 0, xid, 0, 0x8000) + mac + bytes(202) + b"\x63\x82\x53\x63" + bytes([53, 1, kind]) + opts + b"\xff"
    m = m.ljust(300, b"\0")
    u = struct.pack("!HHHH", 68, 67, 8 + len(m), 0) + m
    i = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(u), 0, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    i = i[:10] + struct.pack("!H", checksum(i)) + i[12:]
    s.send(b"\xff" * 6 + mac + b"\x08\0" + i + u)
def reply(xid, until):
    while time.time() < until:
        s.settimeout(max(0.001, until - time.time()))
        try:
            f, meta = s.recvfrom(2048)
        except (TimeoutError, socket.timeout):
            return None
        if meta[2] != 4 and len(f) > 282 and f[23] == 17 and f[42] == 2 and struct.unpack("!I", f[46:50])[0] == xid:
            return f[42:]
    return None
def exchange(mac, until):
    xid = random.getrandbits(32)
    send(mac, 1, xid, b"")
    r = reply(xid, min(until, time.time() + 0.5))
    if not r:
        return None
    send(mac, 3, xid, b"\x36\x04\x0a\x4d\0\x01\x32\x04" + r[16:20])
    r = reply(xid, min(until, time.time() + 0.5))
    return socket.inet_ntoa(r[16:20]) if r and r[242] == 5 else None
had = {}
if os.path.exists(known):
    for line in open(known):
        mac, ip = line.split()
        had[mac] = ip
bad = 0
end = time.time() + seconds
if seconds == 0:                       # the second round: everybody gets what it had
    end = time.time() + 60
    for mac, ip in had.items():
        got = exchange(bytes.fromhex(mac.replace(":", "")), end)
        if got != ip:
            print("# %s had %s, gets %s" % (mac, ip, got))
            bad += 1
    if len(set(had.values())) != len(had):
        print("# an address was given twice")
        bad += 1
    sys.exit(bad > 0)
n = len(had)
with open(known, "a") as out:
    while time.time() < end and n < 5000:
        mac = bytes([2, 0, 0, 1, n >> 8, n & 255])
        ip = exchange(mac, end)
        if ip:
            out.write("%s %s\n" % (mac.hex(":"), ip))
            out.flush()
            n += 1
EOF
round=0
: >"$T/acked"
grown() { [ "$(grep -c . "$T/acked")" -ge $((round * 40)) ]; }
while [ $round -lt 6 ]; do
	round=$((round + 1))
	start dhcpd "$dhcpd" -u "$user" -f "$T/wide" -l "$T/state/leases"
	ready dhcpd ready || break
	ip netns exec pc python3 "$T/load" "$T/acked" 20 &
	load=$!
	wait_for 15 grown
	kill -9 "$pid_dhcpd"
	kill $load
	wait "$pid_dhcpd" $load 2>/dev/null
done
acked=$(grep -c . "$T/acked")
check "six times SIGKILL under load ($acked leases acknowledged)" test "$acked" -ge 240
start dhcpd "$dhcpd" -u "$user" -f "$T/wide" -l "$T/state/leases"
ready dhcpd ready
check "every client gets the address that it was acknowledged, none is given twice" on pc python3 "$T/load" "$T/acked" 0

# -- on disk before the ACK leaves; a file written anew is, before it has the name
stop dhcpd
calls() { sed -n 's/^\([0-9]* *\)\([a-z]*\)(.* = [0-9].*/\2/p' "$T/trace" | tr '\n' ' '; }
traced() { # LEASES RULE...
	traced_leases=$1
	shift
	start dhcpd env ASAN_OPTIONS=detect_leaks=0 strace -f -o "$T/trace" -e trace=fdatasync,fsync,renameat,sendmmsg \
		"$dhcpd" -u root -i br0 -l "$traced_leases" "$@"
	wait_for 10 grep -q ready "$T/dhcpd.log"
}
ended() { wait_for 10 grep -q 'exited with' "$T/trace"; }
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	n=0
	while [ $n -lt 1200 ]; do
		echo '1000000000 52:54:00:00:00:01 10.77.0.10 * *'
		n=$((n + 1))
	done >"$T/stale"
	traced "$T/stale" -f "$T/rules" -e 'deny mac=02:*'
	check "one exchange" ask persona=plain mac=52:54:00:00:05:01
	check "its lease" ask persona=plain mac=52:54:00:00:05:01 type=request 54=ip:10.77.0.1 "50=ip:$(sed -n s/yiaddr=//p "$T/reply")"
	kill "$(pgrep -P "$pid_dhcpd")"
	ended
	case $(calls) in
	'fdatasync renameat fsync sendmmsg fdatasync sendmmsg '*) ok "the stale file is synced, renamed, its directory synced; OFFER; sync, and then the ACK" ;;
	*) not_ok "the order of syncs, renames and replies: $(calls)" ;;
	esac
	check "the stale lines are gone" test "$(wc -l <"$T/stale")" = 2
	traced "$T/many" -e 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.99 bootp=dynamic probe=off'
	kill -STOP "$(pgrep -P "$pid_dhcpd")"
	ask persona=bootp mac=52:54:00:00:06:00 send=40
	kill -CONT "$(pgrep -P "$pid_dhcpd")"
# shellcheck disable=SC2016 # the inner shell's own
	check "forty leases" wait_for 10 sh -c 'test "$(wc -l <"$1")" = 40' - "$T/many"
	kill "$(pgrep -P "$pid_dhcpd")"
	ended
	check "share one sync" test "$(grep -c fdatasync "$T/trace")" = 1
else
	skip 'strace cannot be used here'
fi

# -- events
stop dhcpd
mkdir -m 777 "$T/events"
start dhcpd "$dhcpd" -u "$user" -f "$T/rules" -l "$T/state/leases" -x "head -n 1 >>$T/events/list; exit 3"
ready dhcpd ready
lease() { ask persona=bios "mac=$1" type=discover && ask persona=bios "mac=$1" type=request 54=ip:10.77.0.1 "50=ip:$(sed -n s/yiaddr=//p "$T/reply")"; }
check "an event" lease 52:54:00:00:03:01
check "the command is told" wait_for 3 grep -q '^lease mac=52:54:00:00:03:01 ' "$T/events/list"
check "it ends, and is started again" wait_for 5 grep -q 'events: the command ended with code 3' "$T/dhcpd.log"
check "another event" lease 52:54:00:00:03:02
check "is told to the new one" wait_for 5 grep -q 'mac=52:54:00:00:03:0[12]' "$T/events/list"
two() { [ "$(grep -c . "$T/events/list")" -ge 2 ]; }
check "which is not the first" wait_for 5 two
stop dhcpd
start dhcpd "$dhcpd" -u "$user" -f "$T/wide" -l "$T/state/leases" -x "sleep 1000"
ready dhcpd ready
ip netns exec pc python3 "$T/load" "$T/flood" 60 &
load=$!
flooded() { [ "$(grep -c . "$T/flood")" -ge 900 ]; }
check "a command that never reads hinders nobody" wait_for 60 flooded
kill $load
wait $load 2>/dev/null
check "what it misses is said" grep -q 'events: the command does not keep up: its pipe is full' "$T/dhcpd.log"
check "SIGTERM: 0, although the command sleeps" stop dhcpd

# -- a disk that is full: no ACK for what could not be written
if mount -t tmpfs -o size=64k,mode=777 none "$T/state" 2>/dev/null; then
	start dhcpd "$dhcpd" -u "$user" -f "$T/wide" -l "$T/state/leases"
	ready dhcpd ready
	check "a lease" lease 52:54:00:00:04:01
	dd if=/dev/zero of="$T/state/filler" bs=1k count=100 2>/dev/null
	on pc python3 "$T/load" "$T/filling" 1
	since=$(date +%s)
	check "a full disk: an offer" ask persona=bios mac=52:54:00:00:04:02
	check "no ACK" unanswered persona=bios mac=52:54:00:00:04:02 type=request 54=ip:10.77.0.1 "50=ip:$(sed -n s/yiaddr=//p "$T/reply")"
	said() { grep -c 'cannot write the lease file.*No space left' "$T/dhcpd.log"; }
	check "an error" wait_for 10 sh -c "grep -q 'cannot write the lease file.*No space left' $T/dhcpd.log"
	minutes=$((($(date +%s) - since) / 60 + 1)) # once a minute, on a machine that is slow
	check "said once" test "$(said)" -le "$minutes"
	rm "$T/state/filler"
	check "room again: an ACK" lease 52:54:00:00:04:02
	check "and a line that says so" grep -q 'leases are written again' "$T/dhcpd.log"
	check "the file is whole" sh -c "! grep -vE '^[0-9]+ [0-9a-f:]{17} [0-9.]+ [^ ]+ [^ ]+\$' $T/state/leases"
	stop dhcpd
fi
finish
