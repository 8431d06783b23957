#!/bin/sh
# Machines: a menu for each in every loader, installations that are done once, and
# answer files.  pxeprobe is the machines.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso curl
need_nobody
lan
host m1
host m2
for name in a b; do image $name; done
one=52:54:00:00:00:01 two=52:54:00:00:00:02
file=52-54-00-00-00-01
state_of() { pxe_machine ls | grep -q "^machine mac=$1 .*state=$2"; }
is_local() { grep -q '^set pick local' "$state/www/m/$1.ipxe" && ! grep -q 'can-.*set pick' "$state/www/m/$1.ipxe"; }
installs() { grep -q 'can-.*set pick' "$state/www/m/$1.ipxe"; }

server
check_rc 0 'a site' "$up" -w -s "$state" -i br0 "$T/a.iso" "$T/b.iso"
start up "$up" -s "$state"
check 'it is served' wait_for 120 logged '^pxe-up: ready'

# ---- what pxe-machine writes ------------------------------------------------------------
check 'set' pxe_machine set $one image=b once settle=0.1 name=web1 addr=10.77.0.31 'args=x="a b" m={mac}'
check 'it is a line of facts' grep -qxF 'image=b once settle=0.1 name=web1 addr=10.77.0.31 args="x=\"a b\" m={mac}"' "$state/machines/$file"
check 'set again: what is not named stays' pxe_machine set 5254.0000.0001 name=web2
check '... in the same file' wait_for 30 grep -q 'image=b once settle=0.1 name=web2 ' "$state/machines/$file"
check_rc 2 'a value that cannot be' pxe_machine set $one addr=10.77.0.300
said '... is said' 'key "addr": not an IPv4 address'
check_rc 2 'a key that is none' pxe_machine set $one colour=red
check_rc 2 'no address' pxe_machine set 52:54:00 image=b
check_rc 1 'no such machine' pxe_machine again $two
mkdir -p "$T/odd/machines"
printf '%s\n' 'local args="a\\x41 \"b\""' >"$T/odd/machines/$file"
"$SRC/compose/pxe-machine" -j -s "$T/odd" ls >"$T/odd.json"
check 'ls, as JSON: what looks like an escape is text' python3 -c 'import json, sys
assert json.load(open(sys.argv[1]))["args"] == "a\\x41 \"b\""' "$T/odd.json"
check 'the others are unchanged' wait_for 30 grep -q ' name=web2 addr=10.77.0.31 ' "$state/machines/$file"
check 'it is followed' wait_for 30 installs $file
check 'its address is reserved' wait_for 30 in_file rules '^host mac=52:54:00:00:00:01 addr=10.77.0.31 name=web2 tag=menu'
check 'with an allow-list' sh -c 'echo "deny host=unknown" >"$1/rules.d/list.rules"' - "$state"
check '... in force' wait_for 30 in_file rules '^deny host=unknown'
wait_for 30 logged 'rules read again'

# ---- once: the initrd was sent --------------------------------------------------------------
check 'it loads its image' loads m1 $one /b/debian-installer/amd64/linux
check 'under its address' wait_for 30 grep -q 'what=ack .* address=10.77.0.31 ' "$T/m1.boots"
check 'it asked again: offered again' loads m1 $one /b/debian-installer/amd64/linux
check 'the installation had not come to its end' wait_for 30 logged 'did not get to its end'
check 'after a while of silence it is installed' wait_for 60 state_of $file 'done'
check 'and its menu is the local disk' wait_for 30 is_local $file
check 'which it starts' local_disk m1 $one
check 'GRUB, too' sh -c '! grep -q "can_.*set default" "$1"' - "$state/www/grub/grub.cfg-01-$file"
check 'and PXELINUX' grep -qx 'DEFAULT local' "$state/www/pxelinux.cfg/01-$file"
check 'others get nothing here' sh -c '! ip netns exec m2 "$1" -i eth0 -k ipxe -t 3 -m 52:54:00:00:00:77' - "$BIN/pxeprobe/pxeprobe"
check 'it stays so after a restart' stop up
check_rc 0 '... and with everything written anew' "$up" -w -s "$state"
check '... in its menu' is_local $file
start up "$up" -s "$state"
check 'it is served' wait_for 120 logged '^pxe-up: ready'
check 'again' pxe_machine again $one
check '... is followed' wait_for 30 installs $file
check 'and it loads its image' loads m1 $one /b/debian-installer/amd64/linux

# ---- once: an address and a loader say nothing --------------------------------------------
check 'a machine' pxe_machine set $two image=a once settle=0
check '... that is followed' wait_for 30 installs 52-54-00-00-00-02
on m2 "$BIN/pxeprobe/pxeprobe" -i eth0 -k bios -m $two -g >/dev/null 2>&1
ip -n m2 addr add 10.77.0.8/24 dev eth0
check 'that dies after its kernel' on m2 curl -sf http://10.77.0.1/m/52-54-00-00-00-02.ipxe http://10.77.0.1/a/debian-installer/amd64/linux -o /dev/null -o /dev/null
ticks=$(grep -c '^sent' "$state/events")
check 'its requests were seen' sh -c 'test "$1" -ge 2' - "$ticks"
check 'is to be installed still' state_of 52-54-00-00-00-02 waiting
check 'and loads it' loads m2 $two /a/debian-installer/amd64/linux
check 'with settle=0 it is installed then' wait_for 60 state_of 52-54-00-00-00-02 'done'

# ---- answers, and the word of the installer -----------------------------------------------
cp -r "$SRC/compose/answers/debian" "$state/answers/web"
echo 'binary' | gzip >"$state/answers/web/overlay.gz"
check 'answers' pxe_machine set $one image=a answers=web once settle=
check_rc 2 'answers that there are not' pxe_machine set $one answers=none
answers=$state/www/answers/$file
check_not 'a machine that is done has none' test -e "$answers"
pxe_machine again $one
check 'they are filled in' wait_for 30 test -f "$answers/preseed.cfg"
check '... with its name' grep -qx 'd-i netcfg/get_hostname string web2' "$answers/preseed.cfg"
check '... and where to say that it is done' wait_for 30 grep -q "http://10.77.0.1/in/done-$file" "$answers/preseed.cfg"
check 'what is no text is the same' wait_for 30 cmp "$state/answers/web/overlay.gz" "$answers/overlay.gz"
check 'its kernel is told' wait_for 30 in_file "www/m/$file.ipxe" "a/debian-installer/amd64/linux .*auto=true priority=critical url=http://10.77.0.1/answers/$file/preseed.cfg"
check 'in GRUB as well' wait_for 30 in_file "www/grub/grub.cfg-01-$file" "auto=true priority=critical url=http://10.77.0.1/answers/$file/preseed.cfg"
check_not 'nobody else' grep -q auto=true "$state/www/boot.ipxe"
check_not 'there is no list of them' on m2 sh -c 'curl -sf http://10.77.0.1/answers/ | grep 52-54'
check 'it is to be installed' wait_for 30 installs $file
check 'it loads its image' loads m1 $one /a/debian-installer/amd64/linux
check 'its initrd alone says nothing now' state_of $file waiting
check 'its installer says that it is done' on m2 curl -sf -d 'done' "http://10.77.0.1/in/done-$file"
check '... which is heard' wait_for 30 state_of $file 'done'
check '... and its menu is the local disk' wait_for 30 is_local $file
check 'its answers are gone' wait_for 30 sh -c '! test -e "$1"' - "$answers"
check 'another word of it changes nothing' on m2 curl -sf -d 'done' "http://10.77.0.1/in/done-$file"
check '... and is taken' wait_for 60 sh -c '! ls "$1"/inbox/*done*' - "$state"
pxe_machine again $one
check 'by its address' wait_for 30 installs $file
check '... it loads its image' loads m1 $one /a/debian-installer/amd64/linux
ip -n m1 addr add 10.77.0.31/24 dev eth0
check '... and says that it is done' on m1 curl -sf -d 'done' http://10.77.0.1/in/done
check '... which is heard' wait_for 30 state_of $file 'done'
check 'the inbox is empty' wait_for 30 sh -c '! ls "$1"/inbox/*done*' - "$state"
pxe_machine again $one
check 'said while nobody listens' wait_for 30 installs $file
stop up
printf 'ok' >"$state/inbox/20261130T000000Z-10.77.0.31-done-$file"
start up "$up" -s "$state"
check 'it is served' wait_for 120 logged '^pxe-up: ready'
check '... it is heard at the next start' wait_for 30 state_of $file 'done'

# ---- what is broken, and gone -------------------------------------------------------------
cp "$state/machines/52-54-00-00-00-02" "$T/two.good"
echo 'image=a onec' >"$state/machines/52-54-00-00-00-02"
check 'a file with a fault is named, with its line' wait_for 30 logged 'machines/52-54-00-00-00-02:1: "onec": no word of a machine'
check 'and the machine is what it was' is_local 52-54-00-00-00-02
echo 'x' >"$state/machines/readme"
check 'and so is one that is no machine' wait_for 30 logged 'machines/readme:0: its name is no MAC address'
rm "$state/machines/readme"
cp "$T/two.good" "$state/machines/52-54-00-00-00-02"
check 'rm' pxe_machine rm $two
check '... takes its menus away' wait_for 30 sh -c '! ls "$1"/www/m/52-54-00-00-00-02.ipxe "$1"/www/pxelinux.cfg/01-52-54-00-00-00-02' - "$state"
stop up

# ---- disks elsewhere ------------------------------------------------------------------------
three=52:54:00:00:00:03
for bad in nbd:10.0.0.1 iscsi:10.0.0.5 'iscsi:10.0.0.5::x::t' 'http://a b' aoe:1 /srv/x '${next}'; do
	check_rc 2 "no disk: $bad" pxe_machine set $three "root=$bad"
	said '... is said' 'key "root": '
done
check 'a disk by iSCSI' pxe_machine set $three image=a always 'root=iscsi:10.0.0.5::::iqn.2026-11.lan:{mac-}'
check_rc 0 '... is in the menus' "$up" -w -s "$state"
menu=$state/www/m/52-54-00-00-00-03.ipxe
check 'the installer finds it' sh -c 'sed -n "/^imgfree/,/^kernel/p" "$1" | grep -qx "sanhook --drive 0x80 iscsi:10.0.0.5::::iqn.2026-11.lan:52-54-00-00-00-03 || goto failed"' - "$menu"
check 'and it is the disk to start from' sh -c 'sed -n "/^:local/,/^:disk/p" "$1" | grep -qx "sanboot iscsi:10.0.0.5::::iqn.2026-11.lan:52-54-00-00-00-03 || goto failed"' - "$menu"
if [ -e "$state/www/ipxe.efi" ] && [ -e "$state/www/ipxe.lkrn" ]; then
	check 'GRUB goes to iPXE for it' sh -c 'grep -q "chainloader .*/ipxe.efi" "$1" && grep -qx "set default=root" "$1"' - "$state/www/grub/grub.cfg-01-52-54-00-00-00-03"
	check 'PXELINUX too' grep -qx 'DEFAULT root' "$state/www/pxelinux.cfg/01-52-54-00-00-00-03"
else
	skip 'no iPXE here'
fi
check 'nobody else' sh -c '! grep -q sanhook "$1"' - "$state/www/m/$file.ipxe"
check 'once, too' pxe_machine set $three once
pxe_machine 'done' $three
check_rc 0 '... installed' "$up" -w -s "$state"
check 'it starts from there' grep -qx 'set pick local' "$menu"
check 'a directory by NFS' pxe_machine set $three root=nfs:/srv/root always addr=10.77.0.33
check_rc 0 '... is in the menus' "$up" -w -s "$state"
said '... and what to export is said' "exports has what this host's NFS server is to export"
check 'for that machine' grep -qxF "$(printf '/srv/root\t10.77.0.33(rw,no_root_squash,no_subtree_check)')" "$state/exports"
check 'its kernel is told' grep -q ' root=/dev/nfs nfsroot=10.77.0.1:/srv/root ip=dhcp rw' "$menu"
check 'rm' pxe_machine rm $three
check_rc 0 '... ends that' "$up" -w -s "$state"
check_not '... of the exports too' test -e "$state/exports"

# ---- many ---------------------------------------------------------------------------------
awk -v dir="$state/machines" 'BEGIN { for (i = 0; i < 500; i++) { f = sprintf("%s/52-54-00-01-%02x-%02x", dir, int(i / 256), i % 256); print "image=b once" > f; close(f) } }'
check_rc 0 '500 machines' "$up" -w -s "$state"
check '... with 500 menus' test "$(find "$state/www/m" -name '52-54-00-01-*.ipxe' | wc -l)" = 500
check '... and host lines' test "$(grep -c '^host mac=52:54:00:01' "$state/rules")" = 500
finish
