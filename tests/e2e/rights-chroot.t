#!/bin/sh
# A kernel without Landlock: chroot instead, and everything that is opened later works on.
# shellcheck disable=SC2012,SC2154 # plain names; start sets pid_NAME
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build
need python3 curl tftp
need_nobody
"$BIN/tftpd-lite/tftpd-lite" --version >/dev/null
old() { echo "$SRC/tests/without-landlock"; }
check "the kernel seems old" test "$("$SRC/tests/without-landlock" python3 -c 'import ctypes; print(ctypes.CDLL(None).syscall(444, 0, 0, 1))')" = -1
mkdir "$T/www" "$T/logs" "$T/etc" "$T/up"
chown nobody "$T/logs" "$T/up"
echo hello >"$T/www/a"
ln -s "$T/www/a" "$T/www/absolute"
root_of() { readlink "/proc/$1/root"; }

start w "$(old)" "$BIN/httpd-boot/httpd-boot" -l 127.0.0.1:80 -a "$T/logs/access" "$T/www"
ready w 'ready:'
check "httpd-boot: / is what is served" test "$(root_of "$pid_w")" = "$T/www"
check "it serves" test "$(curl -s http://127.0.0.1/a)" = hello
check "an absolute link too" test "$(curl -s http://127.0.0.1/absolute)" = hello
mv "$T/logs/access" "$T/logs/access.1"
kill -HUP "$pid_w"
check "the access log is opened again" wait_for 5 test -e "$T/logs/access"
curl -s -o /dev/null http://127.0.0.1/a
check "and written" wait_for 5 grep -q 'GET /a' "$T/logs/access"
check_not "nothing to complain of" grep -qi 'landlock\|cannot' "$T/w.log"
stop w
check "SIGTERM" test $? -eq 0
start w "$(old)" "$BIN/httpd-boot/httpd-boot" -j 2 -l 127.0.0.1:80 "$T/www"
ready w 'ready:'
check "with workers" test "$(curl -s http://127.0.0.1/a)" = hello
stop w
check "the service manager is told" python3 - "$SRC/tests/without-landlock" "$BIN/httpd-boot/httpd-boot" "$T" <<'PY'
import os, socket, subprocess, sys
n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
n.bind(sys.argv[3] + "/notify"); os.chmod(sys.argv[3] + "/notify", 0o777)
n.settimeout(30)
p = subprocess.Popen([*sys.argv[1:3], "-l", "127.0.0.1:80", sys.argv[3] + "/www"], env={**os.environ, "NOTIFY_SOCKET": sys.argv[3] + "/notify"})
assert n.recv(100) == b"READY=1"
p.terminate()
assert n.recv(100).split(b"\n")[0] == b"STOPPING=1"
assert p.wait(10) == 0
PY

echo 's/^b$/a/' >"$T/etc/map"
start f "$(old)" "$BIN/tftpd-lite/tftpd-lite" -c -l 127.0.0.1:69 -m "$T/etc/map" "$T/up"
ready f 'ready:'
check "tftpd-lite: / is what is served" test "$(root_of "$pid_f")" = "$T/up"
cp "$T/www/a" "$T/up/a"
check "it serves, by its rules" sh -c "cd '$T' && tftp 127.0.0.1 -m binary -c get b got && cmp got www/a"
check "it takes files" sh -c "cd '$T' && tftp 127.0.0.1 -m binary -c put www/a new && cmp up/new www/a"
check "nothing is left over" test "$(ls -A "$T/up" | tr '\n' ' ')" = 'a new '
echo 's/^c$/a/' >"$T/etc/map.new" && mv "$T/etc/map.new" "$T/etc/map"
kill -HUP "$pid_f"
check "rules are read again" wait_for 5 grep -q 'reread 1 rules' "$T/f.log"
check "and hold" sh -c "cd '$T' && rm -f got && tftp 127.0.0.1 -m binary -c get c got && cmp got www/a"
stop f

printf 'subnet 127.0.0.0/8 range=127.0.0.100-127.0.0.200\nboot file=x\nhosts %s\n' "$T/etc/hosts.d" >"$T/etc/rules"
cd "$T" || exit 1
start d "$(old)" "$BIN/dhcpd-pxe/dhcpd-pxe" -v -i lo -f etc/rules -l logs/leases
ready d 'ready: lo'
check "dhcpd-pxe: / is empty and gone" sh -c "ls -A /proc/$pid_d/root/ | wc -l | grep -qx 0"
check_not "its rules can be read again" grep -q 'cannot be read any more' "$T/d.log"
mkdir etc/hosts.d
check "a hosts directory appears" wait_for 5 grep -q 'a directory that was missing is there now' "$T/d.log"
echo 'host name=one' >etc/hosts.d/52-54-00-00-00-01
check "a machine in it" wait_for 5 grep -q '1 changed, 1 files in force' "$T/d.log"
sed 's/file=x/file=y/' etc/rules >etc/rules.new && mv etc/rules.new etc/rules
kill -HUP "$pid_d"
check "SIGHUP" wait_for 5 grep -q 'rules read again' "$T/d.log"
echo 'host name=two' >etc/hosts.d/52-54-00-00-00-02
check "and another machine" wait_for 5 grep -q '2 files in force' "$T/d.log"
stop d
check "SIGTERM" test $? -eq 0

ip link add v6lan type bridge && ip addr add fd00:77::1/64 dev v6lan nodad && ip link set v6lan up
printf 'subnet fd00:77::/64 range=fd00:77::100-fd00:77::200\nboot file=x\nhosts %s\n' "$T/etc/hosts6.d" >"$T/etc/rules6"
start s "$(old)" "$BIN/dhcpd6-pxe/dhcpd6-pxe" -v -i v6lan -f etc/rules6 -l logs/leases6
ready s 'Landlock\|ready'
check "dhcpd6-pxe: / is empty and gone" wait_for 5 sh -c "ls -A /proc/$pid_s/root/ | wc -l | grep -qx 0"
mkdir etc/hosts6.d
check "a hosts directory appears" wait_for 5 grep -q 'a directory that was missing is there now' "$T/s.log"
echo 'host name=one' >etc/hosts6.d/52-54-00-00-00-01
check "a machine in it" wait_for 5 grep -q '1 changed, 1 files in force' "$T/s.log"
sed 's/file=x/file=y/' etc/rules6 >etc/rules.new && mv etc/rules.new etc/rules6
kill -HUP "$pid_s"
check "SIGHUP" wait_for 5 grep -q 'rules read again' "$T/s.log"
stop s
check "SIGTERM" test $? -eq 0
finish
