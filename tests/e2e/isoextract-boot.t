#!/bin/sh
# isoextract -b: images that nobody knows, links, options, profiles of one's own
# and broken ones.  (isoextract-families.t has those that are known.)
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso python3

iso=$BIN/isoextract/isoextract
profiles=$SRC/isoextract/profiles

. "$SRC/tests/e2e/isoextract-trees.sh"

# ---- nobody's ------------------------------------------------------------------------
tree unknown
put k64 kernels/bzImage
put i kernels/initrd.img readme
put sdboot EFI/BOOT/BOOTAA64.EFI
facts STRANGE
expect 'boot name=STRANGE family=unknown arch=x86_64 kernel=kernels/bzImage initrd=kernels/initrd.img args="" linux=6.1.0-9-amd64 note="nothing is known of this system, and no menu in the image says how its kernel is started"'
expect 'loader path=EFI/BOOT/BOOTAA64.EFI arch=arm64 signed=no kind=systemd-boot size=20000'
mkdir "$T/alone" && cp "$iso" "$T/alone/"
if [ -e /usr/local/share/pxe-tools/profiles ]; then
	skip 'without profiles: some are installed here'
else
	check 'without profiles: kernels are found all the same' "$T/alone/isoextract" -b "$T/unknown.iso"
	cp "$T/out" "$T/alone/facts"
	cp "$T/err" "$T/alone/why"
	check 'of no family' grep -q '^boot name=STRANGE family=unknown arch=x86_64 kernel=kernels/bzImage ' "$T/alone/facts"
	check 'with a warning' grep -q 'no profiles in .*-P' "$T/alone/why"
fi
tree nothing
put i readme
facts DATA
check 'no kernel at all is an answer of no' test $rc -eq 1
check 'and said' grep -q 'no kernel was found' "$D.err"

# ---- links ------------------------------------------------------------------------------
tree links
put k64 real/kernel-1.2
put i real/initrd-1.2
ln -s real/kernel-1.2 "$D/linux"
ln -s real/initrd-1.2 "$D/initrd.gz"
facts LINKS
expect 'boot name="Debian installer" family=debian-installer arch=x86_64 kernel=linux initrd=initrd.gz args="" linux=6.1.0-9-amd64'

# ---- boot programs that are no image ------------------------------------------------------------
# loader_is CODE NAME ARGS...: what isoextract prints goes to $T/loader
loader_is() {
	loader_rc=$1 loader_name=$2
	shift 2
	check_rc "$loader_rc" "$loader_name" "$iso" "$@"
	cp "$T/out" "$T/loader"
}
# program FILE RECORD: -b prints that loader record of it, whatever its size and path
program() {
	[ -r "$1" ] || {
		skip "no $1 here"
		return
	}
	loader_is 0 "-b $1" -b "$1"
	# (newer iPXE has a vendor)
	check 'its record' test "$(sed "s|path=$1 ||; s| vendor=iPXE||; s| size=$(stat -Lc %s "$1")\$||; s| version=[^ ]*||; s/ \(sbat\|level\)=\"[^\"]*\"//g" "$T/loader")" = "loader $2"
}
grub=/usr/lib/grub/x86_64-efi-signed
program /usr/lib/PXELINUX/pxelinux.0 'arch=bios signed=no kind=pxelinux firmware=bios network=yes'
check 'its version' grep -q ' version=[3-9]\.[0-9]' "$T/loader"
program /usr/lib/PXELINUX/lpxelinux.0 'arch=bios signed=no kind=lpxelinux firmware=bios network=yes'
program /usr/lib/SYSLINUX.EFI/efi64/syslinux.efi 'arch=x86_64 signed=no kind=syslinux-efi firmware=efi network=yes'
program /usr/lib/ipxe/undionly.kpxe 'arch=bios signed=no kind=ipxe firmware=bios network=yes'
program /usr/lib/ipxe/ipxe.efi 'arch=x86_64 signed=no kind=ipxe firmware=efi network=yes'
program /usr/lib/shim/shimx64.efi.signed 'arch=x86_64 signed=yes kind=shim firmware=efi vendor=Debian network=yes next=grubx64.efi'
program /usr/lib/shim/mmx64.efi.signed 'arch=x86_64 signed=yes kind=mok firmware=efi vendor=Debian'
program $grub/grubnetx64.efi.signed 'arch=x86_64 signed=yes kind=grub firmware=efi vendor=Debian network=yes http=no prefix=/grub config="normal (memdisk)/grub.cfg\n"'
check 'its version' grep -q ' version=2\.' "$T/loader"
program $grub/gcdx64.efi.signed 'arch=x86_64 signed=yes kind=grub firmware=efi vendor=Debian network=no http=no prefix=/boot/grub config="normal (memdisk)/grub.cfg\n"'
check 'its generations (SBAT)' grep -qE ' sbat="grub,[0-9]+ grub\.debian,[0-9]+' "$T/loader"
program /boot/memtest86+x64.efi 'arch=x86_64 signed=no kind=memtest'
kernel=$T/rocky/images/pxeboot/vmlinuz
tree rocky
put k64 images/pxeboot/vmlinuz
program "$kernel" 'arch=x86_64 signed=yes kind=kernel'
check 'its version' grep -q ' version=6\.1\.0-9-amd64 ' "$T/loader"
size=$(stat -c %s "$kernel")
check 'from a pipe' sh -c 'cat "$2" | "$1" -b - >"$3"' - "$iso" "$kernel" "$T/loader"
check 'with its size' grep -q "^loader path=- .*kind=kernel .*size=$size\$" "$T/loader"
gzip -k "$kernel"
loader_is 0 'compressed' -b "$kernel.gz"
check 'as what it decompresses to' grep -q " kind=kernel .*size=$size\$" "$T/loader"
loader_is 0 'as JSON' -bj "$kernel"
check 'one object' python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); assert r["record"] == "loader" and r["size"] == 20000, r' "$T/loader"
loader_is 1 'with a wrong sum: nothing' -b -s "$(printf '%064d' 0)" "$kernel"
check_not 'is printed' grep -q . "$T/loader"
check_rc 1 'a program holds no files' "$iso" -b -C "$T/none" "$kernel"
said 'which is said' 'neither an image nor a package'
printf '#!ipxe\nshell\n' >"$T/script"
program "$T/script" 'arch=unknown signed=no kind=ipxe-script'
printf 'use PXELINUX 6.04 or http://ipxe.org\n' >"$T/prose"
check_rc 1 'what only mentions one is none' "$iso" -b "$T/prose"

# ---- options -------------------------------------------------------------------------------
rm "$kernel.gz"
put i images/pxeboot/initrd.img BaseOS/repodata/repomd.xml
facts Rocky-9-3-x86_64-dvd
check '-b -C extracts as well' sh -c '"$1" -b -P "$2" -C "$3" - <"$4"' - "$iso" "$profiles" "$T/both" "$T/rocky.iso"
cp "$T/out" "$T/both.facts"
check 'and says it' grep -q '^boot ' "$T/both.facts"
check 'all files' diff -r "$T/rocky" "$T/both"
"$iso" -bj -P "$profiles" "$T/rocky.iso" >"$T/json"
check 'JSON lines' python3 -c '
import json, sys
r = [json.loads(line) for line in open(sys.argv[1])]
assert r[0]["record"] == "boot" and r[0]["needs"] == "*", r' "$T/json"
cat >"$T/own" <<-'EOF'
	# ours
	family own title="Our system {volume}"
	when volume=STRANGE
	boot kernel=kernels/bz* initrd={dir}initrd.img args="root={base}/{1} \"quoted\"" label="(ours)" needs=data/*
EOF
mkdir "$T/empty"
"$iso" -b -P "$T/own" "$T/unknown.iso" >"$T/own.facts" 2>"$T/own.err" || sed 's/^/# /' "$T/own.err"
check 'a profile of one'"'"'s own' grep -qF 'boot name="Our system STRANGE (ours)" family=own arch=x86_64 kernel=kernels/bzImage initrd=kernels/initrd.img args="root={base}/Image \"quoted\"" needs=data/*' "$T/own.facts"
cat >"$T/broken" <<-'EOF'
	famly own
	boot initrd=x args="{nonsense}"
	when
	boot kernel="unterminated
EOF
check_rc 2 'a broken profile' "$iso" -b -P "$T/broken" "$T/unknown.iso"
said 'its first line' 'broken:1: "famly"'
said 'its template' 'broken:2: "args"'
said 'what is missing' 'broken:2: "kernel"'
said 'an empty condition' 'broken:3: "when"'
said 'its last line' 'broken:4: '
# A kernel with its initial RAM disks, which is no image.
cd "$T" || exit
mkdir given
cp "$T/part/k64" given/vmlinuz
cp "$T/part/i" given/ucode.img
cp "$T/part/i" initrd.img
"$iso" -b given/vmlinuz given/ucode.img initrd.img >"$T/given.facts"
check 'a kernel and what is loaded with it, in that order' grep -qx 'boot name=vmlinuz family=unknown arch=x86_64 kernel=vmlinuz initrd=ucode.img,initrd.img args="" linux=6.1.0-9-amd64 note="nothing is known of this system: .*"' "$T/given.facts"
check '... of which pxe-menu makes an entry' "$SRC/compose/pxe-menu" -d k -u http://h "$T/menu" <"$T/given.facts"
check '... marked as unknown' grep -q 'vmlinuz (unknown system)' "$T/menu/boot.ipxe"
check_rc 1 'what is no kernel' "$iso" -b part/shim initrd.img
said '... is said' 'it is no Linux kernel'
check_rc 1 'an initrd that is not there' "$iso" -b given/vmlinuz initrd.gz
said '... is said' 'what follows a kernel must be files'
check_rc 1 'two of one name' "$iso" -b given/vmlinuz initrd.img ./initrd.img
finish
