#!/bin/sh
# A log that nobody reads (a full pipe, a stopped terminal) stops no daemon: it serves on,
# SIGTERM ends it, and it says how many lines were lost once somebody reads.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd6.sh
. "$SRC/tests/e2e/dhcpd6.sh"
need python3
lan6
host6 c

mkdir "$T/d"
head -c 600 /dev/zero >"$T/d/small"
chmod -R a+rX "$T"
cat >"$T/crowd6.py" <<'PY'
import os, sys
sys.path.insert(0, os.environ['SRC'] + '/tests/e2e')
from dhcp6 import *
lan = Lan('eth0', None)
if sys.argv[1] == 'crowd':
    for _ in range(100): lan.send(Client(lan).message(SOLICIT, ia_na(1)))
Client(lan).lease()
PY
cat >"$T/blocked.py" <<'PY'
import os, pty, select, socket, subprocess, sys, termios, time, tty
sys.path.insert(0, os.environ['SRC'] + '/tests/e2e')
from tftpd import *
what, how, argv = sys.argv[1], sys.argv[2], sys.argv[3:]
r, w = pty.openpty() if how == 'terminal' else os.pipe()
p = subprocess.Popen(argv, stderr=w, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
start = b''
while b'ready' not in start:
    need(select.select([r], [], [], 30)[0], 'not ready: %r' % start)
    start += os.read(r, 4096)
if how == 'terminal':
    termios.tcflow(w, termios.TCOOFF)                # Ctrl-S
def tftp(i):
    c = Client(bind=('127.%d.%d.1' % (1 + i // 200, i % 200), 0))
    need(len(c.get('small', tsize=0)[0]) == 600, 'short')
def ask(*args):
    subprocess.run(['ip', 'netns', 'exec', 'c', 'python3', os.environ['SRC'] + '/tests/dhcp-ask', *args],
                   check=True, stdout=subprocess.DEVNULL, timeout=120)
def dhcp(i):
    if i % 100 == 0: ask('send=100', 'mac=02:00:00:%02x:00:00' % (i // 100))
    if i % 100 == 99: ask('mac=02:01:00:00:00:01')
def dhcp6(i):
    if i % 100 not in (0, 99): return
    subprocess.run(['ip', 'netns', 'exec', 'c', 'python3', sys.argv[0].replace('blocked', 'crowd6'), 'one' if i % 100 else 'crowd'],
                   check=True, timeout=120)
def http(i):
    s = socket.socket(); s.bind(('127.%d.%d.1' % (1 + i // 200, i % 200), 0)); s.settimeout(30)
    s.connect(('127.0.0.1', 80)); s.sendall(b'GET /small HTTP/1.0\r\n\r\n')
    need(b' 200 ' in s.recv(100), 'no answer')
for i in range(1500):
    {'tftp': tftp, 'http': http, 'dhcp': dhcp, 'dhcp6': dhcp6}[what](i)
if how == 'pipe':
    said = b''
    while select.select([r], [], [], 0.2)[0]:
        said += os.read(r, 65536)
    need(len(said) > 30000, 'the pipe was not full: %d bytes' % len(said))
    time.sleep(2)
    {'tftp': tftp, 'http': http, 'dhcp': dhcp, 'dhcp6': dhcp6}[what](1599)
    end = time.monotonic() + 30
    while b'lost: nobody read it' not in said:
        need(select.select([r], [], [], max(0, end - time.monotonic()))[0], 'lost lines are not counted: %r' % said[-200:])
        said += os.read(r, 65536)
    while True:                                      # full again
        try:
            os.set_blocking(w, False); os.write(w, b'x' * 4096)
        except BlockingIOError:
            break
p.terminate()
begin = time.monotonic()
need(p.wait(30) == 0, 'exit %s' % p.returncode)
need(time.monotonic() - begin < 10, 'SIGTERM took %.1f s' % (time.monotonic() - begin))
PY
for how in pipe terminal; do
	check "tftpd-lite: a $how that nobody reads" python3 "$T/blocked.py" tftp $how "$BIN/tftpd-lite/tftpd-lite" -v -u "$user" "$T/d"
	check "dhcpd-pxe: a $how that nobody reads" python3 "$T/blocked.py" dhcp $how "$BIN/dhcpd-pxe/dhcpd-pxe" -v -u "$user" \
		-i br0 -l "$T/leases" -e 'subnet 10.77.0.0/16 range=10.77.1.0-10.77.9.254 probe=off offers=100000'
	check "dhcpd6-pxe: a $how that nobody reads" python3 "$T/blocked.py" dhcp6 $how "$BIN/dhcpd6-pxe/dhcpd6-pxe" -v -u "$user" \
		-i br0 -l "$T/leases6" -e 'subnet fd00:77::/64 range=fd00:77::1000-fd00:77::9fff offers=100000'
	check "httpd-boot: a $how that nobody reads" python3 "$T/blocked.py" http $how "$BIN/httpd-boot/httpd-boot" -v -u "$user" -l :80 "$T/d"
done

# Nor do floods fill a log that somebody keeps.
start flood "$BIN/tftpd-lite/tftpd-lite" -u "$user" "$T/d"
ready flood ready
cat >"$T/flood.py" <<'PY'
import os, socket, sys
sys.path.insert(0, os.environ['SRC'] + '/tests/e2e')
from tftpd import *
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(20000):
    s.sendto(request(RRQ, 'nope'), ('127.0.0.1', 69))
for _ in range(20):                                  # the flood may have filled the server's socket
    try: got = Client(bind=('127.0.0.5', 0), timeout=2).get('small', tsize=0)[0]; break
    except Bad: got = b''
need(len(got) == 600, 'short')
PY
check 'twenty thousand requests for what is not there' python3 "$T/flood.py"
check 'another client is still served and shown' wait_for 10 grep -q '127.0.0.5.*read "small" done' "$T/flood.log"
stop flood
check 'few lines are written' test "$(wc -l <"$T/flood.log")" -lt 600
check 'the others are counted' grep -q 'requests were not shown' "$T/flood.log"
finish
