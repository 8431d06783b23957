#!/bin/sh
# Machines that are neither PC firmware nor iPXE: U-Boot, Open Firmware; and Secure Boot.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
images=/usr/lib/debian-installer/images/12
for arch in arm64 amd64; do
	[ -d $images/$arch ] || {
		skip "no installer image for $arch here"
		exit 0
	}
done
lan
host c
tree

# U-Boot's own script has the header of mkimage, whatever name the server gives.
python3 - "$T/tftp/boot.scr.uimg" <<'EOF2'
import struct, sys
open(sys.argv[1], "wb").write(struct.pack(">I", 0x27051956) + bytes(60) + b"bootefi")
EOF2
dns
unknown 'U-Boot: its own script' 'is not followed' -k uboot
check 'is all that it needs' reported '^verdict .*runs boot.scr.uimg'
echo 'bootefi' >"$T/new" && mv "$T/new" "$T/tftp/boot.scr.uimg"
warning script-error -k uboot
check 'of a script that mkimage has not made' reported 'was not made by mkimage'
rm "$T/tftp/boot.scr.uimg"
fault no-boot-info -k uboot -t 1

# Then it is UEFI firmware, and loads what that loads.
cp $images/arm64/text/debian-installer/arm64/bootnetaa64.efi "$T/tftp/shimaa64.efi"
cp $images/arm64/text/debian-installer/arm64/grubaa64.efi "$T/tftp/"
cp $images/arm64/text/debian-installer/arm64/linux "$T/tftp/linux-arm64"
mkdir -p "$T/tftp/debian-installer/arm64/grub"
sed 's|/linux|/linux-arm64|' "$T/tftp/grub/grub.cfg" >"$T/tftp/debian-installer/arm64/grub/grub.cfg"
chmod -R a+rX "$T/tftp"
dns --dhcp-match=set:efi,93,11 --dhcp-match=set:of,93,12 --dhcp-boot=tag:efi,shimaa64.efi --dhcp-boot=tag:of,grub.elf
boots 'U-Boot: shim, GRUB and a kernel for arm64' -k uboot
check 'its second round says PXEClient' reported 'what=discover class=PXEClient:Arch:00011:UNDI:003000'
boots 'the same by UEFI firmware' -k efi-arm64
printf '\177ELF' >"$T/tftp/grub.elf"
chmod a+r "$T/tftp/grub.elf"
dns --dhcp-boot=grub.elf
unknown 'Open Firmware: its loader arrives' 'grub.elf arrives whole' -k slof
for file in linux pxelinux.0 ipxe.efi; do
	dns --dhcp-boot=$file
	fault wrong-machine -k slof
done

dns --dhcp-boot=ipxe.efi
warning not-signed -k efi-x64

# Secure Boot: what the distribution has signed starts, and nothing else.
dns --dhcp-boot=shimx64.efi
fault secure-boot-unsigned -k shim
check 'it is the kernel' reported '^fault name=secure-boot-unsigned severity=error .*the kernel'
check 'and that alone' test "$(grep -c '^fault' "$T/report")" -eq 1
cp "$T/tftp/linux" "$T/tftp/odd"
cp $images/amd64/text/debian-installer/amd64/linux "$T/new" && mv "$T/new" "$T/tftp/linux"
boots 'Secure Boot: shim, GRUB and a signed kernel' -k shim
# An entry whose kernel is not signed does no harm where $fallback names one that is not.
cp "$T/tftp/grub/grub.cfg" "$T/kept.cfg"
cat >"$T/new" <<'EOF2'
set timeout=0
set default=0
set fallback=1
menuentry odd { linux /odd
initrd /initrd.gz }
menuentry good { linux /linux
initrd /initrd.gz }
EOF2
mv "$T/new" "$T/tftp/grub/grub.cfg"
boots 'Secure Boot: the fallback has a signed kernel' -k shim
mv "$T/kept.cfg" "$T/tftp/grub/grub.cfg"
cp "$T/tftp/ipxe.efi" "$T/new" && mv "$T/new" "$T/tftp/grubx64.efi"
fault secure-boot-unsigned -k shim
finish
