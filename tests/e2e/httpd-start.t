#!/bin/sh
# How httpd-boot is started and ended: options and what is said about wrong
# ones, sockets of systemd and xinetd, workers, the access log, signals, rights.
. "$(dirname "$0")/../lib.sh"
need curl prlimit python3 setpriv
H=$BIN/httpd-boot/httpd-boot
W=$T/www
mkdir -p "$W"
echo hello >"$W/a"
head -c 20000000 /dev/urandom >"$W/big"

# ---- options -------------------------------------------------------------------
check_rc 0 "--help" "$H" --help
head -n 1 "$T/out" >"$T/usage"
mandoc -Tutf8 -O width=500 "$SRC/man/httpd-boot.8" | sed "s/.$(printf '\b')//g" | grep -A1 '^SYNOPSIS' | sed '1d; s/^ */usage: /' >"$T/synopsis"
check "the synopsis is the manual's" diff "$T/usage" "$T/synopsis"
check_rc 0 "--version" "$H" --version
says() { # RC WORDS OPTION...
	says_rc=$1 says_words=$2
	shift 2
	check_rc "$says_rc" "$* : exit $says_rc" timeout 120 "$H" "$@"
	cp "$T/err" "$T/said"
	check "  and says: $says_words" grep -qF -e "$says_words" "$T/said"
}
says 2 'DIR, the directory to serve, is missing'
says 2 'one DIR only, not "b"' a b
says 2 'cannot serve "/nonexistent": No such file or directory' -l 127.0.0.1:80 /nonexistent
says 2 'cannot serve' -l 127.0.0.1:80 "$W/a"
says 2 '-j 0: not a number from 1 to' -j 0 "$W"
says 2 '-c x: not a number from 1 to' -c x "$W"
says 2 '-r 0: not a number of bytes per second' -r 0 "$W"
says 2 '-t 0: not a number of seconds from 1' -t 0 "$W"
says 2 'no such user "nosuchuser"' -u nosuchuser "$W"
says 2 'is no ADDR:PORT' -u "$user" -l 127.0.0.1:http "$W"
says 3 'no interface of this machine has that address' -u "$user" -l 10.1.2.3:80 "$W"
says 3 'cannot write the access log' -u "$user" -l 127.0.0.1:80 -a /nonexistent/log "$W"
says 2 'usage: httpd-boot [-ELnv]' -z "$W"
check_rc 0 "-n: all is well" "$H" -n -u "$user" "$W"
check_rc 2 "-n: it is not" "$H" -n -u "$user" "$W/none"
says 2 'is no ADDR:PORT' -n -u "$user" -l 127.0.0.1:http "$W"
check_rc 0 "-n: addresses that could be meant" "$H" -n -u "$user" -l :80 -l '[::1]:8080' -l 10.1.2.3 "$W"
check_rc 3 "-n: no directory for the log" "$H" -n -u "$user" -a /nonexistent/log "$W"
check_rc 3 "-n: a directory as the log" "$H" -n -u "$user" -a "$W" "$W"
check_rc 3 "-n: no name for the log" "$H" -n -u "$user" -a "$T/" "$W"
check_rc 0 "-n: a log that can be" "$H" -n -u "$user" -a "$T/checked.log" "$W"
check "-n: it makes none" test ! -e "$T/checked.log"

start web "$H" -u "$user" -l 127.0.0.1:80 -l '[::1]:8080' -a "$T/log/access" "$W"
check "an access log without its directory: no start" wait_for 5 grep -q 'cannot write the access log' "$T/web.log"
stop web
mkdir "$T/log"
[ "$user" = root ] || chown "$user" "$T/log"
start web "$H" -u "$user" -l 127.0.0.1:80 -l '[::1]:8080' -a "$T/log/access" "$W"
ready web 'ready: .* on 127.0.0.1:80 \[::1\]:8080 workers=1'
says 3 'port 80 is in use' -u "$user" -l 127.0.0.1:80 "$W"
check "IPv4" test "$(curl -s http://127.0.0.1/a)" = hello
check "IPv6" test "$(curl -s 'http://[::1]:8080/a')" = hello

# ---- rights ----------------------------------------------------------------------
pid=$(eval echo "\$pid_web")
if [ "$user" = nobody ]; then
	check "it is nobody" test "$(awk '/^Uid/ { print $2, $3, $4 }' "/proc/$pid/status")" = '65534 65534 65534'
	check "without capabilities" test "$(awk '/^Cap(Prm|Eff)/ { print $2 }' "/proc/$pid/status" | sort -u)" = 0000000000000000
else skip "no nobody in this namespace"; fi
check "without new privileges" test "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$pid/status")" = 1

if [ "$user" = nobody ]; then
	mkdir -m 700 "$T/closed"
	says 2 "user nobody may not read \"$T/closed\": chmod a+rx it" -n "$T/closed"
	start closed "$H" -l 127.0.0.1:81 "$T/closed"
	ready closed 'ready:'
	check "a directory that nobody may not read: it says what to do" grep -q "user nobody may not read \"$T/closed\": chmod a+rx it" "$T/closed.log"
	stop closed
else skip "no nobody in this namespace"; fi
check_not "and nothing of the kind otherwise" grep -q 'may not read' "$T/web.log"

# ---- the access log ----------------------------------------------------------------
curl -s -A "te\"st\\" -e 'http://x/' -o /dev/null 'http://127.0.0.1/a?q=1'
curl -s -o /dev/null 'http://[::1]:8080/none'
check "combined format" wait_for 5 grep -qE '^127\.0\.0\.1 - - \[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} \+0000\] "GET /a\?q=1 HTTP/1\.1" 200 6 "http://x/" "te\\x22st\\x5C"$' "$T/log/access"
check "IPv6 in it" grep -qE '^::1 - - \[.*"GET /none HTTP/1\.1" 404 14 "-" "curl/' "$T/log/access"
mv "$T/log/access" "$T/log/access.1"
kill -HUP "$pid"
check "opened anew on SIGHUP" wait_for 5 test -e "$T/log/access"
curl -s -o /dev/null 'http://127.0.0.1/a?new'
check "and written" wait_for 5 grep -q '"GET /a?new ' "$T/log/access"
check_not "the old one rests" grep -q '"GET /a?new ' "$T/log/access.1"
check "the log on stderr" grep -qE 'httpd-boot: 127\.0\.0\.1:[0-9]+ get "/a" 200 bytes=6 ms=[0-9]+$' "$T/web.log"

start full "$H" -u "$user" -l 127.0.0.1:81 -a /dev/full "$W"
ready full 'ready:'
check "a full disk under the log: clients are served" test "$(curl -s http://127.0.0.1:81/a http://127.0.0.1:81/a)" = "$(printf 'hello\nhello')"
curl -s -o /dev/null http://127.0.0.1:81/a
check "and it is said once" test "$(grep -c 'cannot write the access log: No space left' "$T/full.log")" -eq 1
stop full

mkfifo -m 666 "$T/fifo"
says 3 "cannot write the access log \"$T/fifo\": nobody reads this FIFO" -u "$user" -l 127.0.0.1:81 -a "$T/fifo" "$W"
cat >"$T/unread.sh" <<'SH'
exec 3<>"$1"      # a reader that never reads
shift
exec "$@" >&3
SH
start unread sh "$T/unread.sh" "$T/fifo" "$H" -u "$user" -l 127.0.0.1:81 -a - "$W"
ready unread 'ready:'
check "an access log that nobody reads: clients are served" python3 - <<'PY'
import socket
with socket.create_connection(("127.0.0.1", 81)) as s:
    s.settimeout(10)
    f = s.makefile("rb")
    request = b"GET /a HTTP/1.1\r\nHost: x\r\nUser-Agent: " + b"u" * 900 + b"\r\n\r\n"
    for _ in range(300):
        s.sendall(request)
        assert f.readline() == b"HTTP/1.1 200 OK\r\n"
        while f.readline() != b"\r\n":
            pass
        assert f.read(6) == b"hello\n"
PY
check "and it is said" test "$(grep -c 'cannot write the access log: its reader does not keep up' "$T/unread.log")" -eq 1
check "what it had no room for comes when it is read, without another request" \
	test "$(timeout 60 head -c 70000 "$T/fifo" | wc -c)" -eq 70000
# not with timeout(1): its SIGCONT keeps the leak checker from stopping what it looks at
# shellcheck disable=SC2154 # start sets it
(sleep 60 && kill -9 "$pid_unread") 2>/dev/null &
killer=$!
stop unread
check "and SIGTERM ends it" test $? -eq 0
kill $killer

# ---- SIGTERM -------------------------------------------------------------------------
curl -s --limit-rate 12M -o "$T/got" http://127.0.0.1/big &
download=$!
python3 -c 'import socket, sys, time
s = socket.create_connection(("127.0.0.1", 80)); open(sys.argv[1], "w"); time.sleep(20)' "$T/idle" &
idle=$!
wait_for 5 test -s "$T/got" -a -e "$T/idle"
kill "$pid"
check "a running download is finished after SIGTERM" wait $download
check "whole" cmp "$T/got" "$W/big"
check_rc 7 "nobody new is let in" curl -s -m 30 http://127.0.0.1/a
stop web
check "exit 0" test $? -eq 0
kill $idle

# ---- workers ---------------------------------------------------------------------------
if [ "$user" = nobody ]; then
	start hungry prlimit --nproc=0:1000 "$H" -u nobody -l 127.0.0.1:80 -j 2 "$W"
	check "workers that cannot be started: the log says so" \
		wait_for 5 grep -q 'cannot start worker 2: Resource temporarily unavailable; trying again' "$T/hungry.log"
	# shellcheck disable=SC2154 # start sets it
	setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups prlimit --pid "$pid_hungry" --nproc=1000:
	check "and those who came are served once they can" test "$(curl -s --max-time 60 http://127.0.0.1/a)" = hello
	stop hungry
fi

start pool "$H" -u "$user" -l 127.0.0.1:80 -j 2 -a - "$W"
ready pool 'workers=2'
pid=$(eval echo "\$pid_pool")
workers() { cat "/proc/$pid/task/$pid/children"; }
two_workers() { test "$(workers | wc -w)" -eq 2; }
check "two workers" wait_for 5 two_workers
before=$(workers)
first=${before%% *}
check "served" test "$(curl -s http://127.0.0.1/a)" = hello
kill -9 "$first"
check "one killed is in the log" wait_for 5 grep -q "(process $first) was killed by signal 9; starting another" "$T/pool.log"
replaced() { two_workers && ! workers | grep -qw "$first"; }
check "and replaced" wait_for 5 replaced
all_served() { for _ in 1 2 3 4 5 6 7 8; do [ "$(curl -s http://127.0.0.1/a)" = hello ] || return 1; done; }
check "served as before" all_served
check "-a - is stdout" grep -q '"GET /a HTTP/1.1" 200 6 "-"' "$T/pool.log"
left=$(workers)
# one that never reads keeps the workers busy for all of the three seconds
python3 -c 'import socket, sys, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096); s.connect(("127.0.0.1", 80))
s.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n"); s.recv(1); open(sys.argv[1], "w"); time.sleep(20)' "$T/stuck" &
stuck=$!
wait_for 5 test -e "$T/stuck"
kill "$pid"
refused() { curl -s -m 5 -o /dev/null http://127.0.0.1/a; test $? -eq 7; }
check "SIGTERM: nobody new is let in, and told so at once" wait_for 1 refused
wait "$pid"
check "exit 0 with workers" test $? -eq 0
check "and the log says what was cut off, and why" grep -q 'get "/big" cut off .* why="time is up after SIGTERM"$' "$T/pool.log"
kill $stuck
gone() { for p in $left; do ! kill -0 "$p" || return 1; done; }
check "no worker is left" gone
start pool "$H" -u "$user" -l 127.0.0.1:80 -j 2 "$W"
ready pool 'workers=2'
pid=$(eval echo "\$pid_pool")
wait_for 5 two_workers
left=$(workers)
kill -9 "$pid"
check "workers end with a killed parent" wait_for 5 gone
stop pool

# ---- sockets handed over -----------------------------------------------------------------
check_rc 2 "-l beside LISTEN_FDS" timeout 120 python3 "$SRC/tests/hold" tcp:127.0.0.1:80 -- "$H" -u "$user" -l :80 "$W"
check_rc 2 "a datagram socket" timeout 120 python3 "$SRC/tests/hold" udp:127.0.0.1:80 -- "$H" -u "$user" "$W"
said "  and says which is needed" 'a stream'
start fd0 hold -i tcp:127.0.0.1:80 -- "$H" -u "$user" "$W"
wait_for 5 curl -s -o /dev/null http://127.0.0.1/a
check "a listening socket on fd 0" test "$(curl -s http://127.0.0.1/a)" = hello
stop fd0
check "NOTIFY_SOCKET" python3 - "$H" "$user" "$W" <<'PY'
import os, socket, subprocess, sys
n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
n.bind("\0notify-test")
n.settimeout(10)
p = subprocess.Popen([sys.argv[1], "-u", sys.argv[2], "-l", "127.0.0.1:80", sys.argv[3]],
                     env={**os.environ, "NOTIFY_SOCKET": "@notify-test"})
assert n.recv(100) == b"READY=1"
p.terminate()
assert n.recv(100).split(b"\n")[0] == b"STOPPING=1"
assert p.wait(10) == 0
PY
check "one client on fd 0 (nowait), then exit" python3 - "$H" "$user" "$W" <<'PY'
import socket, subprocess, sys
a, b = socket.socketpair()
l = socket.create_server(("127.0.0.1", 8000))
c = socket.create_connection(("127.0.0.1", 8000))
s, _ = l.accept()
p = subprocess.Popen([sys.argv[1], "-u", sys.argv[2], sys.argv[3]], stdin=s, stdout=s, stderr=s)
s.close()
c.settimeout(10)
f = c.makefile("rb")
for i in range(2):
    c.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    assert f.readline() == b"HTTP/1.1 200 OK\r\n"
    while f.readline() != b"\r\n":
        pass
    assert f.read(6) == b"hello\n"
c.shutdown(socket.SHUT_WR)
assert f.read() == b""
assert p.wait(10) == 0
PY
check "started that way, its complaints and its log are not for the client" python3 - "$H" "$user" "$W" <<'PY'
import socket, subprocess, sys
l = socket.create_server(("127.0.0.1", 8000))
for wrong in [sys.argv[3] + "/none"], ["-a", "-", sys.argv[3]]:
    c = socket.create_connection(("127.0.0.1", 8000))
    s, _ = l.accept()
    p = subprocess.Popen([sys.argv[1], "-u", sys.argv[2], *wrong], stdin=s, stdout=s, stderr=s)
    s.close()
    assert c.makefile("rb").read() == b""
    assert p.wait(10) == 2
PY
if [ "$user" = nobody ] && command -v xinetd >/dev/null; then
	mkdir "$T/xinetd"
	cp "$H" "$T/httpd-boot"          # nobody may not look into root's home, where this tree may lie
	sed -e "s|/usr/sbin/httpd-boot|$T/httpd-boot|; s|/srv/http-boot|$W|; s|disable.*= yes|disable = no|; s|= nobody|= $user|" \
		"$SRC/compose/xinetd/http-boot" >"$T/xinetd/http-boot"
	printf 'defaults\n{\n}\nincludedir %s\n' "$T/xinetd" >"$T/xinetd.conf"
	start xinetd xinetd -dontfork -f "$T/xinetd.conf" -pidfile "$T/xinetd.pid"
	wait_for 10 curl -s -o /dev/null http://127.0.0.1/a
	check "under xinetd" test "$(curl -s http://127.0.0.1/a http://127.0.0.1/a)" = "$(printf 'hello\nhello')"
	check "a large file under xinetd" sh -c "curl -s http://127.0.0.1/big | cmp - '$W/big'"
	# xinetd's own limit is 50 a second, and then nobody for 10 s
	check "60 connections at once" python3 - <<'PY'
import socket
all = [socket.create_connection(("127.0.0.1", 80)) for _ in range(60)]
for s in all:
    s.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
for s in all:
    s.settimeout(60)
    assert s.makefile("rb").read().endswith(b"\r\n\r\nhello\n")
PY
	stop xinetd
else skip "no xinetd, or no root for it"; fi
if command -v systemd-socket-activate >/dev/null; then
	start accept systemd-socket-activate -l 127.0.0.1:80 "$H" -u "$user" "$W"
	wait_for 10 curl -s -o /dev/null http://127.0.0.1/a
	check "systemd, Accept=no" test "$(curl -s http://127.0.0.1/a)" = hello
	stop accept
	start accept systemd-socket-activate -a -l 127.0.0.1:80 "$H" -u "$user" "$W"
	wait_for 10 curl -s -o /dev/null http://127.0.0.1/a
	check "systemd, Accept=yes" test "$(curl -s http://127.0.0.1/a http://127.0.0.1/a)" = "$(printf 'hello\nhello')"
	stop accept
else skip "no systemd-socket-activate"; fi
if unshare --user --map-user=1000 true 2>/dev/null; then
	check_rc 3 "an ordinary user on port 80 is told what to do" unshare --user --map-user=1000 sh -c "exec timeout 120 '$H' -l 127.0.0.1:80 '$W'"
	said "  in one sentence" 'ports below 1024 need root'
else skip "no user namespaces, as in a chroot"; fi
finish
