#!/bin/sh
# Boot files, menus and scripts that are wrong: each fault has its name.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree
# A menu is renamed into place: dnsmasq sends one that was rewritten with the old size.

dns --dhcp-boot=ipxe.efi
fault wrong-machine -k bios
dns --dhcp-boot=pxelinux.0
fault wrong-machine -k efi-x64
dns --dhcp-boot=ipxe.efi
fault wrong-machine -k efi-arm64
dns --dhcp-boot=boot.ipxe
fault wrong-machine -k bios
mv "$T/tftp/pxelinux.cfg/default" "$T/default"
dns --dhcp-boot=pxelinux.0
fault config-missing -k bios
printf 'default l\nlabel l\n kernel nothere\n append initrd=initrd.gz\n' >"$T/new" && mv "$T/new" "$T/tftp/pxelinux.cfg/default"
fault kernel-missing -k bios
printf 'default l\nlabel l\n kernel linux\n initrd initrd.gz,nothere\n' >"$T/new" && mv "$T/new" "$T/tftp/pxelinux.cfg/default"
fault initrd-missing -k bios
printf '# nothing\n' >"$T/new" && mv "$T/new" "$T/tftp/pxelinux.cfg/default"
fault script-error -k bios
printf 'default l\nlabel l\n kernel http://10.77.0.1/linux\n' >"$T/new" && mv "$T/new" "$T/tftp/pxelinux.cfg/default"
fault uri-unfit -k bios
mv "$T/tftp/ldlinux.c32" "$T/"
fault loader-missing -k bios
mv "$T/ldlinux.c32" "$T/tftp/"
mv "$T/tftp/grub" "$T/grub"
dns --dhcp-boot=shimx64.efi
fault config-missing -k efi-x64
mv "$T/grub" "$T/tftp/grub"
printf 'menuentry x {\n linux /nothere\n}\n' >"$T/new" && mv "$T/new" "$T/tftp/grub/grub.cfg"
fault kernel-missing -k efi-x64
printf 'menuentry x {\n linux /linux\n initrd /initrd.gz /nothere\n}\n' >"$T/new" && mv "$T/new" "$T/tftp/grub/grub.cfg"
fault initrd-missing -k efi-x64
printf 'menuentry x {\n linux (ftp,10.77.0.1)/linux\n}\n' >"$T/new" && mv "$T/new" "$T/tftp/grub/grub.cfg"
fault kernel-missing -k efi-x64
check 'a device that no network has' reported '[(]ftp,10.77.0.1[)]/linux.* is not an address'
mv "$T/tftp/grubx64.efi" "$T/"
fault loader-missing -k efi-x64
mv "$T/grubx64.efi" "$T/tftp/"
dns --dhcp-boot=boot.ipxe
printf '#!ipxe\nkernel nothere\nboot\n' >"$T/new" && mv "$T/new" "$T/tftp/boot.ipxe"
fault kernel-missing -k ipxe
printf '#!ipxe\nkernel linux\ninitrd nothere || goto out\nboot\n:out\nexit 1\n' >"$T/new" && mv "$T/new" "$T/tftp/boot.ipxe"
fault initrd-missing -k ipxe
printf '#!ipxe\nkernel linux\n' >"$T/new" && mv "$T/new" "$T/tftp/boot.ipxe"
fault script-error -k ipxe
check 'which says boot is missing' reported 'without \\"boot\\"'
printf '#!ipxe\n:a\ngoto a\n' >"$T/new" && mv "$T/new" "$T/tftp/boot.ipxe"
fault script-error -k ipxe
printf '#!ipxe\nfrobnicate\n' >"$T/new" && mv "$T/new" "$T/tftp/boot.ipxe"
fault script-error -k ipxe

finish
