#!/bin/sh
# memtest86+ as Debian packages it, out of an image: the one file on BIOS machines,
# the other on UEFI ones, with the serial console that -k asks for.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
lab bios efi-x64
boot=/boot
[ -f "$boot/memtest86+x64.bin" ] || boot=$SRC/build/peers/root/boot
[ -f "$boot/memtest86+x64.bin" ] || {
	skip "$(basename "$0"): no package memtest86+ here"
	exit 0
}
mkdir -p "$T/mem/boot"
cp "$boot"/memtest86+x64.* "$T/mem/boot/"
xorriso -as mkisofs -quiet -R -V MEMTEST -o "$T/memtest.iso" "$T/mem" 2>"$T/xorriso" || cat "$T/xorriso"
up "$T/memtest.iso"

for way in bios efi-x64; do
	shows "$way: it tests the memory" $way 256 $BOOT_SECONDS 'Memtest86\+ v[0-9]'
done
served 'each firmware its own file' '^httpd-boot: .*memtest86\+x64\.bin'
served 'the other, too' '^httpd-boot: .*memtest86\+x64\.efi'
finish
