#!/bin/sh
# Machines that do not boot, as their owners have reported it in public, each rebuilt from
# real servers: the right cause, in words that help.
# shellcheck disable=SC2016,SC2119,SC2154 # settings of iPXE; hpa needs no arguments; user is of lib.sh
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need dhcpd kea-dhcp4 in.tftpd nginx nft
lan
host c
host a 10.77.0.2/24
tree
put() { mkdir -p "$(dirname "$T/tftp/$1")" && cat >"$T/new" && chmod a+r "$T/new" && mv "$T/new" "$T/tftp/$1" && chmod -R a+rX "$T/tftp"; }
fixed() { check "$1" reported "$2"; }
hpa

# netboot.xyz#1198, forum.mikrotik.com 180556: an old BIOS ROM takes option 67's end for a part of the name.
kea '"next-server": "10.77.0.1", "option-data": [ { "name": "boot-file-name", "data": "pxelinux.0" } ]'
warning file67-unterminated -k bios
fixed 'some ROMs read one byte on' 'boots=yes'

# openwrt/packages#14660, nethsecurity#1810: a router with options 66 and 67; it names itself as the next server.
stop kea
stop hpa
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/l" --dhcp-range=10.77.0.50,10.77.0.99 \
	--dhcp-option=66,10.77.0.2 --dhcp-option=67,pxelinux.0
ready dns 'DHCP, IP range'
for persona in bios efi-x64 ipxe; do
	fault tftp-no-answer -k $persona -t 2
	# a ROM does not ask for it
	[ $persona = bios ] || fixed 'option 66 names another server, which does not count' 'name=tftp-no-answer .*option 66 says 10.77.0.2'
done
stop dns
hpa

# linuxserver/docker-netbootxyz#36, #8: of several matches the last one is left, 9; UEFI says 7.
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/l" --dhcp-range=10.77.0.50,10.77.0.99 \
	--dhcp-match=set:efi64-2,60,PXEClient:Arch:00009 --dhcp-boot=tag:efi64-2,ipxe.efi,,10.77.0.1
ready dns 'DHCP, IP range'
fault no-boot-info -k efi-x64 -t 1
fixed 'which architecture it is that was asked for' 'no-boot-info .*Arch:00007'
fault no-boot-info -k bios -t 1
stop dns

# bitpixie#34: Windows' loader, which is not there.
isc 'next-server 10.77.0.1; filename "bootmgfw.efi";'
fault bootfile-not-found -k efi-x64
# wdsmgfw of a guide for Windows, on a TFTP server that takes "\" for a letter.
put boot/x64/wdsmgfw.efi <"$T/tftp/ipxe.efi"
isc 'next-server 10.77.0.1; filename "boot\\x64\\wdsmgfw.efi";'
fault bootfile-not-found -k efi-x64
fixed 'it is the backslash' 'bootfile-not-found .*[\\]'
isc 'next-server 10.77.0.1; filename "Boot/X64/wdsmgfw.efi";'
fault bootfile-not-found -k efi-x64

# ventoy/PXE#137: a second DHCP server, where the loader is not; the quicker one wins.
isc 'next-server 10.77.0.1; filename "pxelinux.0";'
start other ip netns exec a dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/l" \
	--dhcp-range=10.77.0.150,10.77.0.160 --dhcp-boot=iventoy_loader_16000
ready other 'DHCP, IP range'
warning servers-disagree -k bios -t 2
stop other

# beta-tester/RPi-PXE-Server#6: syslinux.efi in a directory, its menu at the root.
if [ -e /usr/lib/SYSLINUX.EFI/efi64/syslinux.efi ] && [ -e /usr/lib/syslinux/modules/efi64/ldlinux.e64 ]; then
	put menu-efi64/syslinux.efi </usr/lib/SYSLINUX.EFI/efi64/syslinux.efi
	put menu-efi64/ldlinux.e64 </usr/lib/syslinux/modules/efi64/ldlinux.e64
	isc 'next-server 10.77.0.1; filename "menu-efi64/syslinux.efi";'
	fault config-missing -k efi-x64
	fixed 'where it looked' 'config-missing .*menu-efi64/pxelinux.cfg'
else
	skip 'syslinux.efi is not here'
fi

# cobbler#3063: a menu as the boot file.  cobbler#3487, #2844: grub.0 is nowhere.
isc 'next-server 10.77.0.1; filename "pxelinux.cfg/default";'
fault wrong-machine -k bios
fixed 'it is text' 'wrong-machine .*text'
isc 'next-server 10.77.0.1; filename "grub/grub.0";'
fault bootfile-not-found -k bios

# redhat-cop/ocp4-helpernode#129: one machine of several has no file of its own, and there is no default.
mv "$T/tftp/pxelinux.cfg/default" "$T/default"
printf 'default l\nlabel l\n kernel linux\n append initrd=initrd.gz\n' | put pxelinux.cfg/01-52-54-00-00-00-01
printf '52:54:00:00:00:01 master\n52:54:00:00:00:02 bootstrap\n' >"$T/machines"
isc 'next-server 10.77.0.1; filename "pxelinux.0";'
probe -k bios -m "$T/machines"
fixed 'the one boots' '^verdict .*boots=yes .*machine=52:54:00:00:00:01|^verdict .*machine=52:54:00:00:00:01 .*boots=yes'
fixed 'the other finds no menu' '^fault name=config-missing .*machine=52:54:00:00:00:02'
mv "$T/default" "$T/tftp/pxelinux.cfg/default"

# bluebanquise#996, jeltsch.org/PXE: the firewall drops TFTP; or lets in port 69 and not what follows.
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; }; add rule inet f in udp dport 69 drop'
fault tftp-no-answer -k bios -t 2
nft flush chain inet f in
nft add rule inet f in udp dport 69 reject with icmp type admin-prohibited
fault tftp-no-answer -k bios -t 2
nft flush chain inet f in
nft add rule inet f in udp dport != '{ 67, 68, 69 }' drop
fault tftp-no-answer -k bios -t 2
fixed 'what came from another port got no answer there' 'tftp-no-answer .*(port|acknowledge|blocks?)'
nft delete table inet f

# danderson/netboot#38, #143: iPXE asks again, and nobody answers iPXE.
stop isc
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/l" --dhcp-range=10.77.0.50,10.77.0.99 \
	--dhcp-userclass=set:ipxe,iPXE --dhcp-ignore=tag:ipxe --dhcp-boot=undionly.kpxe,,10.77.0.1
ready dns 'DHCP, IP range'
fault no-answer -k bios -t 2
fixed 'the second time, as iPXE' 'no-answer .*iPXE'
stop dns

# matchbox#483: a proxy's menu adds ".0" to a name without a dot.
: >"$T/l"
start far ip netns exec a dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/l" --dhcp-range=10.77.0.50,10.77.0.99
ready far 'DHCP, IP range'
start proxy dnsmasq -d -p 0 --conf-file=/dev/null -u root --dhcp-range=10.77.0.0,proxy --pxe-service=x86PC,Boot,undionly
ready proxy 'DHCP, proxy'
fault bootfile-not-found -k bios
fixed 'the name as it was asked for' 'bootfile-not-found .*undionly.0'
stop proxy
# edk2#6944: the proxy has nothing for UEFI, and says PXEClient all the same.
start proxy dnsmasq -d -p 0 --conf-file=/dev/null -u root --dhcp-range=10.77.0.0,proxy --pxe-service=x86PC,Boot,pxelinux.0
ready proxy 'DHCP, proxy'
fault file-missing -k efi-x64 -t 2
stop proxy
stop far

# ltsp#417: a server that gives addresses and says "Raspberry Pi Boot" to everybody: a menu whose one entry is no file.
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/l" --dhcp-range=10.77.0.50,10.77.0.99 \
	--pxe-service=X86PC,'Raspberry Pi Boot   ',unused --dhcp-boot=pxelinux.0,,10.77.0.1
ready dns 'DHCP, IP range'
fault bootfile-not-found -k bios -t 2
stop dns

# netboot.xyz#383: EFI iPXE is sent on to a loader for BIOS machines.
printf '#!ipxe\nchain undionly.kpxe\n' | put boot.ipxe
isc 'next-server 10.77.0.1; if exists user-class { filename "boot.ipxe"; } else { filename "ipxe.efi"; }'
fault wrong-machine -k efi-x64
fixed 'and which file that is' 'wrong-machine .*undionly.kpxe'
# ipxe#665: a disk image as the kernel.
truncate -s 300000 "$T/disk" && printf '\125\252' | dd of="$T/disk" bs=1 seek=510 conv=notrunc 2>"$T/out"
put disk.img <"$T/disk"
printf '#!ipxe\nkernel disk.img\nboot\n' | put boot.ipxe
fault kernel-refused -k efi-x64
# A byte order mark in front of the script: Windows' editor.
printf '\357\273\277#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' | put boot.ipxe
probe -k efi-x64
fixed 'a byte order mark: the script is none' '^fault name=(wrong-machine|script-error) severity=error .*byte order mark'
# Lines that end as Windows' do are no fault.
printf '#!ipxe\r\nkernel linux initrd=initrd.gz\r\ninitrd initrd.gz\r\nboot\r\n' | put boot.ipxe
boots 'a script with CR LF' -k efi-x64
# fog#script: no first line.
printf 'kernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' | put boot.ipxe
probe -k efi-x64
fixed 'a script without its first line' '^fault name=wrong-machine severity=error .*text'

# A web application answers everything with its own page, status 200.
put index.html <<'END'
<!doctype html><html><body>Welcome</body></html>
END
web 'location / { try_files $uri /index.html; }'
printf '#!ipxe\nkernel http://10.77.0.1/images/vmlinuz initrd=initrd.gz\ninitrd http://10.77.0.1/initrd.gz\nboot\n' | put boot.ipxe
fault kernel-refused -k efi-x64
fixed 'it is a page' 'kernel-refused .*(HTML|text|page)'
# cobbler#3114: the files are root's alone.
put secret/vmlinuz <"$T/tftp/linux"
web 'location /secret/ { deny all; }'
printf '#!ipxe\nkernel http://10.77.0.1/secret/vmlinuz initrd=initrd.gz\ninitrd http://10.77.0.1/initrd.gz\nboot\n' | put boot.ipxe
fault kernel-missing -k efi-x64
fixed 'with the status' 'kernel-missing .*403'
web 'location /app/ { proxy_pass http://127.0.0.1:9; }'
printf '#!ipxe\nchain http://10.77.0.1/app/boot.php || shell\n' | put boot.ipxe
fault loader-missing -k efi-x64
fixed 'and of the program that is not running' '502'
stop web
stop isc

# Addresses are spent: the pool has one, and somebody has it.
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/l" --dhcp-range=10.77.0.50,10.77.0.50 --dhcp-boot=pxelinux.0
ready dns 'DHCP, IP range'
start one ip netns exec a busybox udhcpc -f -q -i eth0 -s /bin/true
wait_for 10 grep -q DHCPACK "$T/dns.log"
fault no-answer -k bios -t 2
stop dns

# The DHCP server gives out the TFTP server's own address.
isc_whole 'subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.1 10.77.0.1; next-server 10.77.0.1; filename "pxelinux.0"; }'
probe -k bios -t 2
fixed 'the address is somebody else'"'"'s' '^fault name=[a-z-]* severity=error .*10.77.0.1'
stop isc

# libvirt: a file is named, and nobody serves files.
stop hpa
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/l" --dhcp-range=10.77.0.50,10.77.0.99 \
	--dhcp-no-override --dhcp-boot=pxelinux.0
ready dns 'DHCP, IP range'
fault tftp-no-answer -k bios -t 2
fixed 'nobody listens' 'tftp-no-answer .*(no server|refused|unreachable|listens)'
finish
