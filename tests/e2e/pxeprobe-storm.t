#!/bin/sh
# pxeprobe -n: many machines at once, each with an address and a MAC of its own,
# each to the last byte of its kernel and initrd.
# alone: the kernel has one table of 1,024 neighbours for all namespaces, and drops
# the ARP requests of everybody else while hundreds of machines fill it
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
ip addr add 10.78.0.1/16 dev br0
host c
tree
# Small ones: a storm is about how many, not how much.
truncate -s 20000 "$T/tftp/linux"
truncate -s 9000 "$T/tftp/initrd.gz"
cp "$T/tftp/ipxe.efi" "$T/tftp/small.efi"
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/http.ipxe"
start web hold tcp:10.78.0.1:80 -- "$BIN/httpd-boot/httpd-boot" "$T/tftp"
storm_dns() {
	dns --dhcp-range=10.78.1.0,10.78.4.255 --dhcp-lease-max=2000 --tftp-max=500 --dhcp-match=set:bios,93,0 \
		--dhcp-match=set:efi,93,7 --dhcp-match=set:http,93,16 --dhcp-userclass=set:ipxe,iPXE \
		--dhcp-option-force=tag:http,60,HTTPClient "$@"
}
few_left() { [ "$(wc -l <"$T/leases")" -le 20 ]; }
# storm NAME PERSONA N: all of them boot
storm() {
	storm_name=$1 storm_persona=$2 storm_n=$3
	shift 3
	probe -n "$storm_n" -c 40 -k "$storm_persona" "$@"
	rc=$?
	if [ $rc -eq 0 ] && reported "^verdict persona=$storm_persona boots=yes text=\"$storm_n of $storm_n machines booted in "; then
		ok "$storm_name: all boot"
	else
		show
		not_ok "$storm_name: all boot (exit $rc)"
	fi
	check "$storm_name: kernel and initrd of each" \
		reported "what=kernel file=linux count=$storm_n .*bytes=$((storm_n * 20000)) .*rate=[0-9]+"
	check "$storm_name: the initrd too" reported "what=initrd file=initrd.gz count=$storm_n .*bytes=$((storm_n * 9000)) "
}

storm_dns --dhcp-boot=tag:ipxe,http://10.78.0.1/http.ipxe --dhcp-boot=tag:http,tag:!ipxe,http://10.78.0.1/small.efi \
	--dhcp-boot=tag:bios,tag:!ipxe,pxelinux.0
storm 'BIOS, PXELINUX, TFTP' bios 150
check 'what one machine loads is said' reported '^step persona=bios n=1 what=plan files=5 .*names="pxelinux.0, ldlinux.c32, default, linux, initrd.gz"'
check 'times of each step' reported '^step .*what=offer count=150 p50=[0-9.]+ p90=[0-9.]+ p99=[0-9.]+ max='
check 'a histogram of the whole' reported '^histogram persona=bios of=whole ms=[0-9]+ count='
check 'whose bars are all machines' test "$(sed -n 's/^histogram .*count=//p' "$T/report" | awk '{ n += $1 } END { print n }')" -eq 150
searched() { [ "$(grep -o 'pxelinux.cfg/01-02-50-58-[0-9a-f-]*' "$T/dns.log" | sort -u | wc -l)" -ge 150 ]; }
check 'each looks for a menu of its own' searched
# A RELEASE is not acknowledged: a server whose queue is full loses some.
check 'they gave their addresses back' wait_for 5 few_left
storm 'iPXE, HTTP' ipxe 80

truncate -s 30000 "$T/tftp/undionly.kpxe"
storm_dns --dhcp-boot=tag:ipxe,boot.ipxe --dhcp-boot=tag:bios,tag:!ipxe,undionly.kpxe
storm 'BIOS, then iPXE' bios 30
# The first part over TFTP, the rest over HTTP, for which the machines have a stack.
truncate -s 30000 "$T/tftp/undionly.kpxe"
storm_dns --dhcp-boot=tag:ipxe,http://10.78.0.1/http.ipxe --dhcp-boot=tag:bios,tag:!ipxe,undionly.kpxe
storm 'BIOS, TFTP, then iPXE, HTTP' bios 30
probe -n 60 -c 40 -k bios -j
check 'JSON: the second round' python3 -c 'import json, sys
rows = [json.loads(l) for l in open(sys.argv[1])]
assert any(r["record"] == "step" and r["what"] == "ack" and r.get("client") == "ipxe" and r["count"] == 60 and r["p99"] > 0 for r in rows)
assert rows[-1]["boots"] == "yes"' "$T/report"
check 'their addresses too came back' wait_for 5 few_left

# Addresses from one server; the boot file from a proxy, by way of port 4011.
stop dns
host a 10.78.0.2/16
: >"$T/leases"
start lease ip netns exec a dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" \
	--dhcp-lease-max=2000 --dhcp-range=10.78.1.0,10.78.4.255
ready lease 'DHCP, IP range'
start proxy dnsmasq -d -p 0 --conf-file=/dev/null -u root --enable-tftp --tftp-root="$T/tftp" --tftp-max=500 \
	--dhcp-range=10.78.0.0,proxy,255.255.0.0 --pxe-service=x86-64_EFI,Boot,shimx64.efi --log-dhcp
ready proxy 'TFTP root'
storm 'UEFI beside a proxy, shim and GRUB' efi-x64 20
check 'each was answered on port 4011' reported '^step .*what=reply count=20 '
stop proxy
stop lease

# A network that boots nobody is found out by one machine.
storm_dns --dhcp-boot=nothere.0
probe -n 20 -c 5 -k efi-x64
rc=$?
check 'none of them boots' test $rc -eq 1
check 'the fault' reported '^fault name=bootfile-not-found severity=error persona=efi-x64'
check 'only one machine asked' test "$(grep -c 'DHCPDISCOVER' "$T/dns.log")" -eq 1

# One that refuses every second machine five times, as one with too few addresses does.
stop dns
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --enable-tftp --tftp-root="$T/tftp"
ready dns 'TFTP root'
refuses() {
	stop form
	start form python3 "$SRC/tests/e2e/pxeprobe-forms.py" br0 10.77.0.1 refuses-some pxelinux.0
	ready form '^ready'
}
refuses
probe -n 12 -c 12 -k bios -t 5
rc=$?
check 'some boot, some do not: exit 1' test $rc -eq 1
check 'failures are counted by fault' reported '^fault name=nak severity=error .* 6 of 12 machines'
check 'the others booted' reported '^verdict persona=bios boots=no text="6 of 12 machines booted'

refuses
probe -n 12 -c 12 -k bios -t 5 -R 100 -d -
rc=$?
check 'those that start over boot in the end: exit 0' test $rc -eq 0
check 'all of them' reported '^verdict persona=bios boots=yes text="12 of 12 machines booted'
check 'and what held them up is counted' reported '^step .*what=restart fault=nak count=6'
check 'the picture has the steps in words' reported '^ +offer: [0-9]+ times, half within +[0-9.]+ m?s, 90 % +[0-9.]+'
check 'and the times as bars' reported '^ +whole, within [0-9.]+ m?s: #+ [0-9]+$'
stop form
says 2 '-R without -n' '^pxeprobe: .*-R goes with -n' "$PXEPROBE" -R 3

# One address for all, one after the other: each machine asks for the server's MAC
# address itself, or the server would go on sending to the machine before.
stop dns
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" --enable-tftp \
	--tftp-root="$T/tftp" --dhcp-range=10.78.1.77,10.78.1.77 --dhcp-boot=pxelinux.0 --dhcp-boot=tag:ipxe,http://10.78.0.1/http.ipxe \
	--dhcp-userclass=set:ipxe,iPXE
ready dns 'TFTP root'
for persona in bios ipxe; do
	probe -n 3 -c 1 -k $persona -m 02:50:58:00:01:10 -R 9
	check "$persona: an address that goes from one to the other" test $? -eq 0
	ip neigh show 10.78.1.77 >"$T/neighbour"
	check "$persona: the server knows who has it now" grep -q '02:50:58:00:01:12' "$T/neighbour"
done

# Stopped on the way: everybody gives the address back.
storm_dns --dhcp-boot=pxelinux.0
start stopped ip netns exec c "$PXEPROBE" -i eth0 -n 5000 -c 30 -k bios
under_way() { [ "$(grep -c 'DHCPACK' "$T/dns.log")" -ge 40 ]; }
wait_for 30 under_way
stop stopped
rc=$?
check 'stopped by a signal: exit 1' test $rc -eq 1
check 'and says so' grep -q '^verdict .*text="stopped by a signal: [0-9]* of ' "$T/stopped.log"
check 'the addresses are free' wait_for 5 few_left
stop web
finish
