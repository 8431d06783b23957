#!/bin/sh
# Networks that boot real machines: pxeprobe follows each to the last byte and
# finds no fault (dnsmasq as DHCP, proxy and TFTP server; real boot loaders).
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree

dns --dhcp-match=set:bios,93,0 --dhcp-match=set:efi,93,7 --dhcp-userclass=set:ipxe,iPXE \
	--dhcp-boot=tag:ipxe,boot.ipxe --dhcp-boot=tag:efi,tag:!ipxe,shimx64.efi --dhcp-boot=tag:bios,tag:!ipxe,pxelinux.0
boots 'BIOS, PXELINUX, kernel and initrd over TFTP' -k bios
check 'pxelinux.cfg was searched as PXELINUX does' \
	reported 'what=config .*pxelinux.cfg/01-02-50-58-.* error="not found"'
check 'the kernel was read to its end' reported 'what=kernel .*/linux bytes=700000 '
check 'and the initrd of the command line' reported 'what=initrd .*/initrd.gz bytes=300003 '
check 'the size was asked for first, with an error 8 or 0 at its end' grep -q 'TFTP Aborted' "$T/dns.log"
boots 'UEFI, shim, GRUB, the entry that is the default' -k efi-x64
check 'GRUB, signed, from shim' reported 'what=program loader=GRUB arch=efi-x64 signed=yes'
check 'its kernel' reported 'what=kernel .*/linux bytes=700000 '
boots 'iPXE in the card, a script' -k ipxe
check 'every address was given back' test ! -s "$T/leases"

dns --dhcp-match=set:bios,93,0 --dhcp-match=set:efi,93,7 --dhcp-userclass=set:ipxe,iPXE \
	--dhcp-boot=tag:ipxe,boot.ipxe --dhcp-boot=tag:efi,tag:!ipxe,ipxe.efi --dhcp-boot=tag:bios,tag:!ipxe,undionly.kpxe
boots 'BIOS, undionly.kpxe, a second DHCP round, a script' -k bios
check 'the second round says iPXE' reported 'what=discover .*user-class=iPXE'
boots 'UEFI, ipxe.efi, a second DHCP round, a script' -k efi-x64
check 'unsigned: said, but a warning' reported '^fault name=not-signed severity=warning persona=efi-x64'

# UEFI HTTP Boot, by the literal address of a web server, then iPXE and a script over HTTP.
start web hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" "$T/tftp"
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/http.ipxe"
dns --dhcp-match=set:http,93,16 --dhcp-userclass=set:ipxe,iPXE --dhcp-option-force=tag:http,60,HTTPClient \
	--dhcp-boot=tag:ipxe,http://10.77.0.1/http.ipxe --dhcp-boot=tag:http,tag:!ipxe,http://10.77.0.1/ipxe.efi
boots 'UEFI HTTP Boot, ipxe.efi, a script and a kernel over HTTP' -k http-x64
check 'the kernel came over HTTP' reported 'what=kernel .*file=http://10.77.0.1/linux bytes=700000 .*how="HTTP/1.1 200"'
stop web

# Addresses from one server, the boot file from a proxy beside it.
host a 10.77.0.2/24
stop dns
start lease ip netns exec a dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping \
	--dhcp-leasefile="$T/leases2" --dhcp-range=10.77.0.100,10.77.0.120
ready lease 'DHCP, IP range'
start proxy dnsmasq -d -p 0 --conf-file=/dev/null -u root --enable-tftp --tftp-root="$T/tftp" \
	--dhcp-range=10.77.0.0,proxy --pxe-service=x86PC,Boot,pxelinux.0 --pxe-service=x86-64_EFI,Boot,shimx64.efi
ready proxy 'TFTP root'
boots 'BIOS beside a proxy' -k bios
boots 'UEFI beside a proxy, by way of port 4011' -k efi-x64
check 'which answered there' reported 'what=reply from=10.77.0.1 .*port=4011 .*file=shimx64.efi'
stop proxy
stop lease
# The program is the last thing that is fetched; its server sees the transfer end.
stop dns
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" \
	--dhcp-range=10.77.0.50,10.77.0.99 --dhcp-boot=ipxe.efi,,10.77.0.1
ready dns 'DHCP, IP range'
start tftpd "$BIN/tftpd-lite/tftpd-lite" -t 2 "$T/tftp"
ready tftpd 'ready'
probe -k efi-x64
ended() { grep 'read "ipxe.efi"' "$T/tftpd.log" | grep -qE ' (done|timed-out|failed) '; }
check 'the server is told that the last block arrived' wait_for 20 ended
check "... and counts a whole transfer" grep -q 'read "ipxe.efi" done' "$T/tftpd.log"
finish
