#!/bin/sh
# memtest86+ as Debian packages it, out of an image: the one file on BIOS machines,
# the other on UEFI ones, with the serial console that -k asks for.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
lab bios efi-x64
[ -f /boot/memtest86+x64.bin ] || {
	skip "$(basename "$0"): no package memtest86+ here"
	exit 0
}
mkdir -p "$T/mem/boot"
cp /boot/memtest86+x64.* "$T/mem/boot/"
xorriso -as mkisofs -quiet -R -V MEMTEST -o "$T/memtest.iso" "$T/mem" 2>"$T/xorriso" || cat "$T/xorriso"
up "$T/memtest.iso"

shows() { grep -aq 'Memtest86+ v[0-9]' "$T/$1/serial" || ! kill -0 "$machine_pid" 2>/dev/null; }
for way in bios efi-x64; do
	mkdir "$T/$way"
	machine_start $way 52:54:00:12:34:56 tap0 256 "$T/$way"
	wait_for $BOOT_SECONDS shows $way
	if grep -aq 'Memtest86+ v[0-9]' "$T/$way/serial"; then ok "$way: it tests the memory"; else
		tail -n 20 "$T/pxe_up.log" | sed 's/^/# /'
		tail -c 1000 "$T/$way/serial" | tr -c '[:print:]\n' ' ' | sed 's/^/# serial: /'
		not_ok "$way: it tests the memory"
	fi
	kill "$machine_pid" 2>/dev/null
	wait "$machine_pid" 2>/dev/null
done
served 'each firmware its own file' '^httpd-boot: .*memtest86\+x64\.bin'
served 'the other, too' '^httpd-boot: .*memtest86\+x64\.efi'
finish
