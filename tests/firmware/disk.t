#!/bin/sh
# A disk's image, served as it is: UEFI HTTP Boot takes it whole as a RAM disk where a
# rule says so, iPXE's menu reads it as a drive (UEFI) or has memdisk keep it (BIOS).
# In it GRUB says where it finds itself.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
lab http-x64 efi-x64 bios
need mformat mcopy grub-mkimage python3
for modules in x86_64-efi i386-pc; do
	[ -d /usr/lib/grub/$modules ] || {
		skip "$(basename "$0"): no GRUB modules for $modules here"
		exit 0
	}
done
export MTOOLS_SKIP_CHECK=1

# shellcheck disable=SC2016 # $disk is GRUB's
printf '%s\n' 'echo' 'search --file /stick.txt --set=disk' 'echo "marker: disk=$disk from=pxe-up"' 'sleep 2' >"$T/efi.cfg"
{ printf '%s\n' 'serial' 'terminal_output serial'; cat "$T/efi.cfg"; } >"$T/bios.cfg"
grub-mkimage -O x86_64-efi -o "$T/bootx64.efi" -c "$T/efi.cfg" -p /grub part_msdos fat search search_fs_file echo sleep
grub-mkimage -O i386-pc -o "$T/core.img" -c "$T/bios.cfg" -p /grub biosdisk part_msdos fat search search_fs_file echo serial terminal sleep
# GRUB's boot.img names the sector of core.img, whose first names the others; then one
# FAT partition.
python3 - /usr/lib/grub/i386-pc/boot.img "$T/core.img" "$T/stick.img" <<'PY'
import struct, sys
mbr = bytearray(open(sys.argv[1], 'rb').read(512))
core = bytearray(open(sys.argv[2], 'rb').read())
core += bytes(-len(core) % 512)
struct.pack_into('<Q', mbr, 0x5c, 1)
mbr[0x64] = 0xff
mbr[0x1b8:0x1fe] = bytes(70)  # for floppies
struct.pack_into('<QHH', core, 0x1f4, 2, len(core) // 512 - 1, 0x820)
struct.pack_into('<BBBBBBBBII', mbr, 446, 0x80, 0, 0, 0, 0xef, 0, 0, 0, 2048, 16384)
mbr[510:] = b'\x55\xaa'
with open(sys.argv[3], 'wb') as f:
    f.truncate((2048 + 16384) * 512)
    f.write(mbr + core)
PY
mformat -i "$T/stick.img@@1048576" -T 16384 -h 16 -s 63 ::
mmd -i "$T/stick.img@@1048576" ::/EFI ::/EFI/BOOT
mcopy -i "$T/stick.img@@1048576" "$T/bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
echo stick >"$T/stick.txt"
mcopy -i "$T/stick.img@@1048576" "$T/stick.txt" ::/stick.txt

mkdir -p "$T/state"
printf 'site default=stick\n' >"$T/state/site"
up -e 'boot client=http file=http://{server}/stick.img' "$T/stick.img"
boots 'HTTP Boot: as a RAM disk' http-x64 'disk=hd[0-9],msdos1'
served 'the image, whole' '^httpd-boot: .* get "/stick\.img" 200 bytes=9437184'
boots 'UEFI, iPXE: as a drive' efi-x64 'disk=hd[0-9],msdos1'
served 'in pieces' '^httpd-boot: .* get "/stick\.img" 206'
boots 'BIOS, iPXE: memdisk' bios 'disk=hd[0-9],msdos1'
finish
