# shellcheck shell=sh disable=SC2034,SC2154 # for the tests that read it
# Sourced by tests/e2e/compose-*.t of a site: images, and calls of its commands.
TMPDIR=$T
export TMPDIR
up=$SRC/compose/pxe-up
state=$T/state

# image NAME: the smallest one that boots, on BIOS and on UEFI machines; a kernel is
# recognised by its first bytes and its place.
image() {
	mkdir -p "$T/tree.$1/debian-installer/amd64" "$T/tree.$1/.disk"
	python3 - "$T/tree.$1/debian-installer/amd64/linux" <<'PY'
import sys
k = bytearray(20000)
k[0x1fe:0x200] = b"\x55\xaa"; k[0x202:0x206] = b"HdrS"; k[0x206:0x208] = b"\x0f\x02"; k[0x211] = 1; k[0x236:0x238] = b"\x0b\x00"
k[0:2] = b"MZ"; k[0x3c:0x40] = b"\x80\0\0\0"; k[0x80:0x98] = b"PE\0\0" + b"\x64\x86" + bytes(14) + b"\xf0\0\x22\0"; k[0x98:0x9a] = b"\x0b\x02"; k[0xdc] = 10
open(sys.argv[1], "wb").write(k)
PY
	echo "initrd of $1" | gzip >"$T/tree.$1/debian-installer/amd64/initrd.gz"
	echo "System $1" >"$T/tree.$1/.disk/info"
	xorriso -as mkisofs -quiet -R -o "$T/$1.iso" "$T/tree.$1" 2>/dev/null
	rm -r "$T/tree.$1"
}

pxe_image() { "$SRC/compose/pxe-image" -s "$state" "$@"; }
pxe_machine() { "$SRC/compose/pxe-machine" -s "$state" "$@"; }

# As the only DHCP server, without asking first: five seconds for each start.
server() { mkdir -p "$state" && echo 'site mode=server' >"$state/site"; }

# boots HOST MAC [PERSONA]: what the machine would boot, in $T/HOST.boots
boots() {
	on "$1" "$BIN/pxeprobe/pxeprobe" -i eth0 -k "${3:-ipxe}" -m "$2" >"$T/$1.boots" 2>"$T/$1.err"
}
loads() { boots "$1" "$2" "${4:-ipxe}" && grep -q "what=kernel .*$3" "$T/$1.boots"; }
local_disk() { boots "$1" "$2" "${3:-ipxe}" && grep -q "verdict .*boots=yes .*own disk" "$T/$1.boots"; }

logged() { grep -q -e "$1" "$T/up.log"; }
in_file() { grep -q -e "$2" "$state/$1"; }
not_in_file() { ! grep -q -e "$2" "$state/$1"; }
