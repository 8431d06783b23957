#!/bin/sh
# pxeprobe -D: captures, saved reports and machines that are played, side by side.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree
dns --dhcp-boot=pxelinux.0
# compare RC ARGS...: -D exits so; its lines in $T/report
compare() {
	compare_rc=$1
	shift
	timeout 300 ip netns exec c "$PXEPROBE" "$@" >"$T/report" 2>"$T/errors"
	rc=$?
	[ $rc -eq "$compare_rc" ] || {
		show
		not_ok "exit $compare_rc (it was $rc)"
	}
}
differences() { grep -c '^difference ' "$T/report"; }
a=02:00:00:00:00:0a b=02:00:00:00:00:0b

compare 0 -D $a $b -i eth0 -k bios
check 'two machines that get the same: no difference' reported '^summary differences=0 '
printf 'default l\nlabel l\n kernel linux\n append initrd=other.gz quiet\n' >"$T/tftp/pxelinux.cfg/01-02-00-00-00-00-0b"
compare 1 -D $a $b -i eth0 -k bios
check 'a menu of its own' reported '^difference of=config key=error a="not found"$'
check 'and what comes of it' reported '^difference of=initrd-missing only=b '
check 'which one boots' reported '^difference of=verdict key=boots a=yes b=no$'

probe -k bios -m $a -o "$T/yesterday.pcapng"
cp "$T/report" "$T/yesterday"
compare 0 -D "$T/yesterday" $a -i eth0 -k bios
check 'a report of yesterday and the machine now' reported '^summary differences=0 '
rm "$T/tftp/pxelinux.cfg/01-02-00-00-00-00-0b"
dns --dhcp-boot=pxelinux.0 --dhcp-option=option:router,10.77.0.7
compare 1 -D "$T/yesterday" $a -i eth0 -k bios
check 'another router' reported '^difference of=ack key=router a=10.77.0.1 b=10.77.0.7$'
check 'is all there is' test "$(differences)" -le 2
rm "$T/tftp/initrd.gz"
probe -k bios -m $b -o "$T/today.pcapng"
compare 1 -D "$T/yesterday.pcapng" "$T/today.pcapng"
check 'two captures: what one lacks' reported '^difference of=initrd-missing only=b '
gzip -k "$T/yesterday.pcapng"
compare 0 -D "$T/yesterday.pcapng" "$T/yesterday.pcapng.gz"
check 'the same capture, compressed: no difference' reported '^summary differences=0 '
compare 1 -j -D "$T/yesterday.pcapng" "$T/today.pcapng"
check 'as JSON' reported '^{"record":"difference","of":'
need script
script -qec "stty cols 80; '$PXEPROBE' -D '$T/yesterday.pcapng' '$T/today.pcapng'" /dev/null </dev/null >"$T/report"
check 'on a terminal: two columns' grep -q '^verdict boots  *yes  *| no' "$T/report"
check 'within 80 columns' sh -c "! tr -d '\r' <'$T/report' | grep -v 'differences' | grep -q '.\{81\}'"

says 2 'one run is not enough' 'two runs are compared' "$PXEPROBE" -D "$T/yesterday"
says 2 'a file that is not there' 'neither a machine.s MAC address nor a file' "$PXEPROBE" -D "$T/yesterday" "$T/none"
says 2 'a file that is no report' 'tree: line 1 is no facts line' sh -c "printf 'a=\"b\n' >'$T/tree'; '$PXEPROBE' -D '$T/yesterday' '$T/tree'"
says 2 'an empty file' 'no step of a boot' sh -c ": >'$T/empty'; '$PXEPROBE' -D '$T/empty' '$T/yesterday'"
says 2 'not with -n' 'do not go with it' "$PXEPROBE" -D "$T/yesterday" "$T/yesterday" -n 3
finish
