#!/bin/sh
# pxeprobe -o: a run as a capture that other programs read, with comments at the frames
# where a fault was seen; of one machine, of a storm, of a watch; on a full disk.
# shellcheck disable=SC2154 # start sets pid_NAME
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
need tcpdump
lan
host c
tree
dns --dhcp-boot=pxelinux.0
# The frames of $T/$1 with their comments: "N COMMENT".
comments() { python3 "$SRC/tests/e2e/pxeprobe-comments.py" "$T/$1" >"$T/comments"; }

probe -k bios -o "$T/good.pcapng"
check 'a machine that boots: exit 0' test $rc -eq 0
comments good.pcapng
check 'its DISCOVER is in the capture' sh -c "tcpdump -n -r '$T/good.pcapng' 'udp and src port 68' 2>/dev/null | grep -q ."
check 'no fault, no comment' test ! -s "$T/comments"
check 'read again it boots' sh -c "'$PXEPROBE' -r '$T/good.pcapng' | grep -q 'boots=yes'"
check 'every block of the initrd is in it' test "$(tcpdump -n -r "$T/good.pcapng" 'udp src port not 67 and src host 10.77.0.1 and greater 500' 2>/dev/null | wc -l)" -ge 600

mv "$T/tftp/initrd.gz" "$T/initrd.gz"
fault initrd-missing -k bios -o "$T/bad.pcapng"
comments bad.pcapng
check 'one comment' test "$(wc -l <"$T/comments")" -eq 1
check 'it names machine, fault and file' grep -q '^[0-9]* bios: error: initrd-missing: .*initrd\.gz' "$T/comments"
n=$(cut -d ' ' -f 1 "$T/comments")
check "it stands at the server's error" sh -c "tcpdump -n -r '$T/bad.pcapng' 2>/dev/null | sed -n '${n}p' | grep -q '10\.77\.0\.1\.'"
last=$(tcpdump -n -r "$T/bad.pcapng" 2>/dev/null | awk '/10\.77\.0\.1\.[0-9]+ > / { n = NR } END { print n }')
check 'and no answer comes after it but to the RELEASE' test "$last" -le $((n + 2))

probe -k bios -n 3 -c 3 -o "$T/storm.pcapng"
comments storm.pcapng
check 'a storm: the machine that is tried first is in it' grep -q 'error: initrd-missing' "$T/comments"
mv "$T/initrd.gz" "$T/tftp/"
probe -k bios -n 3 -c 3 -o "$T/storm.pcapng"
check 'a storm that boots: exit 0' test $rc -eq 0
check 'three machines asked' test "$(tcpdump -n -e -r "$T/storm.pcapng" 'udp and src port 68' 2>/dev/null | awk '{ print $2 }' | sort -u | wc -l)" -eq 3

start watch ip netns exec c "$PXEPROBE" -w -i eth0 -o "$T/watch.pcapng"
ready watch 'watching interface'
probe -k bios
kill -INT "$pid_watch"
wait "$pid_watch"
check 'a watch: exit 0' test $? -eq 0
check 'what the machine sent is in it' sh -c "tcpdump -n -r '$T/watch.pcapng' 'udp and dst port 69' 2>/dev/null | grep -q pxelinux.0"

says 3 'a full disk is said' 'capture could not be written: No space left' ip netns exec c "$PXEPROBE" -i eth0 -k bios -o /dev/full
says 3 'a directory that is not there as well' 'no-such-dir/x: No such file' ip netns exec c "$PXEPROBE" -i eth0 -k bios -o "$T/no-such-dir/x"
says 2 'not with -r' 'one of them' "$PXEPROBE" -r "$T/good.pcapng" -o "$T/x.pcapng"
finish
