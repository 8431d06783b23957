#!/bin/sh
# Rules in several files: include lines, from the start and at SIGHUP, when the
# daemon has become another user and sees only what it serves from.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
chmod 755 "$T"
mkdir -m 755 "$T/state" "$T/etc" "$T/etc/rules.d"
cat >"$T/etc/rules" <<'EOF'
subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99 probe=off
include rules.d
boot file=last.0
EOF
echo 'boot arch=bios name=b* file=second.0' >"$T/etc/rules.d/20-b.rules"
echo 'boot arch=bios name=bb file=first.0' >"$T/etc/rules.d/10-a.rules"
echo 'nonsense' >"$T/etc/rules.d/10-a.rules~"
echo 'nonsense' >"$T/etc/rules.d/.30-c.rules"
echo 'nonsense' >"$T/etc/rules.d/README"

# -- as they are read
printed() { "$dhcpd" -n -v -f "$T/etc/rules" "$@" >"$T/printed" 2>"$T/errors"; }
check "a directory is included, beside the file that names it" printed
check "in its place, the files in order" [ "$(sed -n 's/^boot.*file=//p' "$T/printed" | tr '\n' ' ')" = 'first.0 second.0 last.0 ' ]
cp "$T/printed" "$T/again"
check "what is printed reads back" "$dhcpd" -n -f "$T/again"
printed -e "include $T/etc/none"
check "one that is not there: 2" [ $? -eq 2 ]
check "and is named" grep -q "/etc/none: cannot read the rules: No such file or directory" "$T/errors"
echo 'include loop' >"$T/etc/loop"
printed -e "include $T/etc/loop"
check "one that includes itself: 2" [ $? -eq 2 ]
check "and says so once" [ "$(grep -c 'loop:1: include "loop": more than 8 files include one another' "$T/errors")" -eq 1 ]
echo 'boot fil=x' >"$T/etc/wrong"
printed -e "include $T/etc/wrong"
check "an error in an included file: 2" [ $? -eq 2 ]
check "with its own name and line" grep -q "^[^ ]*/etc/wrong:1: fil \"x\": no such key" "$T/errors"

# -- while it runs
lan
host pc
asking='wait=3 persona=bios mac=52:54:00:00:00:77'
boots() { ask "$@" && has "file=$boots_file"; }
log() { grep -q -- "$1" "$T/dhcpd.log"; }
start dhcpd "$dhcpd" -u "$user" -l "$T/state/leases" -f "$T/etc/rules"
ready dhcpd 'ready: br0'
boots_file=first.0
check "an included line" boots 12=bb
boots_file=last.0
check "and one behind it" boots 12=c
echo 'boot arch=bios name=c file=new.0' >"$T/etc/rules.d/05-c.rules"
kill -HUP "$pid_dhcpd"
check "SIGHUP" wait_for 5 log 'rules read again'
boots_file=new.0
check "reads a file that was added" boots 12=c
echo 'boot arch=bios name=c fil=worse.0' >"$T/etc/rules.d/05-c.rules"
kill -HUP "$pid_dhcpd"
check "one that is broken" wait_for 5 log '05-c.rules:1: fil "worse.0": no such key'
check "changes nothing" boots 12=c
check "SIGTERM: 0" stop dhcpd
finish
