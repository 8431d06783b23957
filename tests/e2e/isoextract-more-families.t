#!/bin/sh
# isoextract -b: further families, an image in the shape of each (old and new releases
# where these differ), what its record says, and why some do not boot.
# shellcheck disable=SC2016,SC2034,SC2086 # rc is the trees', $one is words
. "$(dirname "$0")/../lib.sh"
need xorriso python3
iso=$BIN/isoextract/isoextract
profiles=$SRC/isoextract/profiles
. "$SRC/tests/e2e/isoextract-trees.sh"

# gives RECORD FAMILY KERNEL PART...: there is such a record, and it has these parts
gives() {
	gives_line=$(grep "^$1 .*family=$2 .*kernel=$3 " "$D.facts" | head -n 1)
	gives_what="$(basename "$D"): $1 $3"
	shift 3
	for gives_part; do
		case $gives_line in
		*"$gives_part"*) ;;
		*)
			sed 's/^/# /' "$D.facts" "$D.err"
			not_ok "$gives_what: $gives_part"
			return ;;
		esac
	done
	if [ "$gives_line" ]; then ok "$gives_what"; else
		sed 's/^/# /' "$D.facts" "$D.err"
		not_ok "$gives_what"
	fi
}

tree pop
put k64 casper_pop-os_22.04_amd64_intel_debug_12/vmlinuz.efi
put i casper_pop-os_22.04_amd64_intel_debug_12/initrd.gz casper_pop-os_22.04_amd64_intel_debug_12/filesystem.squashfs
put 'Pop_OS 22.04 LTS "Jammy Jellyfish" - Release amd64' .disk/info
facts 'Pop_OS 22.04 amd64 Intel'
gives boot pop casper_pop-os_22.04_amd64_intel_debug_12/vmlinuz.efi 'initrd=casper_pop-os_22.04_amd64_intel_debug_12/initrd.gz' 'url={iso} live-media-path=/casper_pop-os_22.04_amd64_intel_debug_12 hostname=pop-os' image=yes
count boot 1

tree grml
put k64 boot/grml64full/vmlinuz
put i boot/grml64full/initrd.img live/grml64-full/grml64-full.squashfs
facts 'grml64-full 2022.11'
gives boot grml boot/grml64full/vmlinuz 'boot=live fetch={base}/live/grml64-full/grml64-full.squashfs' 'needs=live/grml64-full/grml64-full.squashfs'
count boot 1

tree deepin
put k64 live/vmlinuz.efi
put i live/initrd.lz live/filesystem.squashfs
facts 'deepin 20.9'
gives boot deepin live/vmlinuz.efi 'initrd=live/initrd.lz' 'union=overlay livecd-installer' 'fetch={base}/live/filesystem.squashfs'
tree uos
put k64 live/vmlinuz
put i live/initrd.img live/filesystem.squashfs
facts 'UOS 20'
gives boot deepin live/vmlinuz 'initrd=live/initrd.img' livecd-installer

# ubuntu-24.04-netboot-amd64.tar.gz
tree ubuntu-netboot
put k64 amd64/linux
put i amd64/initrd amd64/pxelinux.0
mkdir -p "$D/amd64/pxelinux.cfg" "$D/amd64/grub"
printf '%s\n' 'DEFAULT install' 'LABEL install' '  KERNEL linux' '  INITRD initrd' '  APPEND root=/dev/ram0 ramdisk_size=1500000 ip=dhcp iso-url=https://releases.ubuntu.com/noble/ubuntu-24.04-live-server-amd64.iso' >"$D/amd64/pxelinux.cfg/default"
printf '%s\n' 'menuentry "Install Ubuntu Server" {' '  linux linux iso-url=https://releases.ubuntu.com/noble/ubuntu-24.04-live-server-amd64.iso ip=dhcp ---' '  initrd initrd' '}' >"$D/amd64/grub/grub.cfg"
facts UBUNTU
gives boot ubuntu-netboot amd64/linux initrd=amd64/initrd 'iso-url=https://releases.ubuntu.com/noble/ubuntu-24.04-live-server-amd64.iso' 'answers="autoinstall ds=nocloud;s={answers}/"'
count boot 1

tree flatcar
put k64 flatcar/vmlinuz
put i flatcar/cpio.gz
facts ISOIMAGE
gives boot flatcar flatcar/vmlinuz initrd=flatcar/cpio.gz flatcar.first_boot=1 'answers="flatcar.first_boot=1 ignition.config.url={answers}/config.ign"'

tree talos
put k64 boot/vmlinuz
put i boot/initramfs.xz
facts TALOS
gives boot talos boot/vmlinuz initrd=boot/initramfs.xz 'talos.platform=metal slab_nomerge pti=on'

tree photon
put k64 isolinux/vmlinuz
put i isolinux/initrd.img RPMS/x86_64/a.rpm isolinux/sample_ks.cfg
facts PHOTON_202
gives boot photon isolinux/vmlinuz 'root=/dev/ram0 loglevel=3 repo={base}/RPMS' 'answers=ks={answers}/ks.cfg'
count boot 1

tree harvester
put k64 boot/kernel
put i boot/initrd rootfs.squashfs harvester-release.yaml boot/grub2/grub.cfg
facts COS_LIVE
gives boot harvester boot/kernel initrd=boot/initrd 'root=live:{base}/rootfs.squashfs' rd.cos.disable
count boot 1
tree kairos
put k64 boot/kernel
put i boot/initrd rootfs.squashfs boot/grub2/grub.cfg
facts COS_LIVE
gives boot kairos boot/kernel 'root=live:{base}/rootfs.squashfs rd.neednet=1 ip=dhcp rd.cos.disable netboot install-mode'

tree ipfire
put k64 boot/isolinux/vmlinuz
put i boot/isolinux/instroot distro.img
facts 'IPFire 2.29'
gives boot ipfire boot/isolinux/vmlinuz initrd=boot/isolinux/instroot 'installer.download-url={iso}' image=yes

tree slackware
put k64 kernels/huge.s/bzImage
put i isolinux/initrd.img slackware64/a/a.txz
facts 'Slackware64 15.0'
gives boot slackware kernels/huge.s/bzImage initrd=isolinux/initrd.img 'load_ramdisk=1 prompt_ramdisk=0 rw printk.time=0 nomodeset SLACK_KERNEL=huge.s'

tree mageia
put k64 isolinux/x86_64/vmlinuz
put i isolinux/x86_64/all.rdz x86_64/install/stage2/mdkinst.sqfs
facts Mageia-9-x86_64
gives boot mageia isolinux/x86_64/vmlinuz initrd=isolinux/x86_64/all.rdz 'automatic=method:http,network:dhcp,server:{server},directory:{path}/x86_64'
tree mageia-live
put k64 boot/vmlinuz
put i boot/cdrom/initrd.gz loopbacks/distrib-lzma.sqfs
facts Mageia-9-Live-x86_64
gives unfit mageia boot/vmlinuz 'fetches nothing'
count boot 0

tree tinycore
put k64 boot/vmlinuz64
put i boot/corepure64.gz cde/optional/a.tcz
facts CorePure64
gives boot tinycore boot/vmlinuz64 initrd=boot/corepure64.gz loglevel=3
count boot 1

tree android
put k64 kernel
put i initrd.img ramdisk.img system.sfs
facts 'Android-x86'
gives unfit android-x86 kernel 'fetches nothing'
count boot 0

tree slax
put k64 slax/boot/vmlinuz
put i slax/boot/initrfs.img slax/01-core.sb
facts Slax
gives boot slax slax/boot/vmlinuz 'from={iso}' image=yes

tree porteus
put k64 boot/syslinux/vmlinuz
put i boot/syslinux/initrd.xz porteus/base/000-kernel.xzm
facts Porteus
gives unfit porteus boot/syslinux/vmlinuz PXEFILELIST

tree puppy
put k64 vmlinuz
put i initrd.gz puppy_fossapup64_9.5.sfs
facts Puppy
gives boot puppy vmlinuz initrd=initrd.gz embed=puppy_fossapup64_9.5.sfs@puppy_fossapup64_9.5.sfs pfix=ram

tree knoppix
put k64 boot/isolinux/linux
put i boot/isolinux/minirt.gz KNOPPIX/KNOPPIX
facts KNOPPIX
gives unfit knoppix boot/isolinux/linux terminalserver

tree kaspersky
put k64 boot/grub/k-x86-64
put i boot/grub/initrd.xz data/000-core.srm
facts KRD
gives boot kaspersky boot/grub/k-x86-64 'netboot={base}/data/' dodhcp

tree xcp
put k64 boot/vmlinuz
put i boot/xen.gz install.img Packages/a.rpm
facts 'XCP-ng 8.3.0'
gives boot xenserver boot/xen.gz way=multiboot arch=x86_64 initrd=boot/vmlinuz,install.img 'console=com1,vga --- console=hvc0 console=tty0 ---' 'answers="answerfile={answers}/answerfile.xml install"'
count boot 1

tree qubes
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/xen.gz images/pxeboot/initrd.img .treeinfo images/install.img
facts QUBES-R4-2-X86-64
gives boot qubes images/pxeboot/xen.gz way=multiboot 'not tried'
count boot 1

tree tails
put k64 live/vmlinuz
put i live/initrd.img live/filesystem.squashfs
facts 'TAILS 6.0 - 20240227'
gives unfit tails live/vmlinuz 'no network on purpose'
count boot 0

tree mx
put k64 antiX/vmlinuz boot/memtest
put i antiX/initrd.gz antiX/linuxfs
facts MX-Live
gives unfit antix antiX/vmlinuz 'fetches nothing'
count boot 1

tree truenas
put k64 vmlinuz live/vmlinuz
put i initrd.img live/initrd.img live/filesystem.squashfs TrueNAS-SCALE.update
facts TRUENAS
gives unfit truenas vmlinuz 'from the disc alone'
count boot 0

tree ublue
put k64 boot/vmlinuz
put i boot/initramfs.img LiveOS/squashfs.img
facts titanoboa_boot
gives unfit ublue boot/vmlinuz 'without livenet'
count boot 0

tree silverblue
put k64 images/pxeboot/vmlinuz isolinux/vmlinuz
put i images/pxeboot/initrd.img isolinux/initrd.img images/install.img ostree/repo/config .discinfo
facts Fedora-SB-ostree-x86_64-39
gives boot ostree images/pxeboot/vmlinuz 'inst.stage2={base}' ostreesetup
count boot 1
tree ovirt
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img images/install.img ovirt-node-ng-image.squashfs.img .discinfo
facts OVIRT
gives boot ostree images/pxeboot/vmlinuz 'liveimg --url'

tree devuan
put k64 linux
put i initrd.gz dists/daedalus/Release pool/a
put 'Devuan GNU/Linux 5.0.1 "daedalus" - amd64 netinstall 20230914' .disk/info
facts 'Devuan 5.0.1 amd64'
gives unfit devuan linux 'CD drive'
count boot 0
tree astra
put k64 netinst/linux install.amd/vmlinuz
put i netinst/initrd.gz install.amd/initrd.gz dists/1.7_x86-64/Release
put 'Astra Linux (Smolensk) 1.7.5 - amd64 DVD' .disk/info
facts 'Astra Linux 1.7.5'
gives boot devuan netinst/linux initrd=netinst/initrd.gz 'astra-license/license=true url={answers}/preseed.cfg'
gives unfit devuan install.amd/vmlinuz 'CD drive'
count boot 1

for one in 'freebsd boot/kernel/kernel pxeboot' 'openbsd 7.7/amd64/bsd.rd boot.conf' 'netbsd netbsd netbsd-INSTALL'; do
	set -- $one
	tree "$1"
	put "$1" "$2"
	facts "$1"
	gives unfit bsd "$2" "$3"
	count boot 0
done

# Debian's netboot trees of other machines.
tree debian-arches
put karm debian-installer/arm64/linux
put notidentified debian-installer/armhf/vmlinuz debian-installer/ppc64el/vmlinux debian-installer/mipsel/vmlinuz
put i debian-installer/arm64/initrd.gz debian-installer/armhf/initrd.gz debian-installer/ppc64el/initrd.gz debian-installer/mipsel/initrd.gz
facts DEB
gives boot debian-installer debian-installer/armhf/vmlinuz arch=arm initrd=debian-installer/armhf/initrd.gz
gives boot debian-installer debian-installer/ppc64el/vmlinux arch=ppc64le
gives boot debian-installer debian-installer/mipsel/vmlinuz
count boot 4

# Proxmox, prepared for an installation that asks nothing.
tree proxmox-auto
put k64 boot/linux26
put i boot/initrd.img auto-installer-mode.toml auto-installer-capable
facts PVE
gives boot proxmox boot/linux26 proxmox-start-auto-installer 'embed={iso}@proxmox.iso'

# A PE with another name.
tree strelec
put i bootmgr Boot/BCD Boot/boot.sdi SSTR/strelec11x64.wim
put efi EFI/Boot/bootx64.efi
facts STRELEC
gives boot windows SSTR/strelec11x64.wim with=wimboot
finish
