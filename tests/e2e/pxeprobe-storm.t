#!/bin/sh
# pxeprobe -n: many machines at once, each with an address and a MAC of its own.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
ip addr add 10.78.0.1/16 dev br0
host c
tree
head -c 20000 "$T/tftp/linux" >"$T/tftp/small.0"
dns --dhcp-range=10.78.1.0,10.78.4.255 --dhcp-lease-max=2000 --tftp-max=500 --dhcp-boot=small.0

probe -n 300 -c 100 -k bios -t 20
rc=$?
check 'all of them boot' test $rc -eq 0
check 'and say so' said '^verdict persona=bios boots=yes text="300 of 300 machines'
check 'times of each step' said '^step persona=bios n=1 what=offer count=300 p50=[0-9]+ p90=[0-9]+ p99=[0-9]+ max='
check 'of the file too' said 'what=bootfile count=300'
# A RELEASE is not acknowledged: a server whose queue is full loses some.
few_left() { [ "$(wc -l <"$T/leases")" -le 6 ]; }
check 'they gave their addresses back' wait_for 5 few_left

dns --dhcp-range=10.78.1.0,10.78.4.255 --dhcp-boot=nothere.0
probe -n 20 -c 5 -k efi-x64
rc=$?
check 'none of them boots' test $rc -eq 1
check 'the fault, counted' said '^fault name=bootfile-not-found .*20 of 20 machines'
check_rc 2 'a storm needs a persona that boots by TFTP' on c "$PXEPROBE" -i eth0 -n 2 -k http-x64
finish
