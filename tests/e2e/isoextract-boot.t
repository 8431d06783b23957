#!/bin/sh
# isoextract -b: trees in the shape of every profile, as images, from a file and
# from a pipe; images that nobody knows; profiles of one's own, broken ones.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso python3

iso=$BIN/isoextract/isoextract
profiles=$SRC/isoextract/profiles

# said NAME PATTERN: what the command before wrote on stderr
said() {
	if grep -q -e "$2" "$T/err"; then ok "$1"; else
		sed 's/^/# /' "$T/err"
		not_ok "$1"
	fi
}

# Files that look like a kernel (Documentation/arch/x86/boot.rst), an arm64 one
# and EFI programs.
cat >"$T/make.py" <<'PY'
import struct, sys
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
open(f'{out}/sdboot', 'wb').write(pe(0xaa64, True, [b'.text', b'.sdmagic'], False))
PY
mkdir "$T/part"
python3 "$T/make.py" "$T/part"

# tree NAME: a new one; put PART PATH..., text PATH TEXT
tree() {
	D=$T/$1
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
# expect LINE: it is among the facts
expect() {
	if grep -qxF -e "$1" "$D.facts"; then ok "$(basename "$D"): ${1%% args=*}"; else
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

tree debian-mini
put k64 linux
put initrd initrd.gz
facts DEB
expect 'boot name="Debian installer" family=debian-installer arch=x86_64 kernel=linux initrd=initrd.gz args="" linux=6.1.0-9-amd64'

tree debian-netboot
put k64 debian-installer/amd64/linux
put karm debian-installer/arm64/linux
put i debian-installer/amd64/initrd.gz debian-installer/arm64/initrd.gz
put 'Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 NETINST' .disk/info
facts DEB
expect 'boot name="Debian GNU/Linux 12.5.0 Bookworm debian-installer/amd64/linux" family=debian-installer arch=x86_64 kernel=debian-installer/amd64/linux initrd=debian-installer/amd64/initrd.gz args="" version=12.5.0 linux=6.1.0-9-amd64'
count boot 2
check 'both architectures' grep -q 'arch=arm64 kernel=debian-installer/arm64/linux' "$D.facts"

tree debian-cd
put k64 install.amd/vmlinuz
put i install.amd/initrd.gz dists/bookworm/Release
put 'Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 NETINST' .disk/info
put shim EFI/boot/bootx64.efi
put grub EFI/boot/grubx64.efi
put grub32 EFI/boot/bootia32.efi
facts DEB
count boot 0
count unfit 1
expect 'loader path=EFI/boot/bootx64.efi arch=x86_64 signed=yes kind=shim size=20000'
expect 'loader path=EFI/boot/grubx64.efi arch=x86_64 signed=yes kind=grub size=20000'
expect 'loader path=EFI/boot/bootia32.efi arch=i386 signed=no kind=grub size=20000'
check 'no kernel that boots is an answer of no' test $rc -eq 1
check 'and said' grep -q 'unfit lines say why' "$D.err"

tree debian-live
put k64 live/vmlinuz-6.1.0-9-amd64 live/vmlinuz-6.5.0-1-amd64
put i live/initrd.img-6.1.0-9-amd64 live/initrd.img-6.5.0-1-amd64 live/filesystem.squashfs
put 'Debian GNU/Linux Live 12' .disk/info
facts LIVE
count boot 2
expect 'boot name="Debian GNU/Linux Live 12 live/vmlinuz-6.1.0-9-amd64" family=debian-live arch=x86_64 kernel=live/vmlinuz-6.1.0-9-amd64 initrd=live/initrd.img-6.1.0-9-amd64 args="boot=live components fetch={base}/live/filesystem.squashfs" needs=live/filesystem.squashfs version=12 linux=6.1.0-9-amd64 note="the root file system is loaded into memory"'
put k64 live/vmlinuz
put i live/initrd.img
rm "$D.iso"
facts LIVE
count boot 1

tree ubuntu
put k64 casper/vmlinuz casper/hwe-vmlinuz
put i casper/initrd casper/hwe-initrd casper/filesystem.squashfs
put 'Ubuntu-Server 22.04.3 LTS "Jammy Jellyfish" - Release amd64 (20230810)' .disk/info
facts UBUNTU
count boot 2
expect 'boot name="Ubuntu-Server 22.04.3 LTS Jammy Jellyfish" family=casper arch=x86_64 kernel=casper/vmlinuz initrd=casper/initrd args="boot=casper ip=dhcp url={iso} cloud-config-url=/dev/null" image=yes version=22.04.3 linux=6.1.0-9-amd64 note="the whole image is loaded into memory: the machine needs its size and 2 GiB more"'

tree ubuntu-old
put k64 casper/vmlinuz
put i casper/initrd
put 'Ubuntu 18.04.6 LTS "Bionic Beaver" - Release amd64' .disk/info
facts UBUNTU
count boot 0
count unfit 1

tree mint
put k64 casper/vmlinuz
put i casper/initrd.lz
put 'Linux Mint 21.3 "Virginia" - Release amd64 20240104' .disk/info
facts MINT
expect 'boot name="Linux Mint 21.3 Virginia" family=casper arch=x86_64 kernel=casper/vmlinuz initrd=casper/initrd.lz args="boot=casper ip=dhcp url={iso} cloud-config-url=/dev/null" image=yes version=21.3 linux=6.1.0-9-amd64 note="the whole image is loaded into memory: the machine needs its size and 2 GiB more"'

treeinfo() { printf '[header]\ntype = productmd.treeinfo\n\n[release]\nname = Other\n\n[general]\narch = %s\nfamily = %s\nname = %s\nversion = %s\n\n[stage2]\nmainimage = images/install.img\n' "$3" "$1" "$1 $2" "$2" >"$D/.treeinfo"; }
tree rocky
put k64 images/pxeboot/vmlinuz isolinux/vmlinuz
put i images/pxeboot/initrd.img isolinux/initrd.img images/install.img BaseOS/repodata/repomd.xml AppStream/repodata/repomd.xml
treeinfo 'Rocky Linux' 9.3 x86_64
facts Rocky-9-3-x86_64-dvd
expect 'boot name="Rocky Linux 9.3" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args="ip=dhcp inst.stage2={base} inst.repo={base}" needs=* version=9.3 linux=6.1.0-9-amd64'
tree centos7
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img LiveOS/squashfs.img repodata/repomd.xml Packages/a.rpm
treeinfo CentOS 7 x86_64
facts 'CentOS 7 x86_64'
expect 'boot name="CentOS 7" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args="ip=dhcp inst.stage2={base} inst.repo={base}" needs=* version=7 linux=6.1.0-9-amd64'
tree centos6
put k32 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/install.img repodata/repomd.xml
printf '[general]\nfamily = CentOS\ntimestamp = 1.0\nversion = 6.10\narch = x86_64\n' >"$D/.treeinfo"
facts CentOS_6.10_Final
expect 'boot name="CentOS 6.10" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args="ip=dhcp method={base}" needs=* firmware=bios version=6.10 linux=2.6.32'
tree fedora-net
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/install.img
treeinfo Fedora 40 x86_64
facts Fedora-S-dvd-x86_64-40
expect 'boot name="Fedora 40 (network installer)" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args="ip=dhcp inst.stage2={base}" needs=images/*,.treeinfo,.discinfo version=40 linux=6.1.0-9-amd64'
tree fedora-live
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img LiveOS/squashfs.img
facts Fedora-WS-Live-39
expect 'boot name="Anaconda installer Fedora-WS-Live-39 (live)" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args="root=live:{base}/LiveOS/squashfs.img rd.live.image ip=dhcp" needs=LiveOS/* linux=6.1.0-9-amd64 note="the root file system is loaded into memory"'
tree openeuler
put karm images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/install.img repodata/repomd.xml Packages/a.rpm
treeinfo openEuler 22.03-LTS-SP3 aarch64
facts openEuler-22.03
expect 'boot name="openEuler 22.03-LTS-SP3" family=anaconda arch=arm64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args="ip=dhcp inst.stage2={base} inst.repo={base}" needs=* version=22.03-LTS-SP3'
tree kylin
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/install.img repodata/repomd.xml Packages/a.rpm .discinfo
facts Kylin-Server-V10
expect 'boot name="Anaconda installer Kylin-Server-V10" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args="ip=dhcp inst.stage2={base} inst.repo={base}" needs=* linux=6.1.0-9-amd64'

tree leap
put k64 boot/x86_64/loader/linux
put i boot/x86_64/loader/initrd repodata/repomd.xml media.1/media
facts openSUSE-Leap-15.5
expect 'boot name=openSUSE-Leap-15.5 family=suse arch=x86_64 kernel=boot/x86_64/loader/linux initrd=boot/x86_64/loader/initrd args="netsetup=dhcp install={base}" needs=* linux=6.1.0-9-amd64'
tree leap16
put k64 boot/x86_64/loader/linux
put i boot/x86_64/loader/initrd LiveOS/squashfs.img install/repodata/repomd.xml
facts SLES-16.0
expect 'boot name=SLES-16.0 family=suse arch=x86_64 kernel=boot/x86_64/loader/linux initrd=boot/x86_64/loader/initrd args="root=live:{base}/LiveOS/squashfs.img rd.live.image ip=dhcp inst.install_url={base}/install" needs=LiveOS/*,install/* linux=6.1.0-9-amd64'

tree arch
put k64 arch/boot/x86_64/vmlinuz-linux
put i arch/boot/x86_64/initramfs-linux.img arch/boot/intel-ucode.img arch/boot/amd-ucode.img arch/x86_64/airootfs.sfs arch/x86_64/airootfs.sha512
put 2024.01.01 arch/version
facts ARCH_202401
expect 'boot name="Arch Linux 2024.01.01" family=arch arch=x86_64 kernel=arch/boot/x86_64/vmlinuz-linux initrd=arch/boot/intel-ucode.img,arch/boot/amd-ucode.img,arch/boot/x86_64/initramfs-linux.img args="archisobasedir=arch archiso_http_srv={base}/ ip=dhcp checksum=y" needs=arch/x86_64/*,arch/pkglist.*,arch/version version=2024.01.01 linux=6.1.0-9-amd64'

tree alpine
put k64 boot/vmlinuz-lts
put i boot/initramfs-lts boot/modloop-lts apks/x86_64/APKINDEX.tar.gz
put 'alpine-standard-3.19.1 240126' .alpine-release
facts 'alpine-std 3.19.1 x86_64'
expect 'boot name="alpine-standard-3.19.1 240126" family=alpine arch=x86_64 kernel=boot/vmlinuz-lts initrd=boot/initramfs-lts args="modules=loop,squashfs,virtio-net ip=dhcp alpine_repo={base}/apks modloop={base}/boot/modloop-lts" needs=apks/*,boot/modloop-lts version=3.19.1 linux=6.1.0-9-amd64 note="the initramfs of an image has few network drivers, those of virtual machines among them; the netboot archive of the same release has all"'

tree alt
put k64 boot/vmlinuz
put i boot/initrd.img altinst rescue
put 'ALT Server 10.1 x86_64 build 2023' .disk/info
facts ALT
kib=$(($(stat -c %s "$D.iso") / 1024))
expect "boot name=\"ALT Server 10.1 x86_64 build 2023 (install)\" family=alt arch=x86_64 kernel=boot/vmlinuz initrd=boot/initrd.img args=\"fastboot root=bootchain bootchain=fg,altboot ip=dhcp changedisk automatic=method:http,network:dhcp,server:{server},directory:{isopath} ramdisk_size=$kib stagename=altinst lowmem showopts vga=normal\" image=yes version=10.1 linux=6.1.0-9-amd64 note=\"the whole image is loaded into memory\""
count boot 2

tree memtest
put k64 EFI/BOOT/bootx64.efi
facts MT86PLUS_64
expect 'boot name="MT86PLUS_64 Memtest86+" family=memtest86plus arch=x86_64 kernel=EFI/BOOT/bootx64.efi initrd="" args="" linux=6.1.0-9-amd64'
tree memtest-bin
put k64bios boot/memtest86+x64.bin
facts MEM
expect 'boot name="MEM Memtest86+" family=memtest86plus arch=x86_64 kernel=boot/memtest86+x64.bin initrd="" args="" firmware=bios linux=6.1.0-9-amd64'

# ---- nobody's ------------------------------------------------------------------------
tree unknown
put k64 kernels/bzImage
put i kernels/initrd.img readme
put sdboot EFI/BOOT/BOOTAA64.EFI
facts STRANGE
expect 'boot name=STRANGE family=unknown arch=x86_64 kernel=kernels/bzImage initrd=kernels/initrd.img args="" linux=6.1.0-9-amd64'
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

# ---- options -------------------------------------------------------------------------------
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
finish
