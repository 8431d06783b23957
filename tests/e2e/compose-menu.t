#!/bin/sh
# pxe-menu: facts lines in, three menus out; names and arguments arrive intact,
# and a machine is offered only what it can run.
# shellcheck disable=SC2016,SC2317 # nothing is to expand here; check calls has
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
menu=$SRC/compose/pxe-menu

has() { grep -qxF -- "$2" "$T/$1"; }

cat >"$T/facts" <<'END'
# what isoextract -b prints
image dir=x
boot dir=deb name="Debian 12 \"bookworm\" \xc3\xa9 #1" family=debian-installer arch=x86_64 kernel=a/linux initrd=a/initrd.gz args="url={base}/p.cfg k=\"b c\" # || 'q $x --- quiet"
boot dir=arm name=ARM arch=arm64 kernel=linux initrd=one,two args="at={server}{path}"
boot dir=deb name="${evil} && poweroff" arch=i386 kernel="a/we ird"
boot dir=mt name=memtest arch=x86_64 firmware=bios kernel=mt86.bin
boot dir=mt name=memtest arch=x86_64 firmware=efi kernel=mt86.efi
END
check 'menus are written' "$menu" -u http://10.0.0.1:8080/pxe/ -k 'console=ttyS1,115200n8 top' "$T/www" <"$T/facts"
ipxe=www/boot.ipxe grub=www/grub/grub.cfg pxelinux=www/pxelinux.cfg/default

check 'iPXE: templates, words with a meaning, own arguments' has $ipxe \
	'kernel ${base}/deb/a/linux initrd=initrd1 url=http://10.0.0.1:8080/pxe/deb/p.cfg k="b c" ${hash:string} ${or:string} '"'"'q $x --- quiet console=ttyS1,115200n8 top || goto failed'
check 'iPXE: several initrds' has $ipxe 'initrd --name initrd2 ${base}/arm/two || goto failed'
check 'iPXE: {server} and {path}' grep -q ' at=10.0.0.1:8080/pxe/arm ' "$T/$ipxe"
check 'iPXE: a name is no command' has $ipxe 'isset ${can-i386} && item evil-poweroff $ {evil} ${and:string} poweroff ||'
check 'iPXE: a blank in a path' has $ipxe 'kernel ${base}/deb/a/we%20ird console=ttyS1,115200n8 top || goto failed'
check 'iPXE: firmware' has $ipxe 'isset ${can-x86_64} && iseq ${platform} pcbios && item memtest memtest ||'
check 'iPXE: waits ten seconds' has $ipxe 'choose --timeout 10000 target && goto ${target} || goto menu'

check 'GRUB: each argument is one word' has $grub \
	"	linux \$top/deb/a/linux url=http://10.0.0.1:8080/pxe/deb/p.cfg 'k=b c' '#' '||' ''\\''q' '\$x' --- quiet console=ttyS1,115200n8 top"
check 'GRUB: the name is one word' has $grub "menuentry '\${evil} && poweroff' --id evil-poweroff {"
check 'GRUB: arm64 kernels for arm64 machines' grep -qxF 'if [ "$can_arm64" = yes ]; then' "$T/$grub"
check 'GRUB: speaks on the serial port' has $grub '	serial --unit=1 --speed=115200'

check 'PXELINUX: arguments as they are' has $pxelinux \
	"	APPEND url=http://10.0.0.1:8080/pxe/deb/p.cfg k=\"b c\" # || 'q \$x --- quiet console=ttyS1,115200n8 top"
check 'PXELINUX: speaks on the serial port' has $pxelinux 'SERIAL 1 115200'
check_not 'PXELINUX: no arm64, no UEFI, no path with a blank' grep -qE 'LABEL (arm|memtest-2|evil)' "$T/$pxelinux"

check 'at once: no menu' "$menu" -t 0 -u http://10.0.0.1 "$T/now" <"$T/facts"
check_not 'PXELINUX: no menu then' grep -q '^UI' "$T/now/pxelinux.cfg/default"
check 'iPXE: the first that the machine can run' grep -q '^isset ${can-x86_64} && goto debian' "$T/now/boot.ipxe"

check 'quotes' "$menu" -u http://10.0.0.1 -k 'q="1" "r=2" p="a b" e=""' "$T/quotes" <"$T/facts"
check 'GRUB: it would hand on quotes behind backslashes' has quotes/grub/grub.cfg "	linux /deb/a/linux url=http://10.0.0.1/deb/p.cfg 'k=b c' '#' '||' ''\\''q' '\$x' --- quiet q=1 r=2 'p=a b' e="

echo 'boot name=a kernel=linux initrd=i args={base}' >"$T/one"
# ---- the server that a machine asked, without -u -----------------------------------------
echo 'boot dir=d name=a kernel=linux initrd=i args="u={base}/x s={server}"' >"$T/asked"
check 'without -u' "$menu" "$T/asks" <"$T/asked"
for line in 'set base http://${server}' 'set server ${next-server}' 'isset ${proxydhcp/next-server} && set server ${proxydhcp/next-server} ||' \
	'kernel ${base}/d/linux initrd=initrd1 u=http://${server}/d/x s=${server} || goto failed'; do
	check "iPXE: $line" has asks/boot.ipxe "$line"
done
check 'GRUB has a variable' has asks/grub/grub.cfg "	linux /d/linux 'u=http://'\$net_default_server'/d/x' 's='\$net_default_server''"
check 'and finds itself there' has asks/grub/grub.cfg "if [ -s '(http,'\$net_default_server')/grub/grub.cfg' ]; then"
check_not 'PXELINUX has none: the entry is left out' grep -q 'LABEL a' "$T/asks/pxelinux.cfg/default"
check_rc 0 'which is said' "$menu" "$T/asks" <"$T/asked"
said '... with what to do' '"a" is left out of pxelinux.cfg/default, .* -u http://ADDRESS'
lan
check_rc 0 'a host of one address' "$menu" "$T/asks" <"$T/asked"
check 'writes that for PXELINUX' has asks/pxelinux.cfg/default '	APPEND u=http://10.77.0.1/d/x s=10.77.0.1'
check '{server} in -u' "$menu" -u 'http://{server}:8080/p' "$T/asks" <"$T/asked"
check '... with its port and path' has asks/boot.ipxe 'set base http://${server}:8080/p'
ip link del br0

# ---- several images of one system --------------------------------------------------------
for image in one two; do echo "boot dir=$image name=Same arch=x86_64 kernel=k initrd=i"; done >"$T/same"
echo 'boot dir=one name=Same arch=arm64 kernel=k initrd=i' >>"$T/same"
check 'two images of one system' "$menu" -u http://h "$T/same.d" <"$T/same"
check 'have two names' has same.d/boot.ipxe 'isset ${can-x86_64} && item same-one Same (one) ||'
check 'the second one, too' has same.d/boot.ipxe 'isset ${can-x86_64} && item same-two Same (two) ||'
check 'which another machine does not need' has same.d/boot.ipxe 'isset ${can-arm64} && item same Same ||'

check 'an image in a directory' "$menu" -d /img/ -u http://h "$T/subdir" <"$T/one"
check 'its kernel' has subdir/pxelinux.cfg/default '	LINUX img/linux'
check 'its address' has subdir/pxelinux.cfg/default '	APPEND http://h/img'

# ---- systems with a loader of their own, or with a file in their initial RAM disk
mkdir -p "$T/own/esx" "$T/outside" "$T/own/nothing"
printf 'title=ESXi\r\nprefix=\r\nkernel=/b.b00\r\nkernelopt=runweasel cdromBoot x=cdromBoots\r\nmodules=/a.gz --- /sub/b.gz\r\nbuild=1\r\n' >"$T/own/esx/boot.cfg"
cp "$T/own/esx/boot.cfg" "$T/outside/"
cat >"$T/loaders" <<'END'
boot dir=esx name=ESXi arch=x86_64 firmware=efi kernel=EFI/BOOT/BOOTX64.EFI args="-c {base}/boot-pxe.cfg" with=mboot
boot dir=win name="Win $x" arch=x86_64 kernel=sources/boot.wim initrd="Boot/BCD,Boot/a b.sdi" with=wimboot
boot dir=arm name=WinARM arch=arm64 kernel=sources/boot.wim initrd=Boot/BCD with=wimboot
boot dir=pve name=PVE arch=x86_64 kernel=linux26 initrd=initrd embed={iso}@proxmox.iso,a/b@c args=x
boot dir=../outside name=Out arch=x86_64 kernel=k args= with=mboot
boot dir=nothing name=Gone arch=x86_64 kernel=k args= with=mboot
boot dir=esx name=Other arch=x86_64 kernel=k args= with="other thing"
END
check 'loaders of their own' "$menu" -k 'console=ttyS0 y' -u http://h "$T/own" <"$T/loaders"
cp "$T/err" "$T/why"
check 'iPXE: wimboot by the names of the files' has own/boot.ipxe 'initrd --name BCD ${base}/win/Boot/BCD BCD || goto failed'
check 'iPXE: wimboot itself, without our arguments' has own/boot.ipxe 'kernel ${base}/wimboot || goto failed'
check 'iPXE: a blank is in the address alone' has own/boot.ipxe 'initrd --name a-b.sdi ${base}/win/Boot/a%20b.sdi a-b.sdi || goto failed'
check 'iPXE: that of arm64' has own/boot.ipxe 'kernel ${base}/wimboot.arm64 || goto failed'
check 'iPXE: mboot with its configuration' has own/boot.ipxe 'kernel ${base}/esx/EFI/BOOT/BOOTX64.EFI -c http://h/esx/boot-pxe.cfg || goto failed'
check 'ESXi: names lose the slash, the CD drive goes, ours come' sh -c 'printf "title=ESXi\nprefix=http://h/esx\nkernel=b.b00\nkernelopt=runweasel x=cdromBoots console=ttyS0 y\nmodules=a.gz --- subb.gz\nbuild=1\n" | diff - "$1"' - "$T/own/esx/boot-pxe.cfg"
check 'nothing is written outside' test ! -e "$T/outside/boot-pxe.cfg"
check 'and it is said' grep -q 'may lie outside' "$T/why"
check 'no boot.cfg: said' grep -q 'nothing/boot.cfg is not there' "$T/why"
check 'a loader that is not known: said' grep -q 'started by other thing, which' "$T/why"
check 'iPXE leaves these out' test "$(grep -c '^:' "$T/own/boot.ipxe")" -eq 9
check 'embedded files come first' has own/boot.ipxe 'initrd --name initrd1 ${base}/pve.iso.cpio || goto failed'
check 'in all menus' has own/pxelinux.cfg/default '	INITRD pve.iso.cpio,pve/a/b.cpio,pve/initrd'
check 'GRUB, too' has own/grub/grub.cfg '	initrd /pve.iso.cpio /pve/a/b.cpio /pve/initrd'
check 'what is missing is said, and how to make it' grep -q 'pve.iso.cpio is not there yet; .*proxmox.iso | cpio -o -H newc' "$T/why"
check 'wimboot is missed' grep -q '/own/wimboot is not there yet; .*github.com/ipxe/wimboot' "$T/why"
check 'what needs iPXE is in no other menu' test "$(grep -c '^menuentry' "$T/own/grub/grub.cfg")" -eq 2 -a "$(grep -c '^LABEL' "$T/own/pxelinux.cfg/default")" -eq 2
: >"$T/own/wimboot"
"$menu" -u http://h "$T/own" <"$T/loaders" 2>"$T/why"
check_not 'what is there is not missed' grep -q 'own/wimboot is not' "$T/why"
rm -r "$T/own"

check_rc 1 'nothing to boot is said' "$menu" -u http://h "$T/none" </dev/null
cp "$T/err" "$T/why"
check 'with what to do' grep -q 'isoextract -b' "$T/why"
printf 'boot kernel=linux\nboot name="no end kernel=x\n' >"$T/broken"
check_rc 2 'a broken line is refused' "$menu" -u http://h "$T/subdir" <"$T/broken"
cp "$T/err" "$T/why"
check 'by its number' grep -q 'line 2' "$T/why"
check 'and the old menu stays' has subdir/pxelinux.cfg/default '	LINUX img/linux'
for tool in pxe-menu pxe-up; do
	check "$tool --version: as every tool's" test "$("$SRC/compose/$tool" --version)" = "$tool (pxe-tools) $(sed -n 's/^VERSION *= *//p' "$SRC/Makefile")"
done
check_rc 2 'no directory given' "$menu"
check_rc 2 'not a URL' "$menu" -u 'http://a b' "$T/none" <"$T/one"
mkdir "$T/full" && mount -t tmpfs -o size=4k none "$T/full" && printf '%4096s' x >"$T/full/x"
check_rc 3 'a full disk is said' "$menu" -u http://h "$T/full" <"$T/one"

# The same from every awk on this machine.
cp -r "$T/www" "$T/first"
mkdir -p "$T/special/esx" && cp "$T/outside/boot.cfg" "$T/special/esx"
"$menu" -u http://h -k 'console=ttyS0 y' "$T/special" <"$T/loaders" 2>/dev/null
cp -r "$T/special" "$T/special.first"
for awk in mawk gawk 'busybox awk' original-awk; do
	command -v "${awk% *}" >/dev/null || continue
	mkdir -p "$T/bin" && printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >"$T/bin/awk" && chmod +x "$T/bin/awk"
	PATH=$T/bin:$PATH "$menu" -u http://10.0.0.1:8080/pxe/ -k 'console=ttyS1,115200n8 top' "$T/www" <"$T/facts" 2>/dev/null
	check "the same menus from $awk" diff -r "$T/first" "$T/www"
	PATH=$T/bin:$PATH "$menu" -u http://h -k 'console=ttyS0 y' "$T/special" <"$T/loaders" 2>/dev/null
	check "and from $awk those with loaders of their own" diff -r "$T/special.first" "$T/special"
done
# Systems that nobody knows are marked and never started without having been chosen.
printf '%s\n' 'boot name=strange family=unknown arch=x86_64 kernel=s/linux initrd=s/i args=y' \
	'boot name=known family=debian arch=x86_64 kernel=linux initrd=i' >"$T/unknowns"
check 'an unknown system' "$menu" -u http://h "$T/unk" <"$T/unknowns"
check 'iPXE: after the local disk' sh -c 'sed -n "/^isset.*item/p;/^item local/p" "$1" | tr "\n" , | grep -q "known.*item local.*strange (unknown system)"' - "$T/unk/boot.ipxe"
check 'PXELINUX: not the default' grep -qx 'DEFAULT known' "$T/unk/pxelinux.cfg/default"
check 'GRUB: after the local disk' sh -c 'grep "^menuentry" "$1" | sed -n 3p | grep -q "strange (unknown system)"' - "$T/unk/grub/grub.cfg"
check 'only unknown ones, at once' sh -c 'grep unknown "$1" | "$2" -t 0 -u http://h "$3"' - "$T/unknowns" "$menu" "$T/unk"
check_not 'iPXE starts none of them' grep -q '^isset.*goto' "$T/unk/boot.ipxe"
check 'and shows its menu for ten seconds' grep -q 'choose --timeout 10000' "$T/unk/boot.ipxe"
check 'PXELINUX: the local disk' grep -qx 'DEFAULT local' "$T/unk/pxelinux.cfg/default"

# A hypervisor with modules.
printf '%s\n' 'boot dir=x name=Xen family=xen arch=x86_64 way=multiboot kernel=xen.gz initrd=vmlinuz,i.img args="mem=1 --- a={base}/f b ---"' >"$T/multi"
check 'multiboot' "$menu" -u http://h -k z "$T/mb" <"$T/multi"
check 'iPXE: modules with their arguments' grep -qx 'module ${base}/x/vmlinuz a=http://h/x/f b z || goto failed' "$T/mb/boot.ipxe"
check 'GRUB: too' grep -qx '	module2 /x/vmlinuz a=http://h/x/f b z' "$T/mb/grub/grub.cfg"
check 'PXELINUX: on one line' grep -qx '	APPEND x/xen.gz mem=1 --- x/vmlinuz a=http://h/x/f b z --- x/i.img' "$T/mb/pxelinux.cfg/default"

# Images that are started whole.
printf '%s\n' 'boot dir=dos name=DOS family=unknown arch=i386 firmware=bios way=memdisk kernel={iso}' \
	'boot dir=big name=Big family=unknown arch=i386 firmware=bios way=sanboot kernel={iso}' >"$T/images"
check 'whole images' "$menu" -u http://h "$T/whole" <"$T/images"
check 'iPXE: by memdisk' sh -c 'grep -q "^kernel \${base}/memdisk iso raw " "$1" && grep -q "^initrd --name initrd1 \${base}/dos.iso " "$1"' - "$T/whole/boot.ipxe"
check 'iPXE: as a drive' grep -qx 'sanboot --no-describe ${base}/big.iso || goto failed' "$T/whole/boot.ipxe"
check 'PXELINUX: by memdisk' sh -c 'grep -A3 "LABEL dos" "$1" | tr -d "\n\t" | grep -q "LINUX memdiskINITRD dos.iso"' - "$T/whole/pxelinux.cfg/default"
check_not 'PXELINUX has no drive over HTTP' grep -qi big "$T/whole/pxelinux.cfg/default"
check_not 'nor has GRUB' grep -qE 'DOS|Big' "$T/whole/grub/grub.cfg"

# A name from an image that would write lines of its own, if a menu had no end of a name.
mkdir "$T/inject"
printf '%s\n' 'boot name=good arch=x86_64 kernel=vmlinuz initrd=i' \
	'boot name=bad arch=x86_64 kernel="live/vmlinuz\nDEFAULT\x0bowned\nLABEL\x0bowned\nKERNEL\x0bpwn.c32" initrd=i' \
	'boot name=worse arch=x86_64 kernel=vmlinuz initrd="i\x0bAPPEND\x0cx"' |
	"$SRC/compose/pxe-menu" -u http://h "$T/inject" >"$T/out" 2>"$T/err"
check_not 'PXELINUX: a name with line ends writes no lines' grep -q owned "$T/inject/pxelinux.cfg/default"
cp "$T/inject/pxelinux.cfg/default" "$T/inject/menu"
check 'nor does one with other control characters' test "$(grep -c '^LABEL' "$T/inject/menu")" -eq 2
check 'the good one is there' grep -q 'LABEL good' "$T/inject/menu"

finish
