#!/bin/sh
# Networks of other makes that boot real machines: routers, switches, appliances, Windows, and
# the set-ups that the projects' own manuals give.  None is called broken.
# shellcheck disable=SC2016,SC2119,SC2154 # settings of iPXE; hpa needs no arguments; user is of lib.sh
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need dhcpd busybox grub-mknetdir
lan
host c
host a 10.77.0.2/24
tree
put() { mkdir -p "$(dirname "$T/tftp/$1")" && cat >"$T/new" && chmod a+r "$T/new" && mv "$T/new" "$T/tftp/$1" && chmod -R a+rX "$T/tftp"; }
# form NAME [FILE [NEXT-SERVER]]: one of pxeprobe-forms.py, in place of the one before
form() {
	stop form
	start form python3 "$SRC/tests/e2e/pxeprobe-forms.py" br0 10.77.0.1 "$@"
	ready form '^ready'
}
start tftpd "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
ready tftpd ready
start web hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" "$T/tftp"

for make in ios routeros infoblox windows-dhcp; do
	form $make pxelinux.0
	boots "$make: BIOS" -k bios
	form $make shimx64.efi
	boots "$make: UEFI" -k efi-x64
	form $make boot.ipxe
	boots "$make: iPXE in the card" -k ipxe
done
check_not 'nor is anything warned of' reported '^fault name=[^r]'
# A storm's machines ask anew where they are refused, as firmware does, but not for ever.
form refuses-once pxelinux.0
boots 'an address that two were offered' -k bios -n 6 -c 6
check 'all boot' reported '^verdict .*6 of 6 machines booted'
form refuses pxelinux.0
fault nak -k bios -n 2 -c 2
stop form

# Windows Deployment Services: beside another DHCP server, and on it.  Its own loaders are not followed.
python3 - "$T/pe" <<'PY'
import struct, sys
pe = bytearray(90000)
pe[:2] = b"MZ"
pe[0x3c:0x40] = struct.pack("<I", 0x80)
pe[0x80:0x98] = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x22)
pe[0x98:0x9a] = struct.pack("<H", 0x20b)
pe[0x98 + 56:0x98 + 64] = struct.pack("<II", 90000, 0x200)
pe[0x98 + 68:0x98 + 70] = struct.pack("<H", 10)
open(sys.argv[1], "wb").write(pe)
PY
put boot/x64/wdsmgfw.efi <"$T/pe"
head -c 31124 /dev/urandom | put boot/x86/wdsnbp.com
: >"$T/leases"
start far ip netns exec a dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" \
	--dhcp-range=10.77.0.50,10.77.0.99
ready far 'DHCP, IP range'
form wds-proxy
unknown 'WDS beside a DHCP server: UEFI' 'wdsmgfw.efi arrives whole' -k efi-x64
unknown 'WDS beside a DHCP server: BIOS' 'wdsnbp.com arrives whole' -k bios
stop far
form wds-dhcp
unknown 'WDS on the DHCP server: UEFI' 'wdsmgfw.efi arrives whole' -k efi-x64
unknown 'WDS on the DHCP server: BIOS' 'wdsnbp.com arrives whole' -k bios
stop form

# busybox, as in many routers and NAS: udhcpd, httpd.
: >"$T/udhcpd.leases"
printf '%s\n' 'start 10.77.0.50' 'end 10.77.0.99' 'interface br0' "lease_file $T/udhcpd.leases" "pidfile $T/udhcpd.pid" \
	'siaddr 10.77.0.1' 'boot_file pxelinux.0' 'opt subnet 255.255.255.0' 'opt router 10.77.0.1' 'opt lease 600' >"$T/udhcpd.conf"
start udhcpd busybox udhcpd -f "$T/udhcpd.conf"
ready udhcpd 'started'
boots 'udhcpd: BIOS' -k bios
stop udhcpd
sed -i 's/pxelinux.0/shimx64.efi/; s/^opt lease/opt tftp 10.77.0.1\nopt bootfile shimx64.efi\nopt lease/' "$T/udhcpd.conf"
start udhcpd busybox udhcpd -f "$T/udhcpd.conf"
ready udhcpd 'started'
boots 'udhcpd: UEFI' -k efi-x64
stop udhcpd

# OpenWrt: a router with dnsmasq, the files on a NAS.
stop tftpd
start nas ip netns exec a in.tftpd -L -a 10.77.0.2:69 -u root -s "$T/tftp"
wait_for 10 ip netns exec a grep -q ':0045 ' /proc/net/udp
: >"$T/leases"
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" --dhcp-authoritative \
	--dhcp-range=set:lan,10.77.0.50,10.77.0.99,255.255.255.0,12h --dhcp-broadcast=tag:needs-broadcast --dhcp-ignore-names=tag:dhcp_bogus_hostname \
	--dhcp-match=set:bios,60,PXEClient:Arch:00000 --dhcp-match=set:efi64,60,PXEClient:Arch:00007 --dhcp-match=set:efi64-2,60,PXEClient:Arch:00009 \
	--dhcp-userclass=set:ipxe,iPXE --dhcp-boot=tag:bios,undionly.kpxe,nas,10.77.0.2 --dhcp-boot=tag:efi64,shimx64.efi,nas,10.77.0.2 \
	--dhcp-boot=tag:ipxe,boot.ipxe,nas,10.77.0.2
ready dns 'DHCP, IP range'
boots "OpenWrt's dnsmasq and a NAS: BIOS, iPXE" -k bios
boots "OpenWrt's dnsmasq and a NAS: UEFI" -k efi-x64
stop dns
stop nas
start tftpd "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
ready tftpd ready

# pfSense and OPNsense: ISC dhcpd with a file by architecture in a pool, and a domain name beside.
isc_whole 'option domain-name "home.arpa"; option ldap-server code 95 = text; option arch code 93 = unsigned integer 16; default-lease-time 7200;
	subnet 10.77.0.0 netmask 255.255.255.0 { pool { deny dynamic bootp clients; range 10.77.0.50 10.77.0.99; }
	option routers 10.77.0.1; option tftp-server-name "10.77.0.1"; next-server 10.77.0.1;
	if option arch = 00:06 { filename "bootia32.efi"; } else if option arch = 00:07 { filename "shimx64.efi"; }
	else if option arch = 00:09 { filename "shimx64.efi"; } else { filename "pxelinux.0"; } }'
boots 'pfSense: BIOS' -k bios
boots 'pfSense: UEFI' -k efi-x64

# Red Hat's manual: a class, GRUB's linuxefi, a kernel in a directory.
put images/RHEL-9/vmlinuz <"$T/tftp/linux"
put images/RHEL-9/initrd.img <"$T/tftp/initrd.gz"
cp "$T/tftp/grub/grub.cfg" "$T/grub.cfg"
put grub/grub.cfg <<'END'
set timeout=60
menuentry 'RHEL 9' {
  linuxefi images/RHEL-9/vmlinuz inst.repo=http://192.168.124.2/RHEL-9/x86_64/iso-contents-root/
  initrdefi images/RHEL-9/initrd.img
}
END
isc_whole 'option space pxelinux; option pxelinux.magic code 208 = string; option pxelinux.configfile code 209 = text;
	option architecture-type code 93 = unsigned integer 16;
	subnet 10.77.0.0 netmask 255.255.255.0 { option routers 10.77.0.1; range 10.77.0.50 10.77.0.99;
	class "pxeclients" { match if substring (option vendor-class-identifier, 0, 9) = "PXEClient"; next-server 10.77.0.1;
	if option architecture-type = 00:07 { filename "shimx64.efi"; } else { filename "pxelinux.0"; } }
	class "httpclients" { match if substring (option vendor-class-identifier, 0, 10) = "HTTPClient"; option vendor-class-identifier "HTTPClient";
	filename "http://10.77.0.1/ipxe.efi"; } }'
boots "Red Hat's class: UEFI" -k efi-x64
boots "Red Hat's class: BIOS" -k bios
put grub/grub.cfg <"$T/grub.cfg"

# FOG: iPXE posts what it knows of itself, and runs what a program answers.
put default.ipxe <<'END'
#!ipxe
cpuid --ext 29 && set arch x86_64 || set arch ${buildarch}
params
param mac0 ${net0/mac}
param arch ${arch}
param platform ${platform}
param product ${product}
param manufacturer ${product}
param ipxever ${version}
param filename ${filename}
param sysuuid ${uuid}
isset ${net1/mac} && param mac1 ${net1/mac} || goto bootme
isset ${net2/mac} && param mac2 ${net2/mac} || goto bootme
:bootme
chain http://10.77.0.1/fog/service/ipxe/boot.php##params
END
put fog/service/ipxe/boot.php <<'END'
#!ipxe
set fog-ip 10.77.0.1
set fog-webroot fog
set boot-url http://${fog-ip}/${fog-webroot}
cpuid --ext 29 && set arch x86_64 || set arch i386
goto get_console
:console_set
colour --rgb 0x00567a 1 ||
colour --rgb 0x00567a 2 ||
cpair --foreground 7 --background 2 2 ||
goto MENU
:alt_console
cpair --background 0 1 ||
goto MENU
:get_console
console --picture http://10.77.0.1/fog/service/ipxe/bg.png --left 100 --right 80 && goto console_set || goto alt_console
:MENU
menu
colour --rgb 0xff0000 0 ||
cpair --foreground 1 1 ||
item --gap Host is NOT registered!
item --gap -- -------------------------------------
item fog.local Boot from hard disk
item fog.memtest Run Memtest86+
item fog.reginput Perform Full Host Registration and Inventory
choose --default fog.reginput --timeout 3000 target && goto ${target}
:fog.local
sanboot --no-describe --drive 0x80 || goto MENU
:fog.memtest
kernel memdisk initrd=memtest.bin iso raw
initrd memtest.bin
boot || goto MENU
:fog.reginput
kernel bzImage loglevel=4 initrd=init.xz root=/dev/ram0 rw ramdisk_size=275000 web=http://10.77.0.1/fog/ consoleblank=0 mode=manreg
imgfetch init.xz
boot || goto MENU
:bootme
chain -ar ${boot-url}/service/ipxe/boot.php##params ||
goto MENU
autoboot
END
put fog/service/ipxe/bzImage <"$T/tftp/linux"
put fog/service/ipxe/init.xz <"$T/tftp/initrd.gz"
# Its own iPXE, which has more commands than Debian's; nothing can be read out of this one.
{ printf '\352\5\0\300\7PXE->EB:'; head -c 90000 /dev/urandom; } | put fog.kpxe
isc 'next-server 10.77.0.1; option bootfile-name "fog.kpxe"; if exists user-class { filename "default.ipxe"; } else { filename "fog.kpxe"; }'
boots "FOG: iPXE's parameters, a menu with a timeout, a kernel by HTTP" -k bios
put fog/service/ipxe/boot.php <<'END'
#!ipxe
sanboot --no-describe --drive 0x80 || exit
END
boots 'FOG: nothing to do for this machine, its own disk' -k bios

# MAAS: each machine's script first, and iPXE's own settings as the name.
put ipxe.cfg <<'END'
#!ipxe
chain --replace --autofree ipxe.cfg-${mac:hexhyp} || chain --replace --autofree ipxe.cfg-default-amd64
END
put ipxe.cfg-default-amd64 <<'END'
#!ipxe
kernel http://10.77.0.1:80/images/RHEL-9/vmlinuz nomodeset ro root=squash:http://10.77.0.1/squashfs ip=::::${hostname}:BOOTIF ip6=off BOOTIF=01-${net0/mac:hexhyp}
initrd http://10.77.0.1:80/images/RHEL-9/initrd.img
boot
END
isc 'next-server 10.77.0.1; if exists user-class { filename "ipxe.cfg"; } else { filename "undionly.kpxe"; }'
boots 'MAAS: a script for each machine or the common one' -k bios

# LTSP: a proxy, and a script that asks where it came from.
put ltsp/ltsp.ipxe <<'END'
#!ipxe
isset ${proxydhcp/dhcp-server} && set srv ${proxydhcp/dhcp-server} || set srv ${next-server}
iseq ${srv} ${} && set srv ${next-server} ||
goto start
:start
cpuid --ext 29 && set arch amd64 || set arch i386
isset ${menu-timeout} || set menu-timeout 5000
set img x86_64
:menu
menu LTSP
item --key x x86_64 x86_64.img
item --gap Other options
item --key d disk Boot from local disk
choose --timeout ${menu-timeout} --default ${img} img || goto cancel
goto ${img}
:cancel
shell
:x86_64
set cmdline root=/dev/nfs nfsroot=${srv}:/srv/ltsp ltsp.image=images/x86_64.img loop.max_part=9
goto ltsp
:ltsp
kernel tftp://${srv}/ltsp/${img}/vmlinuz initrd=ltsp.img initrd=initrd.img ${cmdline}
initrd tftp://${srv}/ltsp/ltsp.img
initrd tftp://${srv}/ltsp/${img}/initrd.img
boot || goto menu
END
put ltsp/x86_64/vmlinuz <"$T/tftp/linux"
put ltsp/x86_64/initrd.img <"$T/tftp/initrd.gz"
put ltsp/ltsp.img <"$T/tftp/initrd.gz"
put ltsp/undionly.kpxe <"$T/tftp/undionly.kpxe"
stop isc
start far ip netns exec a dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" \
	--dhcp-range=10.77.0.50,10.77.0.99
ready far 'DHCP, IP range'
start proxy dnsmasq -d -p 0 --conf-file=/dev/null -u root --log-dhcp --dhcp-range=set:proxy,10.77.0.0,proxy,255.255.255.0 \
	--dhcp-userclass=set:iPXE,iPXE --dhcp-option-force=vendor:pxe,6,2b \
	--dhcp-no-override '--pxe-prompt=Booting,1' --pxe-service=tag:!iPXE,X86PC,undionly.kpxe,ltsp/undionly.kpxe \
	--dhcp-boot=tag:iPXE,ltsp/ltsp.ipxe,ltsp,10.77.0.1
ready proxy 'DHCP, proxy'
boots 'LTSP: BIOS beside a router' -k bios
stop proxy
stop far

# GRUB as grub-mknetdir lays it out: modules and lists by TFTP, both machines.
grub-mknetdir --net-directory="$T/tftp" --subdir=boot/grub --locales= --fonts= >"$T/out" 2>&1
chmod -R a+rX "$T/tftp"
put boot/grub/grub.cfg <<'END'
set timeout=5
insmod all_video
menuentry 'Linux' {
	linux /linux quiet
	initrd /initrd.gz
}
END
isc 'next-server 10.77.0.1; filename "boot/grub/x86_64-efi/core.efi";'
boots 'grub-mknetdir: UEFI' -k efi-x64
isc 'next-server 10.77.0.1; filename "boot/grub/i386-pc/core.0";'
boots 'grub-mknetdir: BIOS' -k bios
stop isc

stop tftpd
# LTSP, and NAS that have its lines: dnsmasq's way to turn multicast off.
dns --dhcp-boot=pxelinux.0 --dhcp-option=vendor:PXEClient,6,2b --dhcp-no-override
boots 'PXE options without a menu: BIOS' -k bios
# UniFi: the controller's address in option 43 of everybody.
dns --dhcp-boot=shimx64.efi,,10.77.0.1 --dhcp-option=43,01:04:0a:4d:00:01 --dhcp-option=66,10.77.0.1
boots 'UniFi: UEFI' -k efi-x64
# PXELINUX after iPXE, told by iPXE where its files are.
put bios/pxelinux.0 <"$T/tftp/pxelinux.0"
put bios/ldlinux.c32 <"$T/tftp/ldlinux.c32"
printf 'default l\nlabel l\n kernel ::linux\n append initrd=::initrd.gz\n' | put bios/menus/site
put boot.ipxe <<'END'
#!ipxe
set 209:string menus/site
set 210:string tftp://10.77.0.1/bios/
chain ${210:string}pxelinux.0
END
dns --dhcp-userclass=set:ipxe,iPXE --dhcp-boot=tag:ipxe,boot.ipxe --dhcp-boot=tag:!ipxe,undionly.kpxe
boots 'iPXE names the configuration of PXELINUX' -k bios
check 'and it is the one that PXELINUX reads' reported 'what=config .*bios/menus/site bytes'
# libvirt: one file for every machine, its own TFTP server.
dns --dhcp-boot=pxelinux.0 --dhcp-no-override --dhcp-authoritative --dhcp-lease-max=50
boots 'libvirt: BIOS' -k bios
finish
