#!/bin/sh
# A week of living with a site: images and machines come, change and go, by commands, by
# hand and by git; the host is restarted and loses its power; what can be broken is; every
# process is killed; disks fill.  Nothing that was said may be lost, no machine installed
# twice, and what goes wrong is said in a sentence.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start thousands of processes
# shellcheck source=tests/e2e/site.sh
. "$SRC/tests/e2e/site.sh"
# shellcheck source=tests/long/site.sh
. "$SRC/tests/long/site.sh"
need xorriso curl ss git
need_nobody
for name in a b c big; do image $name; done
head -c 30000000 /dev/urandom >>"$T/big.iso"
# Small disks of their own, for the site and for what is temporary.
state=$T/site
TMPDIR=$T/tmp
mkdir "$state" "$TMPDIR"
mount -t tmpfs -o size=24m,mode=755 none "$state"
mount -t tmpfs -o size=24m none "$TMPDIR"
: >"$T/ledger"
run=0

network() {
	lan
	for host in m1 m2; do
		ip link add "v$host" type veth peer name eth0 netns $host && ip link set "v$host" master br0 up && ip -n $host link set eth0 up || return
	done
	ip -n m1 addr add 10.77.0.9/24 dev eth0
}
# The log of each run is kept: what was said badly is in one of them.
serve() {
	run=$((run + 1))
	start up "$up" -s "$state"
	wait_for 60 grep -q '^pxe-up: ready' "$T/up.log"
}
end() {
	stop up
	cp "$T/up.log" "$T/log.$run"
}
every_process() {
	for p in /proc/[0-9]*; do
		tr '\0' ' ' 2>/dev/null <"$p/cmdline" | grep -qF -e "$state" && ! tr '\0' ' ' <"$p/cmdline" | grep -q site-week && echo "${p#/proc/}"
	done
}
unmount() { grep -o "$state/www/[^ ]*" /proc/self/mountinfo | sort -u | while read -r at; do umount "$at"; done; }
# Everything dies at the same moment, and mounts, network and what is temporary are gone.
power_cut() {
	# shellcheck disable=SC2046
	kill -KILL $(every_process) 2>/dev/null
	wait "$pid_up" 2>/dev/null
	cp "$T/up.log" "$T/log.$run"
	unmount
	rm -rf "${TMPDIR:?}"/*
	ip link del br0
	for host in m1 m2; do ip -n $host link del eth0; done
	network
}
one() { mac "$1" >"$T/one" && visit m1 "$T/one" | cut -d ' ' -f 2-; }
does() { [ "$(one "$1")" = "$2" ]; }
leases() { awk '{ print $2, $3 }' "$state/leases" | sort; }
over() { grep -q '^State:	Z' "/proc/$1/status" 2>/dev/null || ! kill -0 "$1" 2>/dev/null; }
fill() { ! cat /dev/zero >"$1/fill" 2>/dev/null; }
say_lines() { wc -l <"$T/up.log"; }
no_noise() { ! grep -anE 'I/O error|cannot (open|create) /|No such file|not found$|[Ss]yntax|Broken pipe|unexpected' "$T"/log.* "$T/up.log"; }

ip netns add m1
ip netns add m2
network

macs 1 50 >"$T/all"

# ---- Monday: it begins -------------------------------------------------------------------
server
check_rc 0 'a site' "$up" -w -i br0 -s "$state" -t 5 -e 'deny mac=52:54:00:66:66:66' "$T/a.iso" "$T/b.iso"
cp -r "$SRC/compose/answers/debian" "$state/answers/web"
check 'it is served' serve
[ "$failed" -eq 0 ] || finish
for n in 1 2 3; do check "a machine to be installed" pxe_machine set "$(mac $n)" image=a answers=web once; done
# The others by hand.
tail -n +4 "$T/all" | while read -r m; do echo 'image=a answers=web once' >"$state/machines/$m"; done
check 'fifty machines to be installed' wait_for 120 test -e "$state/www/m/$(mac 50).ipxe"
macs 1 20 >"$T/batch"
check 'twenty of them start' test "$(visit m1 "$T/batch" | grep -c ' install a$')" = 20
macs 1 15 >"$T/finish"
check 'fifteen get to their end' test -z "$(says_done m1 "$T/finish")"
sed 's/^/done /' "$T/finish" >>"$T/ledger"
check '... which is heard' wait_for 60 has_count 'done' 15
check 'all twenty start again' test "$(visit m1 "$T/batch" | grep -c ' local$')" = 15
macs 16 20 >"$T/finish"
check 'and now the others get to their end' test -z "$(says_done m1 "$T/finish")"
sed 's/^/done /' "$T/finish" >>"$T/ledger"
check '... which is heard' wait_for 60 has_count 'done' 20
leases >"$T/leases.monday"

# ---- Tuesday: images come and go ------------------------------------------------------------
check 'an image more' pxe_image add "$T/c.iso"
check '... is in the menu' wait_for 60 in_file www/boot.ipxe 'System c'
check 'a default' pxe_image default c
check 'an image less' pxe_image rm b
check '... is gone' wait_for 60 not_in_file www/boot.ipxe 'System b'
check 'and its room is free' test ! -e "$state/www/b.iso"
check 'a machine for the new one' pxe_machine set "$(mac 60)" image=c always
check '... boots it' wait_for 60 does 60 'install c'
image d && mv "$T/d.iso" "$T/c.iso"
check 'an image that was replaced is followed' wait_for 60 in_file www/boot.ipxe 'System d'
check '... and boots' wait_for 60 does 60 'install c'
end
check 'the host is restarted' serve
check 'the default is what it was' in_file www/pxelinux.cfg/default '^DEFAULT system-d'
check 'the rule too' in_file rules '^deny mac=52:54:00:66:66:66'
check 'who is done stays done' has_count 'done' 20

# ---- Wednesday: git ---------------------------------------------------------------------------
printf '%s\n' '/www/' '/leases*' '/inbox/' '/taken/' '/events*' '/once/' '/last/' '/written' '/rules' '/pids.*' '/images/' '/.room' >"$state/.gitignore"
git() { command git -c user.name=w -c user.email=w@x -c init.defaultBranch=main -c safe.directory='*' "$@"; }
(cd "$state" && git init -q && git add -A && git commit -qm site) >"$T/out" 2>&1
check 'what people wrote is in git, and nothing else' test -z "$(cd "$state" && git ls-files | grep -vE '^(site|\.gitignore|machines/|answers/)')"
check 'a clone' git clone -q "$state" "$T/clone"
(cd "$T/clone" && sed -i 's/seconds=5/seconds=9/' site && echo 'image=c always' >"machines/$(mac 61)" && echo '# mine' >>answers/web/preseed.cfg && git add -A && git commit -qm edit) >"$T/out" 2>&1
check 'is pulled' sh -c 'cd "$1" && git -c safe.directory="*" pull -q "$2" main' - "$state" "$T/clone"
check '... and followed: a setting' wait_for 60 in_file www/boot.ipxe 'timeout 9000'
check '... a machine' wait_for 60 does 61 'install c'
check '... answers' wait_for 60 grep -q '^# mine' "$state/www/answers/$(mac 21)/preseed.cfg"
(cd "$T/clone" && git rm -q "machines/$(mac 61)" && git commit -qm less) >"$T/out" 2>&1
check 'a machine less' sh -c 'cd "$1" && git -c safe.directory="*" pull -q "$2" main' - "$state" "$T/clone"
check '... is followed' wait_for 60 sh -c '! test -e "$1"' - "$state/www/m/$(mac 61).ipxe"
(cd "$T/clone" && git rm -qr machines && git commit -qm none) >"$T/out" 2>&1
check 'all of them, and git takes the directory away' sh -c 'cd "$1" && git -c safe.directory="*" pull -q "$2" main && test ! -e machines' - "$state" "$T/clone"
check '... is followed' wait_for 60 sh -c '! ls "$1"/www/m/52-54-00-77-*' - "$state"
check 'and taken back' sh -c 'cd "$1" && git -c safe.directory="*" reset -q --hard HEAD~1' - "$state"
# Until the menu that asks for them is there, they get what everybody gets.
check '... is followed too' wait_for 120 sh -c 'test -e "$1/m/$2.ipxe" && grep -q "m/[$]{" "$1/boot.ipxe"' - "$state/www" "$(mac 50)"
check 'who is done stays done' has_count 'done' 20
check 'and boots its own disk' wait_for 60 does 3 local
(cd "$state" && sed -i 's/seconds=9/seconds=7/' site && git commit -qam seven) >"$T/out" 2>&1
check 'an edit' wait_for 60 in_file www/boot.ipxe 'timeout 7000'
(cd "$T/clone" && git reset -q --hard HEAD~2 && sed -i 's/seconds=9/seconds=8/' site && git commit -qam eight) >"$T/out" 2>&1
check_not 'two who edit the same line' sh -c 'cd "$1" && git -c user.name=w -c user.email=w@x -c safe.directory="*" pull -q --no-rebase "$2" main' - "$state" "$T/clone"
check '... the line is named' wait_for 60 logged 'site:[0-9]*: "<<<<<<<"'
check '... and the old state stays' in_file www/boot.ipxe 'timeout 7000'
(cd "$state" && git checkout -q --ours site && git commit -qam merged) >"$T/out" 2>&1
check 'a merge' wait_for 60 in_file www/boot.ipxe 'timeout 7000'

# ---- Thursday: what can be broken ---------------------------------------------------------
cp "$state/site" "$T/site.good"
mv "$T/site.good" "$T/site.kept" && cp -p "$T/site.kept" "$T/site.old"
sed -i 's/seconds=7/seconds=11/' "$state/site"
check 'an edit' wait_for 60 in_file www/boot.ipxe 'timeout 11000'
touch -d '1 hour ago' "$T/site.old" && mv "$T/site.old" "$state/site"
check 'and an older file in its place' wait_for 60 in_file www/boot.ipxe 'timeout 7000'
rm "$state/site"
check 'the site is gone' wait_for 60 logged 'site is gone: what it said before stays in force'
check_rc 2 '... and is not begun anew by chance' pxe_image default a
end
check 'also at the next start' serve
check '... its rule is in force' in_file rules '^deny mac=52:54:00:66:66:66'
cp "$state/last/site" "$state/site"
wait_for 60 in_file www/boot.ipxe 'timeout 7000'
cp "$state/machines/$(mac 1)" "$T/machine.good"
echo 'image=a answers=none once' >"$state/machines/$(mac 1)"
check 'a machine with a fault' wait_for 60 logged "machines/$(mac 1):1: key \"answers\": there is no directory answers/none"
check '... is still done' does 1 local
cp "$T/machine.good" "$state/machines/$(mac 1)"
unmount
rm -r "$state/www"
check 'www is gone' wait_for 120 sh -c 'test "$(grep -c "^pxe-up: ready" "$1")" -ge 2' - "$T/up.log"
check '... and everything boots again: an image' wait_for 60 does 60 'install c'
check '... a local disk' does 2 local
rm -r "$state/inbox"
check 'the inbox is gone' wait_for 120 sh -c 'test "$(grep -c "^pxe-up: ready" "$1")" -ge 3' - "$T/up.log"
mac 21 >"$T/finish"
check '... and hears again' test -z "$(says_done m1 "$T/finish")"
echo "done $(mac 21)" >>"$T/ledger"
check '... one more' wait_for 60 has_count 'done' 21
rm "$state/leases"
macs 1 3 >"$T/batch"
check 'the leases are gone, and machines boot' test "$(visit m1 "$T/batch" | grep -c ' local$')" = 3

# ---- Friday: every process is killed -----------------------------------------------------
helpers() {
	for p in /proc/[0-9]*; do
		[ "$(awk '/^PPid:/ { print $2 }' "$p/status" 2>/dev/null)" = "$pid_up" ] && ! grep -q . "$p/nothing" 2>/dev/null && tr '\0' ' ' <"$p/cmdline" 2>/dev/null | grep -q pxe-up && echo "${p#/proc/}"
	done
}
n=0
for pid in $(helpers); do
	# The one that waits for an event, and commands that are over by then.
	kill -KILL "$pid" 2>/dev/null || continue
	n=$((n + 1))
done
check 'helpers were killed, all of them' test "$n" -ge 4
sed -i 's/seconds=7/seconds=12/' "$state/site"
check 'what is edited is followed nevertheless' wait_for 60 in_file www/boot.ipxe 'timeout 12000'
check 'machines boot' does 22 'install a'
mac 22 >"$T/finish"
check '... and are heard' test -z "$(says_done m1 "$T/finish")"
echo "done $(mac 22)" >>"$T/ledger"
check '... one more' wait_for 60 has_count 'done' 22
check 'and what the daemons say is passed on' wait_for 60 sh -c 'tail -n 60 "$1" | grep -q "^httpd-boot: "' - "$T/up.log"
for daemon in dhcpd-pxe tftpd-lite httpd-boot; do
	kill -KILL "$(pid_in "$state/pids.br0" $daemon)"
	check "$daemon was killed: it ends, with a sentence" wait_for 60 grep -q "$daemon ended by itself" "$T/up.log"
	wait_for 60 over "$pid_up"
	stop up
	check '... with 3' test $? -eq 3
	cp "$T/up.log" "$T/log.$run"
	check '... and is started again' serve
	check '... and boots' does 1 local
done
kill -KILL "$pid_up"
wait "$pid_up" 2>/dev/null
cp "$T/up.log" "$T/log.$run"
check 'pxe-up was killed, and is started again' serve
check '... and boots' does 1 local
for cut in 1 2 3; do
	macs $((21 + cut * 2)) $((22 + cut * 2)) >"$T/batch"
	check "power cut $cut: two start" test "$(visit m1 "$T/batch" | grep -c ' install a$')" = 2
	head -n 1 "$T/batch" >"$T/finish"
	says_done m1 "$T/finish" >"$T/unheard"
	[ -s "$T/unheard" ] || sed 's/^/done /' "$T/finish" >>"$T/ledger"
	power_cut
	check '... it starts again' serve
	check '... what was said was not lost' wait_for 60 has_count 'done' $((22 + cut))
	check '... for the machine neither' test "$(visit m1 "$T/batch" | awk '{ printf "%s ", $2 }')" = 'local install '
done

# ---- Saturday: the disk is full -------------------------------------------------------------
cp -r "$state/machines" "$T/machines.before" && cp "$state/site" "$T/site.before" && cp "$state/www/boot.ipxe" "$T/menu.before"
visit m1 "$T/batch" >/dev/null
fill "$state"
check_rc 3 'full: a machine' pxe_machine set "$(mac 40)" image=c name=other
said '... is refused in a sentence' 'cannot write .*stays as it was; is there room? 0 free'
check '... of one line' test "$(wc -l <"$T/err")" = 1
check '... and stays what it was' diff -r "$T/machines.before" "$state/machines"
check_rc 3 'full: a setting' pxe_image default a
check '... is refused in one line' test "$(wc -l <"$T/err")" = 1
check '... and stays' cmp "$T/site.before" "$state/site"
check_not 'full: an image' pxe_image add "$T/big.iso"
check '... leaves nothing' sh -c '! ls -d "$1"/www/big* "$1"/images/big*' - "$state"
check_not 'full: by hand' pxe_machine 'done' "$(mac 41)"
check 'full: menus are served' wait_for 60 does 60 'install c'
mac 23 >"$T/one"
check 'full: a machine that is done boots its disk' does 23 local
echo x >>"$state/answers/web/preseed.cfg" 2>/dev/null
touch "$state/machines/$(mac 40)"
check 'full: what is edited is said' wait_for 60 logged 'is there room? 0 free'
check '... and the menu is what it was' cmp "$T/menu.before" "$state/www/boot.ipxe"
mac 28 >"$T/finish"
check 'full: a machine is installed' does 28 'install a'
cat /dev/zero >>"$state/fill" 2>/dev/null # where others left a page
says_done m1 "$T/finish" >"$T/unheard"
echo "done $(mac 28)" >>"$T/ledger"
check '... and says so, for which there is no room' test -s "$T/unheard"
check '... and is heard nevertheless' wait_for 60 logged "$(mac 28) is installed (it says so)"
check '... and boots its disk' wait_for 60 does 28 local
check 'each complaint once' test "$(grep -c 'cannot write .*/events' "$T/up.log")" -le 1
rm "$state/fill"
check 'room: it was written down' wait_for 60 grep -q '^done ' "$state/once/$(mac 28)"
check 'room: what was said is tried again' wait_for 120 sh -c 'grep -q "the site has changed" "$1"' - "$T/up.log"
check 'room: a machine' pxe_machine set "$(mac 40)" image=c once answers=
check '... is followed' wait_for 60 does 40 'install c'
check 'room: an image, or the sentence that it is larger than the disk' sh -c '"$@" || grep -q "is there room" "$0"' "$T/err" "$SRC/compose/pxe-image" -s "$state" add "$T/c.iso"
lines=$(say_lines)
fill "$TMPDIR"
sed -i 's/seconds=12/seconds=13/' "$state/site"
check 'what is temporary has no room: machines boot' does 1 local
check '... it is said' wait_for 60 logged 'nothing can be written to .*full?'
check '... and a command says the same' sh -c '! "$@" 2>"$0" && grep -q "is .* full?" "$0"' "$T/err" "$SRC/compose/pxe-machine" -s "$state" ls
rm "$TMPDIR/fill"
check 'room: the edit is followed' wait_for 120 in_file www/boot.ipxe 'timeout 13000'
check 'and nothing was repeated without end' test $(($(say_lines) - lines)) -lt 200

# ---- Sunday: what was lost? ---------------------------------------------------------------
end
check 'one more start' serve
check 'who is done' has_count 'done' 26
macs 1 22 >"$T/batch"
check '... boots its own disk' test "$(visit m1 "$T/batch" | grep -c ' local$')" = 22
check_not 'nobody was installed twice' twice
check 'nobody got nothing' test "$(grep -c ' nothing$' "$T/ledger")" = 0
check 'nothing half is left' sh -c '! find "$1" -name "*.new" -o -name ".*.part*" -o -name ".pxe-menu*" | grep .' - "$state"
end
check 'nothing was said that is no sentence' no_noise
finish
