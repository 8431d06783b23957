#!/bin/sh
# isoextract -b: an image in the shape of each family's, and what it says of it, to
# the letter; then the menus made of all that, followed by pxeprobe to the last
# byte.  Where the layouts were read is said above each.
# shellcheck disable=SC2016 # $x is iPXE's
. "$(dirname "$0")/../lib.sh"
need xorriso python3 cpio

iso=$BIN/isoextract/isoextract
profiles=$SRC/isoextract/profiles
trees=$T/www
mkdir "$trees"
. "$SRC/tests/e2e/isoextract-trees.sh"

treeinfo() { printf '[header]\ntype = productmd.treeinfo\n\n[release]\nname = Other\n\n[general]\narch = %s\nfamily = %s\nname = %s\nversion = %s\n\n[stage2]\nmainimage = images/install.img\n' "$3" "$1" "$1 $2" "$2" >"$D/.treeinfo"; }
# What many records end with.
k='linux=6.1.0-9-amd64'
rootfs='note="the root file system is loaded into memory"'
whole='note="the whole image is loaded into memory: the machine needs more than twice its size"'
twice='note="the root file system is loaded into memory twice: the machine needs more than twice its size"'

# ---- Debian ----------------------------------------------------------------------------
# debian-installer's netboot/mini.iso; netboot.tar.gz and debian-installer-12-netboot-*.
tree debian-mini
put k64 linux
put initrd initrd.gz
facts DEB
expect "boot name=\"Debian installer\" family=debian-installer arch=x86_64 kernel=linux initrd=initrd.gz args=\"\" $k"

tree debian-netboot
put k64 debian-installer/amd64/linux
put karm debian-installer/arm64/linux
put i debian-installer/amd64/initrd.gz debian-installer/arm64/initrd.gz
put 'Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 NETINST' .disk/info
facts DEB
expect "boot name=\"Debian GNU/Linux 12.5.0 Bookworm debian-installer/amd64/linux\" family=debian-installer arch=x86_64 kernel=debian-installer/amd64/linux initrd=debian-installer/amd64/initrd.gz args=\"\" version=12.5.0 $k"
expect 'boot name="Debian GNU/Linux 12.5.0 Bookworm debian-installer/arm64/linux" family=debian-installer arch=arm64 kernel=debian-installer/arm64/linux initrd=debian-installer/arm64/initrd.gz args="" version=12.5.0'
count boot 2

tree debian-package
dir=usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64
put k64 $dir/linux
put i $dir/initrd.gz
facts DEB
expect "boot name=\"Debian installer 12 (text)\" family=debian-installer arch=x86_64 kernel=$dir/linux initrd=$dir/initrd.gz args=\"\" $k"
count boot 1

# debian-13.6.0-amd64-netinst.iso: .disk/info, install.amd/.
tree debian-netinst
put k64 install.amd/vmlinuz install.amd/gtk/vmlinuz
put i install.amd/initrd.gz install.amd/gtk/initrd.gz dists/trixie/Release
put 'Debian GNU/Linux 13.6.0 "Trixie" - Official amd64 NETINST with firmware 20260711-09:42' .disk/info
put shim EFI/boot/bootx64.efi
put grub EFI/boot/grubx64.efi
put grub32 EFI/boot/bootia32.efi
facts 'Debian 13.6.0 amd64 n'
expect 'unfit name="Debian GNU/Linux 13.6.0 Trixie (CD installer)" family=debian-installer arch=x86_64 kernel=install.amd/vmlinuz why="the initrd of a CD or DVD image looks for a CD drive and cannot install over a network; with the kernel and initrd of mini.iso or netboot.tar.gz of the same release (dists/CODENAME/main/installer-ARCH/current/images/netboot/netboot.tar.gz of a mirror) the extracted image can be the mirror, if its kernel udebs are of that kernel'"'"'s version"'
expect 'loader path=EFI/boot/bootx64.efi arch=x86_64 signed=yes kind=shim size=20000'
expect 'loader path=EFI/boot/grubx64.efi arch=x86_64 signed=yes kind=grub size=20000'
expect 'loader path=EFI/boot/bootia32.efi arch=i386 signed=no kind=grub size=20000'
count boot 0
check 'no kernel that boots is an answer of no' test $rc -eq 1
check 'and said' grep -q 'unfit lines say why' "$D.err"

# debian-live-12.*-amd64-standard.iso (live-build).
tree debian-live
put k64 live/vmlinuz-6.1.0-9-amd64 live/vmlinuz-6.5.0-1-amd64
put i live/initrd.img-6.1.0-9-amd64 live/initrd.img-6.5.0-1-amd64 live/filesystem.squashfs
put 'Debian GNU/Linux Live 12' .disk/info
facts 'd-live 12.5.0 st amd64'
expect "boot name=\"Debian GNU/Linux Live 12 live/vmlinuz-6.1.0-9-amd64\" family=debian-live arch=x86_64 kernel=live/vmlinuz-6.1.0-9-amd64 initrd=live/initrd.img-6.1.0-9-amd64 args=\"boot=live components fetch={base}/live/filesystem.squashfs\" needs=live/filesystem.squashfs version=12 $k $rootfs"
count boot 2
put k64 live/vmlinuz
put i live/initrd.img
rm "$D.iso"
facts 'd-live 12.5.0 st amd64'
expect "boot name=\"Debian GNU/Linux Live 12\" family=debian-live arch=x86_64 kernel=live/vmlinuz initrd=live/initrd.img args=\"boot=live components fetch={base}/live/filesystem.squashfs\" needs=live/filesystem.squashfs version=12 $k $rootfs"
count boot 1

# kali-linux-*-live-amd64.iso (live-build) and its installer image (simple-cdd).
tree kali-live
put k64 live/vmlinuz live/vmlinuz-6.6.9-amd64
put i live/initrd.img live/initrd.img-6.6.9-amd64 live/filesystem.squashfs
put 'Kali GNU/Linux 2024.1 "kali-last-snapshot" - Official Snapshot amd64 LIVE/INSTALL Binary 20240225' .disk/info
facts 'Kali Live'
expect "boot name=\"Kali GNU/Linux 2024.1 kali-last-snapshot (live)\" family=kali arch=x86_64 kernel=live/vmlinuz initrd=live/initrd.img args=\"boot=live components username=kali hostname=kali noeject fetch={base}/live/filesystem.squashfs\" needs=live/filesystem.squashfs version=2024.1 $k $rootfs"
count boot 1
tree kali-installer
put k64 install.amd/vmlinuz
put i install.amd/initrd.gz dists/kali-rolling/Release dists/kali-rolling/main/debian-installer/binary-amd64/Packages.gz dists/kali-rolling/main/debian-installer/binary-amd64/Packages
put udeb pool/main/l/linux/kernel-image-6.6.9-amd64-di_6.6.9-1kali1_amd64.udeb
put 'Kali GNU/Linux 2024.1 "Kali-last-snapshot" - Official amd64 BD Binary-1 with firmware 20240225-09:19' .disk/info
facts 'Kali Linux amd64 1'
check 'Kali'"'"'s installer image is a mirror for its network installer' grep -q '^netboot name="Kali GNU/Linux 2024.1 Kali-last-snapshot (network installer)" family=kali arch=x86_64 kernel=debian-installer/amd64/linux initrd=debian-installer/amd64/initrd.gz args=".*mirror/suite=kali-rolling .* linux=6.6.9-amd64 from=https://http.kali.org/kali/dists/kali-rolling/main/installer-amd64/current/images/netboot/netboot.tar.gz note="' "$D.facts"
count netboot 1
expect 'unfit name="Kali GNU/Linux 2024.1 Kali-last-snapshot (installer)" family=kali arch=x86_64 kernel=install.amd/vmlinuz why="the initrd of an installer image looks for a CD drive and cannot install over a network; with the kernel and initrd of netboot.tar.gz of a Kali mirror (dists/kali-rolling/main/installer-amd64/current/images/netboot) the extracted image can be the mirror, if its kernel udebs are of that kernel'"'"'s version"'
count boot 0

# clonezilla-live-3.1.2-22-amd64.iso; gparted-live-1.6.0-3-amd64.iso: the version files.
tree clonezilla
put k64 live/vmlinuz
put i live/initrd.img live/filesystem.squashfs
put clonezilla-live-3.1.2-22-amd64 Clonezilla-Live-Version
put Debian .disk/info
facts 3.1.2-22-amd64
expect "boot name=clonezilla-live-3.1.2-22-amd64 family=clonezilla arch=x86_64 kernel=live/vmlinuz initrd=live/initrd.img args=\"boot=live union=overlay username=user config components noswap edd=on nomodeset enforcing=0 noeject locales= keyboard-layouts= ocs_live_run=ocs-live-general ocs_live_extra_param= ocs_live_batch=no net.ifnames=0 nosplash noprompt fetch={base}/live/filesystem.squashfs\" needs=live/filesystem.squashfs version=3.1.2-22 $k $rootfs"
count boot 1
tree gparted
put k64 live/vmlinuz
put i live/initrd.img live/filesystem.squashfs
put gparted-live-1.6.0-3-amd64 GParted-Live-Version
facts GParted-live
expect "boot name=gparted-live-1.6.0-3-amd64 family=gparted arch=x86_64 kernel=live/vmlinuz initrd=live/initrd.img args=\"boot=live config components union=overlay username=user noswap noeject ip= net.ifnames=0 vga=788 fetch={base}/live/filesystem.squashfs\" needs=live/filesystem.squashfs version=1.6.0-3 $k $rootfs"
count boot 1

# ---- Ubuntu ----------------------------------------------------------------------------
# ubuntu-24.04.4-desktop-amd64.iso; ubuntu-22.04.3-live-server-amd64.iso, whose
# second kernel is the HWE one.
tree ubuntu-desktop
put k64 casper/vmlinuz boot/memtest86+x64.bin
put i casper/initrd casper/minimal.squashfs
put 'Ubuntu 24.04.4 LTS "Noble Numbat" - Release amd64 (20260210)' .disk/info
facts 'Ubuntu 24.04.4 LTS amd64'
expect "boot name=\"Ubuntu 24.04.4 LTS Noble Numbat\" family=casper arch=x86_64 kernel=casper/vmlinuz initrd=casper/initrd args=\"boot=casper ip=dhcp url={iso} cloud-config-url=/dev/null\" image=yes version=24.04.4 $k $whole"
check 'memtest86+ comes last, however it is named' sh -c 'tail -n 1 "$1" | grep -q "family=memtest86plus"' - "$D.facts"
tree ubuntu-server
put k64 casper/vmlinuz casper/hwe-vmlinuz
put i casper/initrd casper/hwe-initrd casper/ubuntu-server-minimal.squashfs
put 'Ubuntu-Server 22.04.3 LTS "Jammy Jellyfish" - Release amd64 (20230810)' .disk/info
facts 'Ubuntu-Server 22.04.3 LTS amd64'
expect "boot name=\"Ubuntu-Server 22.04.3 LTS Jammy Jellyfish\" family=casper arch=x86_64 kernel=casper/vmlinuz initrd=casper/initrd args=\"boot=casper ip=dhcp url={iso} cloud-config-url=/dev/null\" image=yes version=22.04.3 $k ${whole%\"}; for an unattended installation add autoinstall ds=nocloud;s=URL/\""
check 'the HWE kernel comes second' sh -c 'sed -n 2p "$1" | grep -q "(HWE kernel)\" .*kernel=casper/hwe-vmlinuz initrd=casper/hwe-initrd "' - "$D.facts"
count boot 2
tree ubuntu-old
put k64 casper/vmlinuz
put i casper/initrd
put 'Ubuntu 18.04.6 LTS "Bionic Beaver" - Release amd64' .disk/info
facts 'Ubuntu 18.04.6 LTS amd64'
expect 'unfit name="Ubuntu 18.04.6 LTS Bionic Beaver" family=casper arch=x86_64 kernel=casper/vmlinuz why="before 20.04 casper had no HTTP, only NFS"'
count boot 0

# linuxmint-22.3-cinnamon-64bit.iso; lmde-6-cinnamon-64bit.iso; Mint 19.
tree mint
put k64 casper/vmlinuz
put i casper/initrd.lz casper/filesystem.squashfs
put 'Linux Mint 22.3 "Zena" - Release amd64 20260108' .disk/info
facts 'Linux Mint 22.3 Cinnamon 64-bit'
expect "boot name=\"Linux Mint 22.3 Zena\" family=mint arch=x86_64 kernel=casper/vmlinuz initrd=casper/initrd.lz args=\"boot=casper ip=dhcp url={iso} cloud-config-url=/dev/null username=mint hostname=mint\" image=yes version=22.3 $k $whole"
count boot 1
tree lmde
put k64 live/vmlinuz
put i live/initrd.lz live/filesystem.squashfs
put 'LMDE 6 "Faye" - Release amd64 20230920' .disk/info
facts 'LMDE 6 Cinnamon 64-bit'
expect "boot name=\"LMDE 6 Faye\" family=mint arch=x86_64 kernel=live/vmlinuz initrd=live/initrd.lz args=\"boot=live components username=mint hostname=mint fetch={base}/live/filesystem.squashfs\" needs=live/filesystem.squashfs version=6 $k $rootfs"
count boot 1
tree mint-old
put k64 casper/vmlinuz
put i casper/initrd.lz
put 'Linux Mint 19.3 "Tricia" - Release amd64 20191213' .disk/info
facts 'Linux Mint 19.3 MATE 64-bit'
expect 'unfit name="Linux Mint 19.3 Tricia" family=mint arch=x86_64 kernel=casper/vmlinuz why="before Mint 20 casper had no HTTP, only NFS"'

# rescuezilla's src/livecd/image and build.sh; Kylin-Desktop-V10-SP1.
tree rescuezilla
put k64 casper/vmlinuz
put i casper/initrd.lz casper/filesystem.squashfs
facts Rescuezilla
expect "boot name=Rescuezilla family=rescuezilla arch=x86_64 kernel=casper/vmlinuz initrd=casper/initrd.lz args=\"boot=casper ip=dhcp url={iso} cloud-config-url=/dev/null fsck.mode=skip noprompt edd=on\" image=yes $k $whole"
count boot 1
tree kylin-desktop
put karm casper/vmlinuz
put i casper/initrd.lz casper/filesystem.squashfs .kyinfo
facts 'Kylin V10 SP1 arm64'
expect "boot name=\"Kylin V10 SP1 arm64\" family=kylin arch=arm64 kernel=casper/vmlinuz initrd=casper/initrd.lz args=\"boot=casper ip=dhcp url={iso} locale=zh_CN security= audit=0\" image=yes $whole"
count boot 1

# ---- Anaconda --------------------------------------------------------------------------
# productmd's treeinfo; Rocky-9.3-x86_64-dvd1.iso, and the same tree of its kin.
dvd='args="ip=dhcp inst.stage2={base} inst.repo={base}" needs=*'
while IFS='|' read -r name product version volume; do
	tree "$name"
	put k64 images/pxeboot/vmlinuz isolinux/vmlinuz
	put i images/pxeboot/initrd.img isolinux/initrd.img images/install.img BaseOS/repodata/repomd.xml AppStream/repodata/repomd.xml
	treeinfo "$product" "$version" x86_64
	facts "$volume"
	expect "boot name=\"$product $version\" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img $dvd version=$version $k"
	count boot 1
done <<'END'
rocky|Rocky Linux|9.3|Rocky-9-3-x86_64-dvd
alma|AlmaLinux|9.4|AlmaLinux-9-4-x86_64-dvd
oracle|Oracle Linux Server|9.3|OL-9-3-0-BaseOS-x86_64
rhel|Red Hat Enterprise Linux|9.3.0|RHEL-9-3-0-BaseOS-x86_64
stream|CentOS Stream|9|CentOS-Stream-9-BaseOS-x86_64
END
# CentOS-7-x86_64-Minimal-2009.iso: stage 2 in LiveOS, packages beside it.
tree centos7
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img LiveOS/squashfs.img repodata/repomd.xml Packages/a.rpm
treeinfo CentOS 7 x86_64
facts 'CentOS 7 x86_64'
expect "boot name=\"CentOS 7\" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img $dvd version=7 $k"
tree centos6
put k32 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/install.img repodata/repomd.xml
printf '[general]\nfamily = CentOS\ntimestamp = 1.0\nversion = 6.10\narch = x86_64\n' >"$D/.treeinfo"
facts CentOS_6.10_Final
expect 'boot name="CentOS 6.10" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args="ip=dhcp method={base}" needs=* firmware=bios version=6.10 linux=2.6.32'
# Fedora-Server-netinst; Fedora-Workstation-Live up to 39, and as kiwi makes it since.
tree fedora-net
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/install.img
treeinfo Fedora 40 x86_64
facts Fedora-S-dvd-x86_64-40
expect "boot name=\"Fedora 40 (network installer)\" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args=\"ip=dhcp inst.stage2={base}\" needs=images/*,.treeinfo,.discinfo version=40 $k"
tree fedora-live
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img LiveOS/squashfs.img
facts Fedora-WS-Live-39-1-5
expect "boot name=\"Fedora WS Live 39 (live)\" family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args=\"root=live:{base}/LiveOS/squashfs.img rd.live.image ip=dhcp\" needs=LiveOS/* version=39 $k $rootfs"
tree fedora-live-kiwi
put k64 boot/x86_64/loader/linux
put i boot/x86_64/loader/initrd LiveOS/squashfs.img
facts Fedora-WS-Live-42
expect "boot name=\"Fedora WS Live 42 (live)\" family=anaconda arch=x86_64 kernel=boot/x86_64/loader/linux initrd=boot/x86_64/loader/initrd args=\"root=live:{base}/LiveOS/squashfs.img rd.live.image ip=dhcp\" needs=LiveOS/* version=42 $k $rootfs"
count boot 1
tree openeuler
put karm images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/install.img repodata/repomd.xml Packages/a.rpm
treeinfo openEuler 22.03-LTS-SP3 aarch64
facts openEuler-22.03-LTS-SP3-aarch64
expect "boot name=\"openEuler 22.03-LTS-SP3\" family=anaconda arch=arm64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img $dvd version=22.03-LTS-SP3"
tree kylin-server
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/install.img repodata/repomd.xml Packages/a.rpm .discinfo
facts Kylin-Server-10
expect "boot name=Kylin-Server-10 family=anaconda arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img $dvd $k"
# coreos-assembler's live image: fedora-coreos-*-live.x86_64.iso, rhcos-live.
tree coreos
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/pxeboot/rootfs.img images/ignition.img coreos/kargs.json
facts fedora-coreos-40.20240416.3.1
expect "boot name=\"Fedora CoreOS 40.20240416.3.1\" family=coreos arch=x86_64 kernel=images/pxeboot/vmlinuz initrd=images/pxeboot/initrd.img args=\"coreos.live.rootfs_url={base}/images/pxeboot/rootfs.img ignition.firstboot ignition.platform.id=metal\" needs=images/pxeboot/rootfs.img version=40.20240416.3.1 $k note=\"runs from memory without a config; to install, add coreos.inst.install_dev=DISK coreos.inst.ignition_url=URL, to configure the live system ignition.config.url=URL\""
count boot 1
rm "$D.iso"
facts rhcos-415.92.202402201450-0
check 'RHCOS is told by its volume' grep -q '^boot name="RHEL CoreOS 415.92.202402201450-0" .* version=415.92.202402201450-0 ' "$D.facts"

# ---- SUSE ------------------------------------------------------------------------------
# openSUSE-Leap-15.6-DVD; SLE-15-SP5-Full; Agama's live image (LiveOS, install/).
tree leap
put k64 boot/x86_64/loader/linux
put i boot/x86_64/loader/initrd repodata/repomd.xml media.1/media
facts openSUSE-Leap-15.6-DVD-x86_64710
expect "boot name=\"openSUSE Leap 15.6\" family=suse arch=x86_64 kernel=boot/x86_64/loader/linux initrd=boot/x86_64/loader/initrd args=\"netsetup=dhcp install={base}\" needs=* version=15.6 $k"
tree sles
put karm boot/aarch64/linux
put i boot/aarch64/initrd repodata/repomd.xml media.1/media
facts SLE-15-SP5-Full-aarch6414.28
expect 'boot name="SUSE Linux Enterprise 15 SP5" family=suse arch=arm64 kernel=boot/aarch64/linux initrd=boot/aarch64/initrd args="netsetup=dhcp install={base}" needs=* version=15'
tree agama
put k64 boot/x86_64/loader/linux
put i boot/x86_64/loader/initrd LiveOS/squashfs.img install/repodata/repomd.xml
facts Install-SLES-x86-64
expect "boot name=\"SUSE Linux Enterprise Server\" family=suse arch=x86_64 kernel=boot/x86_64/loader/linux initrd=boot/x86_64/loader/initrd args=\"root=live:{base}/LiveOS/squashfs.img rd.live.image ip=dhcp inst.install_url={base}/install\" needs=LiveOS/*,install/* $k"

# openSUSE-Tumbleweed-KDE-Live, openSUSE-Leap-15.6-KDE-Live (KIWI).
tree tumbleweed-live
put k64 boot/x86_64/loader/linux
put i boot/x86_64/loader/initrd LiveOS/squashfs.img
facts openSUSE_Tumbleweed_KDE_Live
kib=$(($(stat -c %s "$D.iso") / 1024))
expect "boot name=\"openSUSE Tumbleweed KDE Live (live)\" family=suse arch=x86_64 kernel=boot/x86_64/loader/linux initrd=boot/x86_64/loader/initrd args=\"root=live:{iso} rd.live.image ip=dhcp ramdisk_size=$kib\" image=yes $k note=\"the whole image is loaded into memory\""
rm "$D.iso"
facts openSUSE_Leap_15.6_KDE_Live
count boot 0
check 'Leap live images are unfit, and say so' grep -q '^unfit name="openSUSE Leap 15.6 KDE Live (live)" .* why="the initrd of Leap' "$D.facts"

# ---- Arch ------------------------------------------------------------------------------
# archiso's releng profile, with the microcode apart (before v80) and without;
# another base directory.
tree arch
put k64 arch/boot/x86_64/vmlinuz-linux
put i arch/boot/x86_64/initramfs-linux.img arch/boot/intel-ucode.img arch/boot/amd-ucode.img arch/x86_64/airootfs.sfs arch/x86_64/airootfs.sha512
put 2024.01.01 arch/version
facts ARCH_202401
expect "boot name=\"Arch Linux 2024.01.01\" family=arch arch=x86_64 kernel=arch/boot/x86_64/vmlinuz-linux initrd=arch/boot/intel-ucode.img,arch/boot/amd-ucode.img,arch/boot/x86_64/initramfs-linux.img args=\"archisobasedir=arch archiso_http_srv={base}/ ip=dhcp checksum=y\" needs=arch/x86_64/*,arch/pkglist.*,arch/version version=2024.01.01 $k $twice"
tree blackarch
put k64 blackarch/boot/x86_64/vmlinuz-linux
put i blackarch/boot/x86_64/initramfs-linux.img blackarch/x86_64/airootfs.erofs
facts BLACKARCH
expect "boot name=BLACKARCH family=arch arch=x86_64 kernel=blackarch/boot/x86_64/vmlinuz-linux initrd=blackarch/boot/x86_64/initramfs-linux.img args=\"archisobasedir=blackarch archiso_http_srv={base}/ ip=dhcp\" needs=blackarch/x86_64/*,blackarch/pkglist.*,blackarch/version $k $twice"
# manjaro-kde-24.0-*.iso (manjaro-tools); system-rescue.org, PXE_network_booting.
tree manjaro
put k64 boot/vmlinuz-x86_64
put i boot/initramfs-x86_64.img boot/intel_ucode.img boot/amd_ucode.img manjaro/x86_64/rootfs.sfs manjaro/x86_64/livefs.sfs
facts MANJARO_KDE_2400
expect "boot name=\"Manjaro KDE 2400\" family=manjaro arch=x86_64 kernel=boot/vmlinuz-x86_64 initrd=boot/intel_ucode.img,boot/amd_ucode.img,boot/initramfs-x86_64.img args=\"misobasedir=manjaro miso_http_srv={base}/ ip=dhcp driver=free nouveau.modeset=1 i915.modeset=1 radeon.modeset=1\" needs=manjaro/* version=2400 $k $rootfs"
tree systemrescue
put k64 sysresccd/boot/x86_64/vmlinuz
put i sysresccd/boot/x86_64/sysresccd.img sysresccd/boot/intel_ucode.img sysresccd/boot/amd_ucode.img sysresccd/x86_64/airootfs.sfs
put 11.01 sysresccd/VERSION
facts RESCUE1101
expect "boot name=\"SystemRescue 11.01\" family=systemrescue arch=x86_64 kernel=sysresccd/boot/x86_64/vmlinuz initrd=sysresccd/boot/intel_ucode.img,sysresccd/boot/amd_ucode.img,sysresccd/boot/x86_64/sysresccd.img args=\"archisobasedir=sysresccd ip=dhcp archiso_http_srv={base}/ checksum\" needs=sysresccd/x86_64/* version=11.01 $k $rootfs"
count boot 1

# ---- others ------------------------------------------------------------------------------
# alpine-standard-3.24.1-x86_64.iso, and 3.19.1; ALT's mkimage-profiles.
tree alpine
put k64 boot/vmlinuz-lts
put i boot/initramfs-lts boot/modloop-lts apks/x86_64/APKINDEX.tar.gz
put 'alpine-standard-3.24.1 260601' .alpine-release
facts 'alpine-std 3.24.1 x86_64'
expect "boot name=\"alpine-standard-3.24.1 260601\" family=alpine arch=x86_64 kernel=boot/vmlinuz-lts initrd=boot/initramfs-lts args=\"modules=loop,squashfs,virtio-net ip=dhcp alpine_repo={base}/apks modloop={base}/boot/modloop-lts\" needs=apks/*,boot/modloop-lts version=3.24.1 $k note=\"the initramfs of an image has no network driver but virtio's, for virtual machines; the netboot archive of the same release has all\""
count boot 1
# alpine-netboot-3.19.1-x86_64.tar.gz, unpacked.
tree alpine-netboot
put k64 boot/vmlinuz-lts
put i boot/initramfs-lts boot/modloop-lts
facts 'netboot'
expect "boot name=\"Alpine Linux netboot\" family=alpine arch=x86_64 kernel=boot/vmlinuz-lts initrd=boot/initramfs-lts args=\"modules=loop,squashfs ip=dhcp alpine_repo=http://dl-cdn.alpinelinux.org/alpine/latest-stable/main modloop={base}/boot/modloop-lts\" needs=boot/modloop-lts $k note=\"takes its packages from the mirror's newest release: for an older one write its name (v3.19) for latest-stable\""
count boot 1
tree alpine-old
put k64 boot/vmlinuz-lts
put i boot/initramfs-lts boot/modloop-lts apks/x86_64/APKINDEX.tar.gz
for v in 3.9.6 3.19.1 3.21.3; do
	rm -f "$D.iso"
	put "alpine-standard-$v 240126" .alpine-release
	facts "alpine-std $v x86_64"
	count boot 0
	check "the initramfs of $v has no DHCP" grep -q '^unfit .* kernel=boot/vmlinuz-lts why="the initramfs of an image up to 3.21 ' "$D.facts"
done

tree alt
put k64 boot/vmlinuz
put i boot/initrd.img altinst rescue
put 'ALT Server 10.1 x86_64 build 2023' .disk/info
facts ALT
kib=$(($(stat -c %s "$D.iso") / 1024))
expect "boot name=\"ALT Server 10.1 x86_64 build 2023 (install)\" family=alt arch=x86_64 kernel=boot/vmlinuz initrd=boot/initrd.img args=\"fastboot root=bootchain bootchain=fg,altboot ip=dhcp changedisk automatic=method:http,network:dhcp,server:{server},directory:{path} ramdisk_size=$kib stagename=altinst lowmem showopts vga=normal\" needs=* version=10.1 $k note=\"the root file system is loaded into memory\""
expect "boot name=\"ALT Server 10.1 x86_64 build 2023 (rescue)\" family=alt arch=x86_64 kernel=boot/vmlinuz initrd=boot/initrd.img args=\"fastboot root=bootchain bootchain=fg,altboot ip=dhcp live automatic=method:http,network:dhcp,server:{server},directory:{path} ramdisk_size=$kib stagename=rescue showopts vga=normal\" needs=rescue version=10.1 $k note=\"the root file system is loaded into memory\""
count boot 2

tree alt-netinst
put k64 boot/vmlinuz
put i boot/initrd.img
put 'ALT Server netinst 10.1 x86_64' .disk/info
facts 'ALT netinst'
expect "boot name=\"ALT Server netinst 10.1 x86_64 (network installer)\" family=alt arch=x86_64 kernel=boot/vmlinuz initrd=boot/initrd.img args=\"fastboot root=bootchain bootchain=fg,altboot ip=dhcp changedisk stagename=altinst lowmem showopts vga=normal\" version=10.1 $k note=\"asks where the installer is; automatic=method:http,network:dhcp,server:HOST,directory:PATH answers\""
count boot 1

# void-mklive; nixpkgs' iso-image.nix; catalyst with dracut and with genkernel.
tree void
put k64 boot/vmlinuz
put i boot/initrd LiveOS/squashfs.img
facts VOID_LIVE
expect "boot name=\"Void Linux (live)\" family=void arch=x86_64 kernel=boot/vmlinuz initrd=boot/initrd args=\"root=live:/squashfs.img init=/sbin/init ro rd.luks=0 rd.md=0 rd.dm=0 rd.live.overlay.overlayfs=1 vconsole.unicode=1 vconsole.keymap=us locale.LANG=en_US.UTF-8\" needs=LiveOS/squashfs.img embed=LiveOS/squashfs.img@squashfs.img $k note=\"the root file system is loaded with the initial RAM disk: the machine needs 4 GiB of memory\""
count boot 1
tree nixos
put k64 boot/bzImage
put i boot/initrd nix-store.squashfs
facts nixos-minimal-23.11-x86_64
expect 'unfit name="NixOS 23.11 minimal" family=nixos arch=x86_64 kernel=boot/bzImage why="the first stage of a NixOS image looks for the disc itself and fetches nothing; build the netboot files instead (nix-build -A netboot.x86_64-linux in nixpkgs'"'"' nixos/release.nix)"'
count boot 0
gentoo='note="the root file system is loaded with the initial RAM disk: the machine needs three times its size of memory"'
tree gentoo
put k64 boot/gentoo
put i boot/gentoo.igz boot/gentoo-config image.squashfs
put 'linux /boot/gentoo nodhcp root=live:CDLABEL=Gentoo-amd64-20260601 rd.live.dir=/ rd.live.squashimg=image.squashfs cdroot' boot/grub/grub.cfg
facts Gentoo-amd64-20260601
expect "boot name=\"Gentoo amd64 20260601\" family=gentoo arch=x86_64 kernel=boot/gentoo initrd=boot/gentoo.igz args=\"root=live:/image.img cdroot dokeymap\" needs=image.squashfs embed=image.squashfs@image.img version=20260601 $k $gentoo"
count boot 1
tree gentoo-genkernel
put k64 boot/gentoo
put i boot/gentoo.igz image.squashfs
put 'linux /boot/gentoo dokeymap looptype=squashfs loop=/image.squashfs cdroot' boot/grub/grub.cfg
facts 'Gentoo amd64 20230101T164658Z'
expect "boot name=\"Gentoo amd64 20230101T164658Z\" family=gentoo arch=x86_64 kernel=boot/gentoo initrd=boot/gentoo.igz args=\"root=/dev/ram0 init=/linuxrc looptype=squashfs loop=/image.squashfs cdroot dokeymap\" needs=image.squashfs embed=image.squashfs@image.squashfs $k $gentoo"

# proxmox-ve_9.2-1.iso: .disk/info has KEY='value' lines.
tree proxmox
put k64 boot/linux26
put i boot/initrd.img pve-base.squashfs proxmox/packages/a.deb
printf "RELEASE='9.2'\nISORELEASE='1'\nISONAME='proxmox-ve'\nPRODUCT='pve'\nPRODUCTLONG='Proxmox VE'\n" >"$T/info"
mkdir "$D/.disk" && cp "$T/info" "$D/.disk/info"
facts PVE
pve='note="the whole image is loaded with the initial RAM disk: the machine needs 8 GiB of memory"'
expect "boot name=\"Proxmox VE 9.2-1\" family=proxmox arch=x86_64 kernel=boot/linux26 initrd=boot/initrd.img args=\"ramdisk_size=16777216 rw quiet splash=silent\" embed={iso}@proxmox.iso version=9.2-1 $k $pve"
expect "boot name=\"Proxmox VE 9.2-1 (text mode)\" family=proxmox arch=x86_64 kernel=boot/linux26 initrd=boot/initrd.img args=\"ramdisk_size=16777216 rw quiet splash=silent proxtui\" embed={iso}@proxmox.iso version=9.2-1 $k $pve"
count boot 2

# VMware-VMvisor-Installer-7.0U3d: boot.cfg, efi/boot.
tree esxi
put efi EFI/BOOT/BOOTX64.EFI
put i mboot.c32 b.b00 jumpstrt.gz
printf 'bootstate=0\r\ntitle=Loading ESXi installer\r\ntimeout=5\r\nprefix=\r\nkernel=/b.b00\r\nkernelopt=runweasel cdromBoot\r\nmodules=/jumpstrt.gz --- /useropts.gz\r\nbuild=7.0.3-0.0.18644231\r\nupdated=0\r\n' >"$D/boot.cfg"
facts ESXI-7.0U3D-19482537-STANDARD
expect 'boot name="VMware ESXi 7.0.3-0.0.18644231" family=esxi arch=x86_64 kernel=EFI/BOOT/BOOTX64.EFI initrd="" args="-c {base}/boot-pxe.cfg" needs=* with=mboot firmware=efi version=7.0.3-0.0.18644231 note="UEFI machines only; for an answer file add ks=URL to the kernel arguments"'
count boot 1

# Windows 10/11 setup (as its UDF shows it); Windows PE of the ADK, capitals and all.
win='note="needs wimboot; setup then wants the other files of the image from a Windows share (net use)"'
tree windows
put i bootmgr bootmgr.efi boot/bcd boot/boot.sdi sources/boot.wim sources/install.wim efi/microsoft/boot/bcd
put efi efi/boot/bootx64.efi
facts CCCOMA_X64FRE_EN-US_DV9
expect "boot name=\"Windows, consumer editions (EN-US)\" family=windows arch=x86_64 kernel=sources/boot.wim initrd=bootmgr,bootmgr.efi,boot/bcd,boot/boot.sdi args=\"\" with=wimboot $win"
expect 'loader path=efi/boot/bootx64.efi arch=x86_64 signed=no kind=other size=20000'
count boot 1
tree winpe-arm
put i bootmgr.efi Boot/BCD Boot/boot.sdi sources/boot.wim
put efiarm EFI/Boot/bootaa64.efi
facts WINPE_A64
expect "boot name=\"Windows WINPE A64\" family=windows arch=arm64 kernel=sources/boot.wim initrd=bootmgr.efi,Boot/BCD,Boot/boot.sdi args=\"\" with=wimboot $win"

# memtest86plus' memtest.iso and grub-memtest.iso; Debian's package.
tree memtest
put k64 EFI/BOOT/bootx64.efi
facts MT86PLUS_64
expect "boot name=\"MT86PLUS 64 Memtest86+\" family=memtest86plus arch=x86_64 kernel=EFI/BOOT/bootx64.efi initrd=\"\" args=\"\" $k"
tree memtest-bin
put k64bios boot/memtest86+x64.bin
put efi boot/memtest86+x64.efi
facts MEM
expect "boot name=\"MEM Memtest86+\" family=memtest86plus arch=x86_64 kernel=boot/memtest86+x64.bin initrd=\"\" args=\"\" firmware=bios $k"
expect 'boot name="MEM Memtest86+ (UEFI)" family=memtest86plus arch=x86_64 kernel=boot/memtest86+x64.efi initrd="" args="" firmware=efi'

# Names that mean something in each menu's language.
tree hostile
put k64 live/vmlinuz
put i live/initrd.img live/filesystem.squashfs
printf '%s\n' "Evil \"1\" '2' \${x} \$(id) }; { && shell || poweroff # [ \\ ^Z" >"$T/info"
mkdir "$D/.disk" && cp "$T/info" "$D/.disk/info"
facts 'E"V;{I}L'
expect "boot name=\"Evil 1 2 \${x} \$(id) }; { && shell || poweroff # [ ^Z\" family=debian-live arch=x86_64 kernel=live/vmlinuz initrd=live/initrd.img args=\"boot=live components fetch={base}/live/filesystem.squashfs\" needs=live/filesystem.squashfs version=1 $k $rootfs"

# FAMILY ANSWERS: what an installation without questions needs.
while read -r family answers; do
	check "$family: answers" sh -c 'cat "$3"/*.facts | grep "^boot .*family=$1 " | tr -d \" | grep -qF " answers=$2"' - "$family" "$answers" "$trees"
done <<'END'
debian-installer auto=true priority=critical url={answers}/preseed.cfg
anaconda inst.ks={answers}/ks.cfg
anaconda ks={answers}/ks.cfg
casper autoinstall ds=nocloud;s={answers}/
suse autoyast={answers}/autoinst.xml
suse inst.auto={answers}/profile.json
coreos ignition.config.url={answers}/config.ign
arch script={answers}/script.sh
alpine apkovl={answers}/apkovl.tar.gz
esxi ks={answers}/ks.cfg
END

check 'each profile says where it was read' sh -c 'for p in "$1"/*; do grep -q "^# Sources\?:" "$p" || { echo "$p"; exit 1; }; done' - "$profiles"

# ---- menus ---------------------------------------------------------------------------------
menu=$SRC/compose/pxe-menu
for facts in "$trees"/*.facts; do
	name=$(basename "$facts" .facts)
	sed -n "s/^boot /boot dir=$name /p" "$facts"
done >"$T/all"
check 'one menu of all of them' "$menu" -u http://10.77.0.1 "$trees" <"$T/all"
all=$(grep -c . "$T/all")
alone=$(grep -c 'with=' "$T/all")
efi=$(grep -c 'firmware=efi' "$T/all")
arm=$(grep -c 'arch=arm64' "$T/all")
check 'iPXE has every one' test "$(grep -c '^:' "$trees/boot.ipxe")" -eq $((all + 5))
# ... the local disk, and the line about the machine itself.
check 'GRUB has all but those that need iPXE' test "$(grep -c '^menuentry' "$trees/grub/grub.cfg")" -eq $((all - alone + 2))
# ESXi is firmware=efi and with=mboot; Windows PE is arm64 and with=wimboot.
check 'PXELINUX has those of BIOS machines' test "$(grep -c '^LABEL' "$trees/pxelinux.cfg/default")" -eq $((all - alone - efi - arm + 3))
check_not 'no template is left' grep -q 'APPEND.*{[a-z]*}' "$trees/pxelinux.cfg/default"

# What pxe-up would lay beside them; wimboot is a kernel as well.
pack() {
	mkdir -p "$T/pack" && ln -sf "$1" "$T/pack/$2" && (cd "$T/pack" && echo "$2" | cpio -o -H newc -L --quiet) >"$1.cpio"
}
pack "$trees/proxmox.iso" proxmox.iso
pack "$trees/void/LiveOS/squashfs.img" squashfs.img
cp "$T/part/k64" "$trees/wimboot"
for file in /usr/lib/PXELINUX/pxelinux.0 /usr/lib/syslinux/modules/bios/ldlinux.c32 /usr/lib/syslinux/modules/bios/menu.c32 \
	/usr/lib/syslinux/modules/bios/libutil.c32 /usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed; do
	[ -e "$file" ] || {
		skip "no $file here"
		finish
	}
	cp "$file" "$trees/"
done
chmod -R a+rX "$trees"
lan
host c
printf '%s\n' 'interface br0' 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99' 'boot client=ipxe file=http://{server}/boot.ipxe' \
	'boot arch=bios file=pxelinux.0' 'boot arch=efi-x64 file=grubnetx64.efi.signed' >"$T/rules"
start dhcp "$BIN/dhcpd-pxe/dhcpd-pxe" -f "$T/rules" -l "$T/leases"
start tftp hold udp:10.77.0.1:69 -- "$BIN/tftpd-lite/tftpd-lite" "$trees"
start http hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" "$trees"
ready dhcp ready
ready http ready

# follows NAME PERSONAS FILE...: what boots by itself is this image's, to the last
# byte of each file.
follows() {
	follows_name=$1 follows_as=$2
	shift 2
	sed -n "s/^boot /boot dir=$follows_name /p" "$trees/$follows_name.facts" | "$menu" -u http://10.77.0.1 "$trees" 2>"$T/menu.err"
	timeout 300 ip netns exec c "$BIN/pxeprobe/pxeprobe" -i eth0 -k "$follows_as" ${follows_arch:+-a $follows_arch} >"$T/report" 2>"$T/errors"
	follows_rc=$?
	follows_bad=
	for follows_file; do
		follows_size=$(stat -c %s "$trees/$follows_file")
		follows_n=$(grep -cE "file=\"?[^ ]*/$follows_file\"? bytes=$follows_size( |\$)" "$T/report")
		[ "$follows_n" -eq "$(echo "$follows_as" | tr , '\n' | grep -c .)" ] || follows_bad="$follows_bad $follows_file"
	done
	if [ $follows_rc -eq 0 ] && [ -z "$follows_bad" ]; then ok "$follows_name: $follows_as to the last byte"; else
		sed 's/^/# /' "$T/report" "$T/errors" "$T/menu.err"
		not_ok "$follows_name: $follows_as to the last byte (exit $follows_rc; not read:$follows_bad)"
	fi
}
follows rocky ipxe,bios,efi-x64 rocky/images/pxeboot/vmlinuz rocky/images/pxeboot/initrd.img
follows hostile ipxe,bios,efi-x64 hostile/live/vmlinuz hostile/live/initrd.img
follows arch ipxe arch/arch/boot/x86_64/vmlinuz-linux arch/arch/boot/intel-ucode.img arch/arch/boot/x86_64/initramfs-linux.img
follows proxmox ipxe,bios,efi-x64 proxmox/boot/linux26 proxmox.iso.cpio proxmox/boot/initrd.img
follows void ipxe void/boot/vmlinuz void/LiveOS/squashfs.img.cpio void/boot/initrd
follows windows ipxe wimboot windows/bootmgr windows/boot/bcd windows/boot/boot.sdi windows/sources/boot.wim
follows_arch=efi-x64 follows esxi ipxe esxi/EFI/BOOT/BOOTX64.EFI
finish
