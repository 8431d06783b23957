#!/bin/sh
# pxe-up -S: shim and GRUB of one image, both read: what a shim refuses is passed over and
# said, and HTTP Boot gets the chain where its GRUB speaks HTTP.
# shellcheck disable=SC2154 # start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need xorriso python3
need_nobody
# shellcheck source=tests/e2e/site.sh
. "$SRC/tests/e2e/site.sh"
lan

# program KIND FILE GENERATION [WORD]: an EFI program as shim and GRUB are, for the reader
# of them; nothing that would run.  A shim asks for that generation of GRUB.
program() {
	python3 - "$@" <<'EOF'
import struct, sys
kind, path, generation, words = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
b = bytearray(32768)
def put(at, data): b[at:at + len(data)] = data
put(0, b"MZ"); put(0x3c, struct.pack("<I", 0x80)); put(0x80, b"PE\0\0")
names = {"shim": [b".text", b".sbat", b"/4", b"/14"], "grub": [b".text", b"mods", b".sbat"]}[kind]
put(0x84, struct.pack("<HHIIIHH", 0x8664, len(names), 0, 0x1900, 0, 240, 0x22e))
put(0x98, struct.pack("<H", 0x20b)); put(0x98 + 68, struct.pack("<H", 10))
put(0x1904, b".eh_frame\0.sbatlevel\0")
sbat = {"shim": b"sbat,1,SBAT Version\nshim,4,UEFI shim,shim,1,x\nshim.test,1,Test,shim,16.1,x\n",
        "grub": b"sbat,1,SBAT Version\ngrub,%s,FSF,grub,2.12,x\ngrub.test,1,Test,grub2,2.12-1,x\n" % generation.encode()}[kind]
level = b"sbat,1,2025\nshim,4\ngrub,%s\n\0" % generation.encode()
level = struct.pack("<III", 0, 8, 8 + len(level)) + level + b"sbat,1,2026\nshim,4\ngrub,99\n\0"
for i, name in enumerate(names):
    at = 0x98 + 240 + 40 * i
    put(at, name)
    data, where = {b".sbat": (sbat, 0x1000), b"/14": (level, 0x1400)}.get(name, (b"", 0))
    put(at + 8, struct.pack("<IIII", len(data), 0, 4096, where)); put(where, data) if data else None
if kind == "shim": put(0x2000, b"UEFI SHIM\n$Version: 16.1 $\n")
for i, word in enumerate(words): put(0x3000 + 64 * i, word.encode())
open(path, "wb").write(b)
EOF
}

# signed_image NAME LEVEL GENERATION [WORD...]: an image with a shim and a GRUB
signed_image() {
	mkdir -p "$T/tree/EFI/boot"
	[ ! "$2" ] || program shim "$T/tree/EFI/boot/shimx64.efi" "$2"
	signed_name=$1
	shift 2
	[ ! "$1" ] || program grub "$T/tree/EFI/boot/grubx64.efi" "$@"
	image "$signed_name"
	mkdir -p "$T/whole" && xorriso -osirrox on -indev "$T/$signed_name.iso" -extract / "$T/whole" >/dev/null 2>&1
	chmod -R u+w "$T/whole" && cp -r "$T/tree/EFI" "$T/whole/"
	xorriso -as mkisofs -quiet -R -o "$T/$signed_name.iso" "$T/whole" 2>/dev/null
	rm -rf "$T/tree" "$T/whole"
}
rule() { grep -qxF "$1" "$state/rules"; }
http_shim='boot client=http arch=efi-x64 file=http://{server}/shimx64.efi'

signed_image new 5 5 HTTP/1.1 blksize
signed_image old 5 5 blksize
signed_image refused 5 4 HTTP/1.1 blksize
signed_image disc 5 5
signed_image shim-only 5 ''

up_signed() {
	rm -rf "$state"
	server
	"$up" -S -w -i br0 -s "$state" "$@"
}
check_rc 0 'a GRUB that speaks HTTP' up_signed "$T/new.iso"
check_not 'nothing is refused' grep -q 'Security Violation' "$T/err"
check 'HTTP Boot gets its shim' rule "$http_shim"
check 'PXE, too' rule 'boot arch=efi-x64 file=shimx64.efi'
check 'the shim is the image'"'"'s' test "$(readlink "$state/www/shimx64.efi")" = new/EFI/boot/shimx64.efi
check 'and the GRUB' test "$(readlink "$state/www/grubx64.efi")" = new/EFI/boot/grubx64.efi

check_rc 0 'a GRUB without HTTP' up_signed "$T/old.iso"
said 'is said' 'old/EFI/boot/grubx64.efi speaks no HTTP'
check_not 'HTTP Boot does not get it' rule "$http_shim"
check 'PXE does' rule 'boot arch=efi-x64 file=shimx64.efi'

if [ -r /usr/lib/shim/shimx64.efi.signed ] && [ -r /usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed ]; then
	check_rc 0 'a GRUB that its shim refuses' up_signed "$T/refused.iso"
	said 'is said, with both generations' 'refused/EFI/boot/shimx64.efi refuses refused/EFI/boot/grubx64.efi under Secure Boot (Security Violation): grub,4 where grub,5 is asked for'
	check_not 'nobody gets it' sh -c "readlink '$state/www/grubx64.efi' | grep refused"
	check_rc 0 'and one of another image is taken' up_signed "$T/refused.iso" "$T/new.iso"
	check 'with the shim of that one' test "$(readlink "$state/www/shimx64.efi")" = new/EFI/boot/shimx64.efi
	check_rc 0 'a shim alone' up_signed "$T/shim-only.iso" "$T/new.iso"
	check 'is not put together with another image'"'"'s GRUB' test "$(readlink "$state/www/shimx64.efi")" = new/EFI/boot/shimx64.efi
	check_rc 0 'a GRUB for discs' up_signed "$T/disc.iso"
	check_not 'gives way to this host'"'"'s' test -L "$state/www/grubx64.efi"
else skip 'no signed shim and GRUB on this host'; fi

# ---- a RAM disk of a disc's own shim and GRUB
mkdir -p "$T/disc/boot/grub"
xorriso -osirrox on -indev "$T/disc.iso" -extract / "$T/disc" >/dev/null 2>&1
chmod -R u+w "$T/disc"
head -c 65536 /dev/urandom >"$T/disc/boot/grub/efi.img"
xorriso -as mkisofs -quiet -R -o "$T/disc.iso" -eltorito-alt-boot -e boot/grub/efi.img -no-emul-boot "$T/disc" 2>/dev/null
check_rc 0 'a disc with a GRUB that speaks no HTTP' up_signed "$T/disc.iso"
said 'a RAM disk is made' 'disc-boot.iso ([0-9]* MB) is what HTTP Boot gets'
check 'HTTP Boot gets it' rule 'boot client=http arch=efi-x64 file=http://{server}/disc-boot.iso'
"$BIN/isoextract/isoextract" -q -C "$T/made" "$state/www/disc-boot.iso"
check 'with the shim and GRUB of the disc' sh -c "find '$T/made' -name '*efi.img' -exec cmp '$T/disc/boot/grub/efi.img' {} \;"
check 'a menu where a disc has it' grep -q 'linux .*/disc/debian-installer/amd64/linux' "$T/made/boot/grub/grub.cfg"
check 'kernel' cmp "$T/disc/debian-installer/amd64/linux" "$T/made/disc/debian-installer/amd64/linux"
check 'initrd' cmp "$T/disc/debian-installer/amd64/initrd.gz" "$T/made/disc/debian-installer/amd64/initrd.gz"
check 'and what GRUB looks for' cmp "$T/disc/.disk/info" "$T/made/.disk/info"
check 'nothing else' test "$(find "$T/made" -type f | grep -vc '\[boot\]\|boot.catalog')" -eq 5
check_rc 0 'served without -S' sh -c "sed 's/ loader=signed//' '$state/site' >'$T/site' && cp '$T/site' '$state/site' && '$up' -w -i br0 -s '$state'"
check_not 'it is taken away' test -e "$state/www/disc-boot.iso"
finish
