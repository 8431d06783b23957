#!/bin/sh
# 10,000 machines, 500 at a time, from one process, served by our three
# daemons; and 2,000 at once within 128 MiB resident.
SRC=$(cd "$(dirname "$0")/../.." && pwd)
export SRC
# The neighbour table is the whole machine's: 1,024 entries by default.
if [ -z "${IN_NETNS:-}" ]; then
	neigh=/proc/sys/net/ipv4/neigh/default
	old2=$(cat $neigh/gc_thresh2) old3=$(cat $neigh/gc_thresh3)
	# Only enlarged, so that nothing else suffers, and restored afterwards.
	if [ "$old3" -lt 32768 ] && echo 32768 >$neigh/gc_thresh3 && echo 16384 >$neigh/gc_thresh2; then
		trap 'echo $old2 >$neigh/gc_thresh2; echo $old3 >$neigh/gc_thresh3' EXIT
	fi
	[ "$(cat $neigh/gc_thresh3)" -ge 8192 ] || {
		echo "skip - pxeprobe-storm.t: needs root, for a neighbour table of thousands"
		exit 0
	}
fi
. "$SRC/tests/lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
ip addr add 10.78.0.1/16 dev br0
host c
tree
truncate -s 100000 "$T/tftp/linux"
truncate -s 50000 "$T/tftp/initrd.gz"
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/http.ipxe"
start dhcp "$BIN/dhcpd-pxe/dhcpd-pxe" -i br0 -l "$T/leases" -u root -e 'subnet 10.78.0.0/16 range=10.78.1.0-10.78.80.255' \
	-e 'boot client=ipxe file=http://{server}/http.ipxe' -e 'boot arch=bios file=pxelinux.0'
start tftp "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
start web "$BIN/httpd-boot/httpd-boot" -c 4000 "$T/tftp"
ready dhcp ready

# storm NAME N C PERSONA
storm() {
	timeout 1500 ip netns exec c python3 -c 'import resource, subprocess, sys
rc = subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], "w")).returncode
print("resident KiB:", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(rc)' "$T/report" "$PXEPROBE" -i eth0 -n "$2" -c "$3" -k "$4" >"$T/memory" 2>"$T/errors"
	rc=$?
	sed 's/^/# /' "$T/memory" "$T/report" "$T/errors"
	check "$1: exit 0" test $rc -eq 0
	check "$1: all boot" reported "^verdict .*text=\"$2 of $2 machines booted"
	check "$1: each its kernel" reported "what=kernel file=linux count=$2 .*bytes=$(($2 * 100000)) "
	check "$1: within 128 MiB" test "$(sed -n 's/^resident KiB: //p' "$T/memory")" -lt 131072
}
storm '10,000 machines, 500 at once, TFTP' 10000 500 bios
storm '2,000 at once, TFTP' 2000 2000 bios
storm '2,000 at once, HTTP' 2000 2000 ipxe
finish
