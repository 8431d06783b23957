#!/bin/sh
# isoextract on a terminal: the line that says how far it is, at a server that
# takes its time; Ctrl-C; and nothing of the kind where there is no terminal.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso python3

iso=$BIN/isoextract/isoextract
mkdir -p "$T/tree"
head -c 1000 /dev/urandom >"$T/tree/a-small-one"
head -c 6000000 /dev/urandom >"$T/tree/kernel"
xorriso -as mkisofs -quiet -R -o "$T/i.iso" "$T/tree" 2>/dev/null

# Ranges of the image, 2 MB a second.
cat >"$T/slow.py" <<'PY'
import http.server, os, re, sys, time
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *a): pass
    def do_GET(self):
        data = open(sys.argv[1], 'rb').read()
        m = re.match(r'bytes=(\d+)-(\d+)$', self.headers['Range'])
        part = data[int(m[1]):int(m[2]) + 1]
        self.send_response(206)
        self.send_header('Content-Range', 'bytes %d-%d/%d' % (int(m[1]), int(m[1]) + len(part) - 1, len(data)))
        self.send_header('Content-Length', str(len(part)))
        self.end_headers()
        try:
            for at in range(0, len(part), 200000):
                self.wfile.write(part[at:at + 200000])
                time.sleep(0.1)
        except OSError:
            self.close_connection = True
s = http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H)
print('ready', flush=True)
s.serve_forever()
PY
# pty KEY COMMAND...: on a terminal of its own, $COLUMNS wide; KEY is typed when
# "%" is seen.  What appears on it comes to stdout, and the exit code is kept.
cat >"$T/terminal.py" <<'PY'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack('4H', 25, int(os.environ.get('COLUMNS', 80)), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
seen, typed = b'', not sys.argv[1]
while True:
    try:
        got = os.read(fd, 4096)
    except OSError:
        break
    if not got:
        break
    seen += got
    if b'%' in seen and not typed:
        os.write(fd, sys.argv[1].encode())
        typed = True
sys.stdout.buffer.write(seen.replace(b'\r', b'\n'))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
on_terminal() { python3 "$T/terminal.py" "$@" >"$T/seen"; }
saw() {
	if grep -qE -e "$2" "$T/seen"; then ok "$1"; else
		sed 's/^/# /' "$T/seen"
		not_ok "$1"
	fi
}
start slow python3 "$T/slow.py" "$T/i.iso"
ready slow ready
url=http://127.0.0.1:8080/i.iso

check 'on a terminal' on_terminal '' "$iso" -C "$T/a" "$url"
saw 'how much, in parts of the whole' '[1-9][0-9]* %  [0-9.]+ MiB'
saw 'how quick' '[0-9.]+ [KM]iB/s'
saw 'how long it will take' ' 0:0[0-9] left'
saw 'what it is about' 'left  "(kernel|a-small-one)"'
saw 'a summary at the end' '2 written to .*MiB read'
check 'and the files' diff -r "$T/tree" "$T/a"
truncate -s 500M "$T/long.iso"
dd if="$T/i.iso" of="$T/long.iso" bs=1M conv=notrunc status=none
check_rc 1 'a sum that takes its time' on_terminal '' "$iso" -s "$(printf 0%.0s $(seq 64))" -C "$T/l" "$T/long.iso"
saw 'shows how far it is' '[1-9][0-9]* %  [0-9.]+ MiB  .*/s  0:0[0-9] left  ".*long.iso"'
check 'a terminal, -q' on_terminal '' "$iso" -q -C "$T/q" "$url"
check 'nothing is said' test ! -s "$T/seen"
check 'no terminal' sh -c '"$1" -C "$2" "$3" >"$4" 2>&1' - "$iso" "$T/n" "$url" "$T/seen"
check 'nothing is said there' test ! -s "$T/seen"

ctrl_c=$(printf '\003')
check 'one file' "$iso" -q -C "$T/c" "$url" a-small-one
check_rc 3 'Ctrl-C' on_terminal "$ctrl_c" "$iso" -C "$T/c" "$url"
saw 'says that it was interrupted' 'interrupted; what is complete stays'
check 'the complete file stays' cmp "$T/tree/a-small-one" "$T/c/a-small-one"
check 'nothing else is there' test "$(ls -A "$T/c")" = a-small-one
check_rc 3 'a narrow terminal' env COLUMNS=30 python3 "$T/terminal.py" "$ctrl_c" "$iso" -C "$T/w" "$url"
sed -n 's/^.*\x1b\[K\([^^]*\).*/\1/p' "$T/out" | grep -v '^isoextract: ' >"$T/seen"
saw 'as much of the line as it holds' '^ *[0-9]+ %  .{22,24}$'
check 'not more' awk 'length > 29 { bad = 1; print } END { exit bad }' "$T/seen"
stop slow

# Progress of what is only passing by: no size, so no percent.
mkfifo "$T/fifo"
(tar -C "$T/tree" -cf - . | python3 -c '
import sys, time
while True:
    b = sys.stdin.buffer.read(1000000)
    if not b: break
    sys.stdout.buffer.write(b); sys.stdout.buffer.flush(); time.sleep(0.15)' >"$T/fifo") &
check 'a slow pipe' on_terminal '' sh -c "$iso -C $T/p - <$T/fifo"
saw 'has a rate' '^[^%]*MiB  [0-9.]+ MiB/s  "(\./)?kernel"'
check 'the same files' diff -r "$T/tree" "$T/p"
finish
