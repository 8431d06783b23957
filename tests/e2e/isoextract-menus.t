#!/bin/sh
# isoextract -b: what it says of systems that no profile knows comes from the image's own
# menus, and is marked as such.
# shellcheck disable=SC2016,SC2034 # $x is GRUB's; rc is the trees'
. "$(dirname "$0")/../lib.sh"
need xorriso python3
iso=$BIN/isoextract/isoextract
mkdir "$T/profiles"
profiles=$T/profiles
printf '%s\n' 'family memtest86plus order=9' 'boot kernel=boot/memtest args=""' >"$T/profiles/memtest86plus"
printf '%s\n' 'family some' 'when path=some' 'boot kernel=some/vmlinuz args=x' >"$T/profiles/some"
. "$SRC/tests/e2e/isoextract-trees.sh"
own='nothing is known of this system: these are the arguments of its own menu'
end='and whether it finds its files over a network is not known'
k=linux=6.1.0-9-amd64

tree isolinux
put k64 boot/vmlinuz boot/memtest
put i boot/one.img boot/two.img
mkdir "$D/isolinux"
printf '%s\n' 'default vesamenu.c32' 'include menu.cfg' >"$D/isolinux/isolinux.cfg"
printf '%s\r\n' 'LABEL a' '  MENU LABEL ^Start it' '  KERNEL /boot/vmlinuz' '  APPEND initrd=/boot/one.img,/boot/two.img root=live:CDLABEL=X quiet' \
	'LABEL m' '  KERNEL /boot/memtest' >"$D/isolinux/menu.cfg"
facts STRANGE
expect "boot name=\"STRANGE: Start it\" family=unknown arch=x86_64 kernel=boot/vmlinuz initrd=boot/one.img,boot/two.img args=quiet $k note=\"$own, without what names a disc (root=live:CDLABEL=X), $end\""
count boot 2
check 'what is known comes first' sh -c 'head -n 1 "$1" | grep -q family=memtest86plus' - "$D.facts"

tree grub
put k64 live/vmlinuz
put i live/initrd
mkdir -p "$D/boot/grub"
printf '%s\n' 'set kopts="a=1 cdrom"' 'source /boot/grub/more.cfg' >"$D/boot/grub/grub.cfg"
printf '%s\n' 'if [ "$grub_platform" = efi ]; then' 'submenu "s" {' 'menuentry "Grub OS" {' ' linux ($root)/live/vmlinuz $kopts b' ' initrd /live/initrd' '}' '}' 'fi' >"$D/boot/grub/more.cfg"
facts 'Grub OS 3'
expect "boot name=\"Grub OS 3: Grub OS\" family=unknown arch=x86_64 kernel=live/vmlinuz initrd=live/initrd args=\"a=1 b\" $k note=\"$own, without what names a disc (cdrom), $end\""
count boot 1

tree sdboot
put karm EFI/os/Image
put i EFI/os/initrd
mkdir -p "$D/loader/entries"
printf '%s\n' 'title A system' 'linux /EFI/os/Image' 'initrd /EFI/os/initrd' 'options quiet' >"$D/loader/entries/os.conf"
facts SD
expect "boot name=\"SD: A system\" family=unknown arch=arm64 kernel=EFI/os/Image initrd=EFI/os/initrd args=quiet note=\"$own, $end\""

tree xen
put k64 boot/vmlinuz
put i boot/xen.gz inst.img
mkdir -p "$D/boot/isolinux"
printf '%s\n' 'label install' 'kernel mboot.c32' 'append /boot/xen.gz dom0_mem=1 --- /boot/vmlinuz console=hvc0 --- /inst.img' >"$D/boot/isolinux/isolinux.cfg"
facts XEN
expect "boot name=\"XEN: install\" family=unknown arch=x86_64 kernel=boot/xen.gz initrd=boot/vmlinuz,inst.img args=\"dom0_mem=1 --- console=hvc0 ---\" way=multiboot note=\"$own, $end\""
count boot 1

# A kernel beside those of a known system; copies of these are none.
tree beside
put k64 some/vmlinuz isolinux/vmlinuz other/bzImage
facts SOME
expect "boot name=SOME family=some arch=x86_64 kernel=some/vmlinuz initrd=\"\" args=x $k"
expect "boot name=\"SOME other/bzImage\" family=unknown arch=x86_64 kernel=other/bzImage initrd=\"\" args=\"\" $k note=\"nothing is known of this system, and no menu in the image says how its kernel is started\""
count boot 2
# No kernel at all, but a BIOS can start it.
tree dos
head -c 1474560 /dev/zero >"$D/floppy.img"
xorriso -as mkisofs -quiet -R -V FREEDOS -b floppy.img -o "$D.iso" "$D" 2>/dev/null
"$iso" -b -P "$profiles" "$D.iso" >"$D.facts" 2>"$D.err"
expect 'boot name=FREEDOS family=unknown arch=i386 kernel={iso} initrd="" args="" way=memdisk image=yes firmware=bios note="no kernel is known in it: the image itself is started, from memory, which only a system that uses the BIOS for its disc survives"'
count boot 1
# ... or UEFI: by HTTP Boot, never from the menus' first place.
tree tool
put efi EFI/boot/bootaa64.efi
head -c 1474560 /dev/zero >"$D/efi.img"
xorriso -as mkisofs -quiet -R -V TOOL -e efi.img -no-emul-boot -o "$D.iso" "$D" 2>/dev/null
"$iso" -b -P "$profiles" "$D.iso" >"$D.facts" 2>"$D.err"
expect 'boot name=TOOL family=unknown arch=arm64 kernel={iso} initrd="" args="" way=httpdisk image=yes firmware=efi note="no kernel is known in it: the image itself is started, by UEFI HTTP Boot as a RAM disk, which only a system that knows of such finds"'
count boot 1
"$iso" -b -P "$profiles" - <"$D.iso" >"$D.facts" 2>"$D.err"
count boot 1
finish
