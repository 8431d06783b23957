#!/bin/sh
# httpd-boot with a file on a disk that takes 300 ms for each read: one client
# waits for the disk, others are served meanwhile at full speed, by one worker.
# The disk is an ext4 image in a FUSE file system of our own.  Of a file in FUSE
# itself the kernel does not tell what is in memory: the worker finds out how fast
# it comes, and now and then waits for one read.
. "$(dirname "$0")/../lib.sh"
need curl python3 mke2fs losetup
H=$BIN/httpd-boot/httpd-boot
W=$T/www
mkdir -p "$W/disk" "$W/fuse" "$T/store" "$T/tree"
echo hello >"$W/small"
head -c 1500000 /dev/urandom >"$T/tree/image.img"
head -c 1500000 /dev/urandom >"$T/store/image.img"

[ -c /dev/fuse ] || {
	skip "no /dev/fuse here"
	exit 0
}
mke2fs -q -t ext4 -b 4096 -O ^has_journal -d "$T/tree" "$T/store/ext4.img" 8M >"$T/out"
start slowfs python3 "$SRC/tests/e2e/httpd-slow-disk.py" "$T/store" "$W/fuse" 300 "$T/slow"
wait_for 10 grep -q . "$T/slowfs.log"
grep -q mounted "$T/slowfs.log" || {
	skip "no FUSE here: $(tail -n 1 "$T/slowfs.log")"
	exit 0
}

# Asks for the slow file and, from when the disk is at work until the file is
# whole, for the small one over and over, on one connection.  A worker that waits
# for the disk answers once in a read, which takes 300 ms: more than half of the
# answers must take less than half of that, beside what they take anyway.
cat >"$T/beside.py" <<'PY'
import hashlib, http.client, os, sys, threading, time
slow, want, log = sys.argv[1:]
connect = lambda: http.client.HTTPConnection("127.0.0.1", 80, timeout=60)
done, state, quiet = threading.Event(), {}, os.path.getsize(log)
def download():
    start = time.monotonic()
    c = connect()
    c.request("GET", slow)
    state["sum"] = hashlib.sha256(c.getresponse().read()).hexdigest()
    state["s"] = time.monotonic() - start
    done.set()
def ask(c):
    start = time.monotonic()
    c.request("GET", "/small")
    assert c.getresponse().read() == b"hello\n"
    return (time.monotonic() - start) * 1000
c = connect()
before = sorted(ask(c) for _ in range(50))[25]
threading.Thread(target=download, daemon=True).start()
while os.path.getsize(log) == quiet:
    assert not done.wait(0.005), "not slow: nothing was tested"
c, times = connect(), []
while not done.is_set():
    times.append(ask(c))
    done.wait(0.005)
times.sort()
median = times[len(times) // 2]
print("slow %.1f s; small: %d, median %.1f ms, worst %.1f ms, before %.1f ms" % (state["s"], len(times), median, times[-1], before))
assert state["sum"] == want, "not the file's bytes"
assert state["s"] > 1.5, "not slow: nothing was tested"
assert len(times) >= 20 and median < 150 + before, "others waited for the disk"
PY
beside() { # URL-PATH FILE
	python3 "$T/beside.py" "$1" "$(sha256sum <"$2" | cut -d ' ' -f 1)" "$T/slowfs.log" && sed 's/^/# /' "$T/out" >&3
}
exec 3>&1

start web hold tcp:127.0.0.1:80 -- "$H" -v -u "$user" -j 1 "$W"
ready web 'ready:'
if mount -o loop,ro "$W/fuse/ext4.img" "$W/disk" 2>"$T/err"; then
	ls -l "$W/disk/image.img" >/dev/null # names are in memory
	: >"$T/slow"
	check "a slow disk: one worker serves others meanwhile" beside /disk/image.img "$T/tree/image.img"
	rm "$T/slow"
	umount "$W/disk"
else
	skip "no loop device here: $(cat "$T/err")"
fi
: >"$T/slow"
check "a slow FUSE file system: the same, but for a read now and then" beside /fuse/image.img "$T/store/image.img"
rm "$T/slow"
status() { python3 -c 'import http.client, sys
c = http.client.HTTPConnection("127.0.0.1", 80, timeout=60)
c.request("GET", sys.argv[1])
print(c.getresponse().status)' "$1"; }
check "a disk that fails is not a file that is not there" test "$(status /fuse/broken)$(status /fuse/none)" = 500404
mkdir "$W/bad"
start badfs python3 "$SRC/tests/e2e/httpd-slow-disk.py" "$T/store" "$W/bad" 0 "$T/none" 1000000
ready badfs mounted
check_not "a bad place of a disk cuts the answer off" curl -sf -o "$T/part" http://127.0.0.1/bad/image.img
check "what came before it is there" test "$(stat -c %s "$T/part")" -gt 500000
check "and the log says why" grep -q 'get "/bad/image.img" cut off .* why="Input/output error"' "$T/web.log"
stop web
finish
