#!/bin/sh
# pxeprobe -w and -r: other machines' boots, live and from captures.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
need tshark dumpcap
lan
host c
tree
dns --dhcp-match=set:bios,93,0 --dhcp-match=set:efi,93,7 --dhcp-boot=tag:bios,pxelinux.0 --dhcp-boot=tag:efi,nothere.efi

start watch "$PXEPROBE" -w -i br0
ready watch 'watching interface'
# dumpcap names its file once it captures; tshark says "Capturing on" before
# that, and loads its dissectors first.
record() {
	record_name=$1
	shift
	start "$record_name" dumpcap -q -f udp "$@"
	ready "$record_name" '^File: '
}
record ng -i br0 -w "$T/ng.pcapng"
record cooked -i any -P -w "$T/cooked.pcap"
probe -k bios
probe -k efi-x64
written() { tshark -r "$1" -Y 'tftp.opcode == 5 && tftp.error.code == 1' 2>/dev/null | grep -q nothere; }
wait_for 5 written "$T/ng.pcapng"
wait_for 5 written "$T/cooked.pcap"
stop ng
stop cooked
stop watch
cp "$T/watch.log" "$T/report"
check 'live: the machine, its persona' reported '^step persona=bios n=1 what=discover .*machine=02:50:58:'
check 'live: each file it gets' reported '^step persona=bios .*what=file from=10.77.0.1 .*file=linux bytes=700000'
check 'live: the verdict of one that boots' reported '^verdict persona=bios boots=yes'
check 'live: the fault of one that does not' reported '^fault name=bootfile-not-found severity=error persona=efi-x64'
check 'live: its verdict' reported '^verdict persona=efi-x64 boots=no'

for f in ng.pcapng cooked.pcap; do
	"$PXEPROBE" -r "$T/$f" >"$T/report" 2>"$T/errors"
	rc=$?
	check "$f: exit 1, one machine stalled" test $rc -eq 1
	check "$f: one boots" reported '^verdict persona=bios boots=yes'
	check "$f: one does not" reported '^fault name=bootfile-not-found .*persona=efi-x64'
done
"$PXEPROBE" -j -r "$T/ng.pcapng" >"$T/report"
check 'JSON, a line each' python3 -c 'import json,sys
for l in open(sys.argv[1]): json.loads(l)["record"]' "$T/report"

# A server that sends a window at once: the bridge sees it as one packet.
stop dns
dns --dhcp-match=set:efi,93,7 --dhcp-boot=tag:efi,shimx64.efi,,10.77.0.2
host s 10.77.0.2/24
start tftpd ip netns exec s "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
ready tftpd 'ready'
record train -i br0 -w "$T/train.pcap"
probe -k efi-x64
check 'a window at once: boots' reported '^verdict persona=efi-x64 boots=yes'
wait_for 5 sh -c "tshark -r '$T/train.pcap' -Y 'dhcp.option.dhcp == 7' 2>/dev/null | grep -q Release"
stop train
check 'the capture has packets of several blocks' sh -c "tshark -r '$T/train.pcap' -Y 'udp.length > 4000' 2>/dev/null | grep -q ."
"$PXEPROBE" -r "$T/train.pcap" >"$T/report" 2>"$T/errors"
rc=$?
check 'a capture of it: exit 0' test $rc -eq 0
check 'a capture of it: whole files' reported "^step .*what=file .*bytes=$(stat -c %s "$T/tftp/shimx64.efi")"

# A server that falls silent, and a capture cut in half.
head -c 3000 "$T/ng.pcapng" >"$T/cut.pcapng"
says 2 'a capture cut off is said to be' 'cut.pcapng: ' "$PXEPROBE" -r "$T/cut.pcapng"
check 'and what came before was read' grep -q '^step ' "$T/said"
check_rc 2 'not a capture' "$PXEPROBE" -r "$T/tftp/linux"
check_rc 2 'no such file' "$PXEPROBE" -r "$T/nothere"
finish
