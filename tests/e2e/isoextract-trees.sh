# shellcheck shell=sh disable=SC2034,SC2154
# Images in the shape of distributions', of tiny files with the right first bytes;
# sourced after lib.sh, with $iso and $profiles set.

# Files that look like a kernel (Documentation/arch/x86/boot.rst), an arm64 one,
# an initrd and EFI programs.
cat >"$T/make.py" <<'PY'
import gzip, struct, sys
out = sys.argv[1]
def x86(name, version, loadflags):
    d = bytearray(20000)
    d[0x1fe:0x200] = b'\x55\xaa'
    d[0x202:0x206] = b'HdrS'
    struct.pack_into('<H', d, 0x206, 0x20f)
    struct.pack_into('<H', d, 0x20e, 0x3000)
    struct.pack_into('<H', d, 0x236, loadflags)
    d[0x3200:0x3200 + len(version)] = version
    return d
def pe(machine, plus, sections, is_signed):
    d = bytearray(20000)
    d[0:2] = b'MZ'
    struct.pack_into('<I', d, 0x3c, 0x80)
    opt = 0xf0 if plus else 0xe0
    d[0x80:0x84] = b'PE\0\0'
    struct.pack_into('<HHIIIHH', d, 0x84, machine, len(sections), 0, 0, 0, opt, 0x22)
    o = 0x98
    struct.pack_into('<H', d, o, 0x20b if plus else 0x10b)
    struct.pack_into('<H', d, o + 68, 10)
    n = o + (108 if plus else 92)
    struct.pack_into('<I', d, n, 16)
    if is_signed:
        struct.pack_into('<II', d, n + 4 + 4 * 8, 16000, 1000)
    for i, s in enumerate(sections):
        d[o + opt + i * 40:o + opt + i * 40 + len(s)] = s
    return d
k64 = x86('k64', b'6.1.0-9-amd64 (builder) #1', 1)
stub = bytearray(pe(0x8664, True, [b'.text'], True))
k = bytearray(k64); k[0:0x1f0] = stub[0:0x1f0]
k[0x1fe:0x200] = b'\x55\xaa'
open(f'{out}/k64', 'wb').write(k)
open(f'{out}/k64bios', 'wb').write(k64)
open(f'{out}/k32', 'wb').write(x86('k32', b'2.6.32 (x)', 0))
a = bytearray(20000); a[56:60] = b'ARM\x64'
open(f'{out}/karm', 'wb').write(a)
open(f'{out}/shim', 'wb').write(pe(0x8664, True, [b'/4', b'.text', b'/14', b'/26', b'.sbat'], True))
open(f'{out}/grub', 'wb').write(pe(0x8664, True, [b'.text', b'.data', b'mods', b'.sbat'], True))
open(f'{out}/grub32', 'wb').write(pe(0x14c, False, [b'.text', b'mods'], False))
open(f'{out}/efi', 'wb').write(pe(0x8664, True, [b'.text'], False))
open(f'{out}/i', 'wb').write(gzip.compress(b'070701' + b'0' * 104, mtime=0))
open(f'{out}/efiarm', 'wb').write(pe(0xaa64, True, [b'.text'], False))
hypervisor = lambda magic: gzip.compress(b'\x7fELF' + bytes(4092) + struct.pack('<I', magic) + bytes(90000), mtime=0) + bytes(9000)
open(f'{out}/multiboot', 'wb').write(hypervisor(0x1badb002))
open(f'{out}/esxboot', 'wb').write(hypervisor(0x1badb005))
open(f'{out}/sdboot', 'wb').write(pe(0xaa64, True, [b'.text', b'.sdmagic'], False))
PY
mkdir "$T/part"
python3 "$T/make.py" "$T/part"

# tree NAME: a new one; put PART PATH...: a file made of that part, or of the
# text
tree() {
	D=${trees:-$T}/$1
	mkdir "$D"
}
put() {
	put_part=$1
	shift
	for put_path; do
		mkdir -p "$D/$(dirname "$put_path")"
		if [ -e "$T/part/$put_part" ]; then cp "$T/part/$put_part" "$D/$put_path"; else echo "$put_part" >"$D/$put_path"; fi
	done
}
# facts VOLUME: packs the tree and looks at it, from a pipe and from a file
facts() {
	xorriso -as mkisofs -quiet -R -V "$1" -o "$D.iso" "$D" 2>/dev/null
	"$iso" -b -P "$profiles" - <"$D.iso" >"$D.pipe" 2>/dev/null
	"$iso" -b -P "$profiles" "$D.iso" >"$D.facts" 2>"$D.err"
	rc=$?
	cmp -s "$D.facts" "$D.pipe" || not_ok "$D: a pipe says the same"
}
# expect LINE: it is among the facts, but for answers=, which a test of its own asks for
expect() {
	if sed 's/ answers=\("[^"]*"\|[^ ]*\)//' "$D.facts" | grep -qxF -e "$1"; then ok "$(basename "$D"): ${1%% args=*}"; else
		sed 's/^/# /' "$D.facts" "$D.err"
		not_ok "$(basename "$D"): $1"
	fi
}
# count WORD N: so many records
count() {
	count_got=$(grep -c "^$1 " "$D.facts")
	if [ "$count_got" -eq "$2" ]; then ok "$(basename "$D"): $2 $1 records"; else
		sed 's/^/# /' "$D.facts"
		not_ok "$(basename "$D"): $2 $1 records, not $count_got"
	fi
}

