#!/bin/sh
# UEFI x64, HTTP Boot with Secure Boot on and a GRUB without HTTP: pxe-up -S makes a RAM
# disk of the image's shim, disc GRUB, kernel and initrd.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab secure-x64
need mformat mcopy mmd
SHIM=/usr/lib/shim/shimx64.efi.signed
GRUB=/usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed
# shellcheck disable=SC2015 # skipped unless both are there
[ -r "$SHIM" ] && [ -r "$GRUB" ] || {
	skip "$(basename "$0"): no $SHIM or no $GRUB here"
	exit 0
}
installer amd64
# As Debian's discs are made.
rm -f "$T/tree/debian-installer/amd64"/*.efi
mkdir -p "$T/tree/EFI/boot" "$T/tree/.disk" "$T/tree/boot/grub"
echo 'Debian test' >"$T/tree/.disk/info"
cp "$SHIM" "$T/tree/EFI/boot/bootx64.efi"
cp "$GRUB" "$T/tree/EFI/boot/grubx64.efi"
mformat -C -i "$T/tree/boot/grub/efi.img" -T 12288 :: && mmd -i "$T/tree/boot/grub/efi.img" ::/EFI ::/EFI/boot &&
	mcopy -i "$T/tree/boot/grub/efi.img" "$SHIM" ::/EFI/boot/bootx64.efi &&
	mcopy -i "$T/tree/boot/grub/efi.img" "$GRUB" ::/EFI/boot/grubx64.efi || exit 1
xorriso -as mkisofs -quiet -R -V DEBIAN12 -o "$T/deb.iso" -eltorito-alt-boot -e boot/grub/efi.img -no-emul-boot "$T/tree" 2>"$T/xorriso"
up -S "$T/deb.iso"
check 'pxe-up says what it made' grep -q '^pxe-up: deb-boot.iso ([0-9]* MB) is what HTTP Boot gets' "$T/pxe_up.log"
check 'HTTP Boot gets it' grep -qx 'boot client=http arch=efi-x64 file=http://{server}/deb-boot.iso' "$T/state/rules"
boots 'UEFI x64, Secure Boot, HTTP Boot: shim, GRUB and kernel from a RAM disk' secure-x64 'BOOT_IMAGE='
served 'the firmware fetched it' '^httpd-boot: .*get "/deb-boot\.iso" 200'
check 'the kernel says that Secure Boot is on' grep -aq 'secureboot: Secure boot enabled' "$T/secure-x64/serial"
unserved 'nothing else came over the network' '^(tftpd-lite|httpd-boot): .*get "/(ipxe|deb/)'
finish
