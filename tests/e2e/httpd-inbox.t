#!/bin/sh
# httpd-boot -p: what machines leave, whole or not at all, never served; bounds, a
# full disk, many at once.
# shellcheck disable=SC2154,SC2034 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
need curl python3
need_nobody
W=$T/www
mkdir "$W" "$W/in" "$W/box" "$T/full" "$T/roots"
echo page >"$W/in/page"
ln -s box/secret "$W/link"
[ "$user" = root ] || chown "$user" "$W/box"
echo secret >"$W/box/secret"
: >"$W/box/.new-left"
mount -t tmpfs -o size=64k,mode=777 none "$T/full"
httpd=$BIN/httpd-boot/httpd-boot
status() { curl -s -o "$T/body" -w '%{http_code}' -m 60 "$@"; }
head -c 300000 /dev/urandom >"$T/log"

start web hold tcp:127.0.0.1:80 -- "$httpd" -u "$user" -v -p "$W/box" "$W"
ready web ready:
check 'POST is 201' test "$(status -d ok http://127.0.0.1/in/done)" = 201
check 'with nothing in it' test ! -s "$T/body"
check 'and kept' test "$(cat "$W"/box/2*Z-127.0.0.1-done)" = ok
check 'mode 0640' test "$(stat -c %a "$W"/box/2*-done)" = 640
check 'with a line in the log' grep -q '127.0.0.1:[0-9]* put 2[0-9]*T[0-9]*Z-127.0.0.1-done bytes=2' "$T/web.log"
check 'PUT' sh -c "curl -sf -T '$T/log' http://127.0.0.1/in/install.log && cmp '$T/log' '$W'/box/*-install.log"
check 'chunked' sh -c "curl -sf -T - http://127.0.0.1/in/chunked <'$T/log' && cmp '$T/log' '$W'/box/*-chunked"
check 'told to go on' sh -c "curl -sf -H 'Expect: 100-continue' --data-binary '@$T/log' http://127.0.0.1/in/told && cmp '$T/log' '$W'/box/*-told"
check 'nothing at all' test "$(status -X POST http://127.0.0.1/in/)" = 201
check 'has a name' test -f "$(echo "$W"/box/*-post)"
check 'a name is made safe' sh -c "curl -sf -d x --path-as-is 'http://127.0.0.1/in/../.ssh/a%20b%0ac;' && ls '$W/box' | grep -qx '2.*-127.0.0.1-_._.ssh_a_b_c_'"
check 'elsewhere it is 405' test "$(status -d x http://127.0.0.1/page)" = 405
for p in box box/ box/secret link BOX/../box/secret "$(cd "$W/box" && echo box/2*-done)"; do
	check "never served: $p" test "$(status --path-as-is "http://127.0.0.1/$p")" = 404
done
check 'not even listed' sh -c "! curl -s http://127.0.0.1/ | grep -q box"
check 'what else is in DIR is' test "$(curl -s http://127.0.0.1/in/page)" = page
check 'what a killed server left is gone' test ! -e "$W/box/.new-left"

python3 - "$W/box" <<'EOF' || failed=1
import glob, os, socket, sys, threading, time
box = sys.argv[1]
def ask(text, tail=True):
    s = socket.create_connection(("127.0.0.1", 80)); s.settimeout(60); s.sendall(text)
    if not tail: s.shutdown(socket.SHUT_WR)
    out = b""
    while True:
        d = s.recv(65536)
        if not d: return out
        out += d
def say(name, good):
    print(("ok - " if good else "not ok - ") + name); return good
H = b" HTTP/1.1\r\nHost: x\r\n"
good = True
out = ask(b"POST /in/one" + H + b"Content-Length: 3\r\n\r\nabcPUT /in/two" + H + b"Transfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\nGET /in/page" + H + b"Connection: close\r\n\r\n")
good &= say("pipelined, and a GET behind them", out.count(b"201 Created") == 2 and out.endswith(b"page\n"))
good &= say("too long is 413", b" 413 " in ask(b"POST /in/big" + H + b"Content-Length: 1048577\r\n\r\n"))
good &= say("as long as allowed", b" 201 " in ask(b"POST /in/most" + H + b"Connection: close\r\nContent-Length: 1048576\r\n\r\n" + b"x" * 1048576))
good &= say("a chunk that is too long, before it comes", b" 413 " in ask(b"POST /in/big" + H + b"Transfer-Encoding: chunked\r\n\r\n" + b"fffffff\r\nx"))
with socket.create_connection(("127.0.0.1", 80)) as s:
    s.settimeout(60); s.sendall(b"GET /in/page" + H + b"\r\n"); s.recv(65536)
    for i in range(3): ask(b"POST /in/big" + H + b"Content-Length: 1048577\r\n\r\n")
    s.sendall(b"GET /in/page" + H + b"\r\n")
    good &= say("and again, each an answer, and nobody else's connection ends", b" 200 " in s.recv(65536) and
        all(b" 413 " in ask(b"POST /in/big" + H + b"Content-Length: 1048577\r\n\r\n") for i in range(3)))
good &= say("too long in chunks", b" 413 " in ask(b"POST /in/big" + H + b"Transfer-Encoding: chunked\r\n\r\n" + b"100000\r\n" + b"x" * 1048576 + b"\r\n1\r\nx\r\n0\r\n\r\n"))
good &= say("bad chunks are 400", b" 400 " in ask(b"POST /in/bad" + H + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"))
good &= say("broken off: no answer", ask(b"POST /in/broken" + H + b"Content-Length: 9\r\n\r\nabc", False) == b"")
names = os.listdir(box)
good &= say("and nothing of those is left", not [n for n in names if n.endswith(("-big", "-bad", "-broken")) or n.startswith(".")])
done = []
def one(i):
    done.append(b" 201 " in ask(b"POST /in/many" + H + b"Connection: close\r\nContent-Length: 4\r\n\r\n%04d" % i))
t = [threading.Thread(target=one, args=(i,)) for i in range(500)]
[x.start() for x in t]; [x.join() for x in t]
got = sorted(open(f).read() for f in glob.glob(box + "/*-many*"))
good &= say("500 at once, each a file of its own", all(done) and len(done) == 500 and got == ["%04d" % i for i in range(500)])
sys.exit(not good)
EOF
stop web
check 'ends with 0' test $? -eq 0
check 'no call was refused' test "$(grep -c 'this program does not make it' "$T/web.log")" -eq 0

# ---- a full disk, a small bound, workers, chroot
: >"$T/full.events" && chmod 666 "$T/full.events"
start full hold tcp:127.0.0.1:80 -- "$httpd" -u "$user" -p "$T/full" -x "exec cat >>'$T/full.events'" "$W"
ready full ready:
check 'a full disk is 507' test "$(status -T "$T/log" http://127.0.0.1/in/log)" = 507
check '... and an event' wait_for 30 grep -q '^put path=/in/log from=127.0.0.1 bytes=0 ms=[0-9]* whole=no$' "$T/full.events"
check 'and nothing stays' test -z "$(ls -A "$T/full")"
check 'what fits is taken' test "$(status -d ok http://127.0.0.1/in/log)" = 201
stop full
mkdir -m 777 "$T/small"
start small hold tcp:127.0.0.1:80 -- "$httpd" -u "$user" -j 2 -P 1k -p "$T/small" "$W"
ready small ready:
check '-P' test "$(head -c 1025 "$T/log" | status --data-binary @- http://127.0.0.1/in/log)" = 413
codes() { for i in $(seq 70); do head -c 1024 "$T/log" | status --data-binary @- http://127.0.0.1/in/log; echo; done | sort | uniq -c | tr -s ' ' | tr '\n' ','; }
check 'a bound for an address' test "$(codes)" = ' 64 201, 6 507,'
check 'the log says so' grep -q 'refused why="the inbox is full, or holds enough of its address"' "$T/small.log"
stop small
rm "$T"/small/2*
start small hold tcp:127.0.0.1:80 -- "$httpd" -u "$user" -P 1k -p "$T/small" "$W"
ready small ready:
python3 - <<'EOF' || failed=1
import socket, sys
s = [socket.create_connection(("127.0.0.1", 80)) for _ in range(100)]
for c in s: c.settimeout(60); c.sendall(b"POST /in/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1024\r\n\r\n" + b"x" * 1000)
def end(c):
    try: c.sendall(b"x" * 24)
    except OSError: pass
    try: return c.recv(4096)[9:12]
    except OSError: return b""
got = [end(c) for c in s]
good = 0 < got.count(b"201") <= 64 and b"507" in got
print(("ok" if good else "not ok") + " - it holds for many at once, too")
sys.exit(not good)
EOF
check 'what is not kept leaves nothing' test -z "$(find "$T/small" -name '.*' -type f)"
stop small
start fenced "$SRC/tests/without-landlock" "$httpd" -l 127.0.0.1:80 -u "$user" -p "$W/box" "$W"
ready fenced ready:
check 'with chroot' test "$(status -d ok http://127.0.0.1/in/chroot)" = 201
check 'the inbox is as hidden' test "$(status http://127.0.0.1/box/secret)" = 404
stop fenced
[ "$user" = root ] || check_rc 2 'an inbox that the user may not write to' "$httpd" -n -p "$T/roots" "$W"
check_rc 2 'DIR itself is none' "$httpd" -n -p "$W" "$W"
finish
