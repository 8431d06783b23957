#!/bin/sh
# SIGTERM, SIGINT and SIGHUP end isoextract and pxeprobe within a moment, whatever they
# wait for: a reader that does not read, a terminal that is stopped.
. "$(dirname "$0")/../lib.sh"
need python3 ip
lan
cat >"$T/package.py" <<'PY'
import sys
def member(name, data):
    head = "070701" + "".join("%08x" % n for n in (1, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0))
    raw = head.encode() + name.encode() + b"\0"
    raw += bytes(-len(raw) % 4) + data
    return raw + bytes(-len(raw) % 4)
# names that are left out, each with a line on stderr
sys.stdout.buffer.write(b"".join(member("../%d/%s" % (i, "x" * 150), b"") for i in range(500)) + member("TRAILER!!!", b""))
PY
python3 "$T/package.py" >"$T/package"
mkdir "$T/tree"
cat >"$T/ends.py" <<'PY'
import os, pty, signal, subprocess, sys, termios, time
how, where, argv = sys.argv[1], sys.argv[2], sys.argv[3:]
for name in "SIGTERM", "SIGINT", "SIGHUP":
    if how == "terminal":
        r, w = pty.openpty()
        termios.tcflow(w, termios.TCOOFF)
    else:
        r, w = os.pipe()
        os.set_blocking(w, False)
        try:
            while how == "pipe": os.write(w, bytes(4096))
        except BlockingIOError: pass
        os.set_blocking(w, True)
    streams = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    streams[where] = w
    p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, **streams)
    # it sleeps, in a write or in its loop: an early signal would end it anyhow
    end, still = time.monotonic() + 60, 0
    while still < 10 and time.monotonic() < end:
        state = open("/proc/%d/stat" % p.pid).read().rsplit(")", 1)[1].split()[0]
        still = still + 1 if state == "S" else 0
        time.sleep(0.05)
    begin = time.monotonic()
    p.send_signal(getattr(signal, name))
    try: p.wait(30)
    except subprocess.TimeoutExpired:
        p.kill()
        sys.exit("%s does not end it" % name)
    print("%s: %.1f s" % (name, time.monotonic() - begin))
PY
ends() { timeout 200 python3 "$T/ends.py" "$@"; }
P=$BIN/pxeprobe/pxeprobe I=$BIN/isoextract/isoextract
for how in pipe terminal; do
	check "isoextract: a $how that takes no messages" ends $how stderr "$I" -C "$T/tree" "$T/package"
	check "pxeprobe: a $how that takes no steps" ends $how stdout "$P" -i br0 -k bios
	check "several machines" ends $how stdout "$P" -i br0 -k bios,efi-x64
	check "pxeprobe -w: a $how that takes no heading" ends $how stdout "$P" -w -i br0
done
check "pxeprobe -w that watches" ends free stdout "$P" -w -i br0
finish
