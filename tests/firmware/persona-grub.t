#!/bin/sh
# A GRUB with net_bootp in its own configuration: pxeprobe plays its DHCP too.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
# shellcheck source=tests/firmware/persona.sh
. "$(dirname "$0")/persona.sh"

need grub-mkimage
lab efi-x64
host probe
served_tree
printf 'net_bootp\nconfigfile (http,10.77.0.1)/grub/grub.cfg\n' >"$T/embedded.cfg"
sed -i 's|/linux|(tftp,10.77.0.1)/linux|; s|/initrd|(http,10.77.0.1)/initrd|' "$T/tftp/grub/grub.cfg"
grub-mkimage -O x86_64-efi -o "$T/tftp/grub.efi" -p /grub -c "$T/embedded.cfg" efinet net tftp http configfile normal linux
chmod a+r "$T/tftp/grub.efi"
web
dns --dhcp-boot=grub.efi
real efi-x64 'get "/initrd.gz" 200'
same 'OVMF, GRUB with net_bootp, HTTP and TFTP' efi-x64
check 'and it would boot' grep -q '^verdict persona=efi-x64 boots=yes' "$T/report"
finish
