#!/bin/sh
# What happens to a site that one lives with: files that go and come back, a full disk,
# processes that are killed.  What was said stays in force, and goes on by itself.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso curl ss
need_nobody
lan
host m1
for name in a b; do image $name; done
state=$T/site
mkdir "$state"
mount -t tmpfs -o size=24m,mode=755 none "$state"
one=52:54:00:00:00:01 two=52:54:00:00:00:02
file=52-54-00-00-00-01
runs() { test "$(grep -c '^pxe-up: ready' "$T/up.log")" -ge "$1"; }
menu_says() { grep -q "$1" "$state/www/boot.ipxe"; }

server
check_rc 0 'a site' "$up" -w -i br0 -s "$state" -t 5 -e 'deny mac=52:54:00:66:66:66' "$T/a.iso"
cp -r "$SRC/compose/answers/debian" "$state/answers/web"
echo 'image=a answers=web once name=w1' >"$state/machines/$file"
echo 'image=a once name=w2' >"$state/machines/52-54-00-00-00-02"
start up "$up" -s "$state"
check 'it is served' wait_for 120 runs 1

# ---- files that go, and come back ---------------------------------------------------------
cp -p "$state/site" "$T/older" && touch -d '1 hour ago' "$T/older"
sed -i 's/seconds=5/seconds=6/' "$state/site"
check 'an edit' wait_for 60 menu_says 'timeout 6000'
mv "$T/older" "$state/site"
check 'an older file in its place is followed' wait_for 60 menu_says 'timeout 5000'
mv "$state/machines" "$T/machines"
check 'a directory that is gone, as git takes it away' wait_for 60 sh -c '! test -e "$1"' - "$state/www/m/$file.ipxe"
mv "$T/machines" "$state/machines"
check '... and is back' wait_for 60 test -e "$state/www/m/$file.ipxe"
rm "$state/site"
check 'a site that is gone' wait_for 60 logged 'site is gone: what it said before stays in force; it is in'
check_rc 2 '... is not begun anew by a command' pxe_image default a
check '... and its rule is in force' in_file rules '^deny mac=52:54:00:66:66:66'
cp "$state/last/site" "$state/site"
cp "$T/b.iso" "$T/new.iso" && touch -d '1 day ago' "$T/new.iso" && mv "$T/new.iso" "$T/a.iso"
check 'an image that another file takes the place of' wait_for 60 menu_says 'System b'
grep -o "$state/www/[^ ]*" /proc/self/mountinfo | sort -u | while read -r at; do umount "$at"; done
rm -r "$state/www"
check 'www is gone: it is made anew' wait_for 120 runs 2
check '... and boots' wait_for 60 loads m1 52:54:00:00:00:09 /a/debian-installer/amd64/linux
rm -r "$state/inbox"
check 'and the inbox' wait_for 120 runs 3

# ---- processes that are killed --------------------------------------------------------------
n=0
for p in /proc/[0-9]*; do
	[ "$(awk '/^PPid:/ { print $2 }' "$p/status" 2>/dev/null)" = "$pid_up" ] || continue
	tr '\0' ' ' 2>/dev/null <"$p/cmdline" | grep -q 'compose/pxe-up' && kill -KILL "${p#/proc/}" && n=$((n + 1))
done
check 'those who pass on logs, and tell the time' test $n -ge 4
sed -i 's/seconds=5/seconds=7/' "$state/site"
check '... and edits are followed' wait_for 60 menu_says 'timeout 7000'
check '... which is said' wait_for 60 logged 'was killed: it is started again'
check '... machines boot' wait_for 60 loads m1 $two /a/debian-installer/amd64/linux
check '... and are seen' wait_for 60 grep -q '^sent path=/m/52-54-00-00-00-02.ipxe ' "$state/events"
pids=$state/pids.br0
check 'who serves is written down with when it was started' grep -qE '^pxe-up:[0-9]+:[0-9]+$' "$pids"

# ---- a full disk --------------------------------------------------------------------------
check 'it asks what to install' wait_for 60 loads m1 $one /a/debian-installer/amd64/linux
cp "$state/machines/$file" "$T/machine.before" && cp "$state/site" "$T/site.before" && cp "$state/www/boot.ipxe" "$T/menu.before"
cat /dev/zero >"$state/fill" 2>/dev/null
check_rc 3 'full: a machine' pxe_machine set $one image=a name=other
said '... is refused' "cannot write $state/machines/$file, which stays as it was; is there room? 0 free"
check '... in one line' test "$(wc -l <"$T/err")" = 1
check '... and stays' cmp "$T/machine.before" "$state/machines/$file"
check_rc 3 'full: a setting' pxe_image default a
check '... in one line' test "$(wc -l <"$T/err")" = 1
check '... and stays' cmp "$T/site.before" "$state/site"
check_rc 3 'full: an image' pxe_image add "$T/b.iso"
check '... leaves nothing' sh -c '! ls -d "$1"/www/b* "$1"/images/b* | grep -v boot' - "$state"
check_rc 3 'full: a machine that is done, by hand' pxe_machine 'done' $two
touch "$state/machines/$file"
sed 's/name=w2/name=w3/' "$state/machines/52-54-00-00-00-02" >"$T/x" && cat "$T/x" >"$state/machines/52-54-00-00-00-02"
check 'full: what cannot be followed is said' wait_for 60 logged 'is there room? .* free on'
check '... and the menus are whole' cmp "$T/menu.before" "$state/www/boot.ipxe"
ip -n m1 addr add 10.77.0.9/24 dev eth0
check 'full: an installer says that it is done, and finds no room' sh -c 'cat /dev/zero >>"$2" 2>/dev/null; test "$(ip netns exec m1 curl -s -o /dev/null -w "%{http_code}" -d "done" "$1")" = 507' - "http://10.77.0.1/in/done-$file" "$state/fill"
check '... and is heard' wait_for 60 logged "$file is installed (it says so), which cannot be written"
check '... and the machine starts its disk' wait_for 60 local_disk m1 $one
rm "$state/fill"
check 'room: it is written down' wait_for 60 grep -q '^done ' "$state/once/$file"
check 'room: what was not followed is' wait_for 120 in_file rules ' name=w3 '
check 'room: a command' pxe_machine set $one name=w4
mkdir "$T/small" && mount -t tmpfs -o size=16k none "$T/small"
for n in $(seq 10 99); do echo "image=a once name=machine-number-$n args=\"console=ttyS0,115200 quiet something=$n$n$n$n$n$n\"" >"$state/machines/52-54-00-00-01-$n"; done
TMPDIR=$T/small check_rc 3 'a list for which there is no room is none' pxe_machine ls
said '... that is said' "nothing can be written to $T/small"
umount "$T/small"
rm "$state"/machines/52-54-00-00-01-*
check 'nothing half is left' sh -c '! find "$1" -name "*.new" -o -name ".*.part*" -o -name ".pxe-menu*" -o -name .room | grep .' - "$state"
stop up
check 'nothing was said but sentences' sh -c '! grep -anE "I/O error|cannot (open|create) /|No such file|[Ss]yntax|Broken pipe|unexpected|close failed" "$1"' - "$T/up.log"
finish
