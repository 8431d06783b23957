#!/bin/sh
# pxeprobe on a terminal: the foot of -w, the progress of a storm, the table; on a
# screen of 80 columns that is made narrower, with names that are too long, and ^C.
# shellcheck disable=SC2154 # start sets pid_NAME
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree
# 2 MB a second: there must be time to look.
tc qdisc add dev vc root tbf rate 16mbit burst 60kb latency 400ms
truncate -s 5M "$T/tftp/initrd.gz"
long=a-directory-whose-name-is-longer-than-what-a-terminal-of-eighty-columns-shows-on-one-line
mkdir "$T/tftp/$long" && cp "$T/tftp/linux" "$T/tftp/initrd.gz" "$T/tftp/$long"
printf 'default l\nlabel l\n kernel %s/linux\n append initrd=%s/initrd.gz\n' $long $long >"$T/tftp/pxelinux.cfg/default"
chmod -R a+rX "$T/tftp"
dns --dhcp-boot=pxelinux.0
screen() { python3 "$SRC/tests/e2e/pxeprobe-screen.py" "$@"; }
within() { ! grep -q ".\{$1\}" "$T/$2"; }
lines() { test "$(grep -c -E -e "$2" "$T/$1")" -eq "$3"; }
mac='02:50:58:[0-9a-f:]{8}'
other=02:00:00:00:00:01

start watch python3 "$SRC/tests/e2e/pxeprobe-screen.py" 24x80 wait=watching "dump=$T/begun" 'wait=gets \.\.\..*/initrd.gz' "dump=$T/wide" size=24x60 \
	'wait=^02:50:58:.{50}$' "dump=$T/narrow" size=24x80 'wait=got .*/initrd.gz' key=C-c end "dump=$T/end" -- "$PXEPROBE" -w -i br0
wait_for 10 test -e "$T/begun"
start other ip netns exec c "$PXEPROBE" -i eth0 -k efi-x64 -m $other -t 3
probe -k bios
wait "$pid_watch"
rc=$?
check 'the foot of -w: a line for each machine' lines wide "^$mac bios .* gets \.\.\..*/initrd.gz$" 1
check 'within 80 columns, and the end of the name is seen' within 80 wide
check 'a narrower screen: drawn anew' lines narrow "^$mac bios " 1
check 'within 60 columns' within 60 narrow
check '^C: exit 1, one machine did not boot' test $rc -eq 1
check 'the foot is gone' lines end "^$mac bios " 0
check 'verdicts in its place' lines end "^$mac  bios  .* boots " 1
check 'the fault of the other' lines end "^ +!! +error: wrong-machine: " 1
check 'and what it all came to' grep -q '^1 of 2 attempts to boot went well$' "$T/end"

rm "$T/begun"
start watch python3 "$SRC/tests/e2e/pxeprobe-screen.py" 24x80 wait=watching "dump=$T/begun" 'wait=gets .*/initrd.gz' key=C-c end "dump=$T/end" -- "$PXEPROBE" -w -i br0
wait_for 10 test -e "$T/begun"
start going ip netns exec c "$PXEPROBE" -i eth0 -k bios
wait "$pid_watch"
rc=$?
check '^C in the middle of a file: no fault' test $rc -eq 0
check 'but said' grep -q '^0 of 0 attempts to boot went well; 1 more under way$' "$T/end"
stop going

printf 'default l\nlabel l\n kernel linux\n append initrd=initrd.gz\n' >"$T/new" && mv "$T/new" "$T/tftp/pxelinux.cfg/default"
truncate -s 500k "$T/tftp/initrd.gz"
screen 30x80 'wait=[1-9] of 12 machines booted, ' "dump=$T/progress" \
	size=30x50 'wait=^(?=.{49}$)[0-9]+ of 12 machines' "dump=$T/slim" size=30x80 end "dump=$T/end" -- ip netns exec c "$PXEPROBE" -i eth0 -k bios -n 12 -c 4 >"$T/out"
rc=$?
check 'a storm: exit 0' test $rc -eq 0
check 'progress is one line' lines progress ' of 12 machines booted, ' 1
check 'within 80 columns' within 80 progress
check 'a narrower screen: one line still' lines slim ' of 12 machines booted, ' 1
check 'within 50 columns' within 50 slim
check 'and gone in the end' lines end 'at it;' 0
check 'a table of the times' lines end '^ +[0-9]+  initrd +12 .*(ms|s) .*/s' 1

screen 40x80 end "dump=$T/table" -- ip netns exec c "$PXEPROBE" -i eth0 -k bios
check 'a walk: each step a line' lines table '^ +[0-9]+  (config|kernel|initrd) ' 13
check 'and the verdict' lines table '^   =>  boots: kernel and 1 initrd file arrive whole' 1
dns --dhcp-boot="$(printf 'a\033[2Jb\302\233c')"
screen 24x120 end "dump=$T/table" -- ip netns exec c "$PXEPROBE" -i eth0 -k bios -t 2
check 'a name does not steer the terminal' grep -q 'file a?\[2Jb??c' "$T/table"
finish
