#!/bin/sh
# Commands and settings that a loader has or has not: by what lies in the program, and beside it.
# shellcheck disable=SC2016,SC2119,SC2154 # variables of GRUB and iPXE
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need dhcpd in.tftpd grub-mknetdir
lan
host c
tree
put() { mkdir -p "$(dirname "$T/tftp/$1")" && cat >"$T/new" && mv "$T/new" "$T/tftp/$1" && chmod -R a+rX "$T/tftp"; }
hpa
grub-mknetdir --net-directory="$T/tftp" --subdir=boot/grub --locales= --fonts= >"$T/out" 2>&1
chmod -R a+rX "$T/tftp"

# GRUB for BIOS machines has no linuxefi, and goes on without it.
put boot/grub/grub.cfg <<'END'
set timeout=5
menuentry 'Linux' {
	linuxefi /linux quiet
	initrdefi /initrd.gz
}
END
isc 'next-server 10.77.0.1; filename "boot/grub/i386-pc/core.0";'
fault script-error -k bios
check 'the command is named' reported 'no kernel is loaded: this GRUB has no command linuxefi'
isc 'next-server 10.77.0.1; filename "boot/grub/x86_64-efi/core.efi";'
boots 'GRUB for UEFI has it in a module' -k efi-x64
rm "$T/tftp/boot/grub/x86_64-efi/command.lst"
fault script-error -k efi-x64

# A signed GRUB has what is in it.
mkdir -p "$T/tftp/grub"
cp "$T/tftp/boot/grub/grub.cfg" "$T/tftp/grub/grub.cfg"
isc 'next-server 10.77.0.1; filename "shimx64.efi";'
boots "Debian 12's signed GRUB has linuxefi" -k efi-x64
other=$SRC/build/loaders/13/usr/lib
if [ -d "$other" ]; then
	cp "$other/shim/shimx64.efi.signed" "$T/tftp/shimx64.efi"
	cp "$other/grub/x86_64-efi-signed/grubnetx64.efi.signed" "$T/tftp/grubx64.efi"
	fault script-error -k efi-x64
else
	skip "Debian 13's loaders: not here"
fi

# What GRUB sets itself, and an image that it would open.
put boot/grub/more.cfg <<'END'
menuentry 'Linux' {
	linux /linux host=$host
	initrd /initrd.gz
}
END
put boot/grub/grub.cfg <<'END'
set timeout=5
if [ x$feature_timeout_style != xy -o x$feature_all_video_module != xy ]; then halt; fi
if [ "$net_pxe_hostname" != vm1 -o "$net_pxe_next_server" != 10.77.0.1 ]; then halt; fi
if ! cpuid -l; then halt; fi
net_get_dhcp_option host pxe 12 string
if [ "$host" != vm1 ]; then halt; fi
source ${config_directory}/more.cfg
END
isc 'next-server 10.77.0.1; filename "boot/grub/i386-pc/core.0"; option host-name "vm1";'
boots "what GRUB knows of itself and of the network" -k bios
head -c 400000 /dev/urandom | put live.iso
put boot/grub/grub.cfg <<'END'
loopback loop /live.iso
linux (loop)/casper/vmlinuz iso-scan/filename=/live.iso
initrd (loop)/casper/initrd
boot
END
unknown 'a kernel inside an image' 'disk image .loopback., which is not opened' -k bios

# iPXE is built with these commands or without.
put boot.ipxe <<'END'
#!ipxe
console --x 1024 --y 768
kernel linux initrd=initrd.gz
initrd initrd.gz
boot
END
isc 'next-server 10.77.0.1; filename "boot.ipxe";'
unknown 'what a ROM may have' 'no command console; whether iPXE has that command depends on its build' -k ipxe
isc 'next-server 10.77.0.1; if exists user-class { filename "boot.ipxe"; } else { filename "undionly.kpxe"; }'
fault script-error -k bios
check 'Debian has built it without' reported 'boot.ipxe, line 2: this iPXE has no command console'
if [ -d "$other" ]; then
	cp "$other/ipxe/undionly.kpxe" "$T/tftp/undionly.kpxe"
	boots "Debian 13's has it" -k bios
fi
put boot.ipxe <<'END'
#!ipxe
isset ${net1/mac} && goto no ||
iseq ${54:ipv4} 10.77.0.1 || goto no
iseq ${ip:hexraw} ${net0/ip:hexraw} || goto no
iseq a a a && goto no ||
boot || goto no
kernel tftp://${54:ipv4}/linux initrd=initrd.gz
initrd initrd.gz
boot
:no
exit 1
END
boots 'settings by number, a card that is not there' -k bios,ipxe
finish
