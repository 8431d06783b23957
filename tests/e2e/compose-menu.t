#!/bin/sh
# pxe-menu: facts lines in, three menus out; names and arguments arrive intact,
# and a machine is offered only what it can run.
# shellcheck disable=SC2016,SC2317 # nothing is to expand here; check calls has
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
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
check 'iPXE: waits ten seconds' has $ipxe 'choose --default ${pick} --timeout 10000 target && goto ${target} || goto menu'

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
check 'iPXE: the first that the machine can run' sh -c 'grep "^isset.*set pick" "$1" | tail -n 1 | grep -q "^isset \${can-x86_64} && set pick debian"' - "$T/now/boot.ipxe"
check '... is started' has now/boot.ipxe 'goto ${pick}'

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
check 'what needs iPXE is in no other menu' test "$(grep -c '^menuentry' "$T/own/grub/grub.cfg")" -eq 3 -a "$(grep -c '^LABEL' "$T/own/pxelinux.cfg/default")" -eq 2
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
check_not 'iPXE starts none of them' grep -q '^isset.*set pick' "$T/unk/boot.ipxe"
check 'and shows its menu for ten seconds' grep -q 'choose .*--timeout 10000' "$T/unk/boot.ipxe"
check 'PXELINUX: the local disk' grep -qx 'DEFAULT local' "$T/unk/pxelinux.cfg/default"

# A hypervisor with modules.
printf '%s\n' 'boot dir=x name=Xen family=xen arch=x86_64 way=multiboot kernel=xen.gz initrd=vmlinuz,i.img args="mem=1 --- a={base}/f b ---"' >"$T/multi"
check 'multiboot' "$menu" -u http://h -k z "$T/mb" <"$T/multi"
check 'iPXE: modules with their arguments' grep -qx 'module ${base}/x/vmlinuz a=http://h/x/f b z || goto failed' "$T/mb/boot.ipxe"
check 'GRUB: too' grep -qx '	module2 /x/vmlinuz a=http://h/x/f b z' "$T/mb/grub/grub.cfg"
printf '%s\n' 'boot dir=e name=ESXi family=esxi arch=x86_64 way=multiboot firmware=bios kernel=b.b00 initrd=a.gz,s.v00 args="runweasel --- ---"' >"$T/multi1"
check 'a kernel of BIOS machines alone' "$menu" -u http://h "$T/mb1" <"$T/multi1"
check '... GRUB: by the first Multiboot' grep -q '	multiboot .*/e/b.b00 runweasel$' "$T/mb1/grub/grub.cfg"
check '... and its modules, which have no arguments' grep -q '	module /e/a.gz$' "$T/mb1/grub/grub.cfg"
check '... PXELINUX' grep -qx '	APPEND e/b.b00 runweasel --- e/a.gz --- e/s.v00' "$T/mb1/pxelinux.cfg/default"
check '... iPXE' grep -q 'module .*/e/s.v00' "$T/mb1/boot.ipxe"
{
	sed 's|$| answers="ks={answers}/ks.cfg"|' "$T/multi1"
	echo 'machine mac=52-54-00-00-00-01 boot=image image=e answers=a files=ks.cfg'
} >"$T/multi2"
check 'modules without arguments are no kernels: a machine' "$menu" -u http://h "$T/mb2" <"$T/multi2"
check "... has its answers in the kernel's, in GRUB" grep -qx '	multiboot /e/b.b00 runweasel ks=http://h/answers/52-54-00-00-00-01/ks.cfg' "$T/mb2/grub/grub.cfg-01-52-54-00-00-00-01"
check '... in PXELINUX' grep -qx '	APPEND e/b.b00 runweasel ks=http://h/answers/52-54-00-00-00-01/ks.cfg --- e/a.gz --- e/s.v00' "$T/mb2/pxelinux.cfg/01-52-54-00-00-00-01"
check '... in iPXE' grep -qxF 'kernel ${base}/e/b.b00 runweasel ks=http://h/answers/52-54-00-00-00-01/ks.cfg || goto failed' "$T/mb2/m/52-54-00-00-00-01.ipxe"
check_not '... and in no other menu' grep -rq answers "$T/mb2/boot.ipxe" "$T/mb2/grub/grub.cfg" "$T/mb2/pxelinux.cfg/default"
check 'PXELINUX: on one line' grep -qx '	APPEND x/xen.gz mem=1 --- x/vmlinuz a=http://h/x/f b z --- x/i.img' "$T/mb/pxelinux.cfg/default"

# A host with an address of each family.
printf '%s\n' 'boot name=A family=f arch=x86_64 kernel=l initrd=i args="u={base}/x s={server}"' >"$T/both"
check 'two families' "$menu" -6 fd00:77::1 -u http://10.77.0.1 "$T/six" <"$T/both"
check 'iPXE: by IPv6 where it has no address of IPv4' sh -c 'grep -A1 -x "set server 10.77.0.1" "$1" | grep -qxF "isset \${ip} || set server [fd00:77::1]"' - "$T/six/boot.ipxe"
check '... in its arguments too' grep -qF 'u=http://${server}/x s=${server} ' "$T/six/boot.ipxe"
check 'GRUB: by what it was loaded from' grep -qF '"$net_default_server" = '"'fd00:77:0:0:0:0:0:1'" "$T/six/grub/grub.cfg"
check '... in its arguments too' grep -qF "u=http://'\$server'/x" "$T/six/grub/grub.cfg"
check 'PXELINUX: IPv4' grep -q 'u=http://10.77.0.1/x s=10.77.0.1' "$T/six/pxelinux.cfg/default"
check_rc 2 'no address' "$menu" -6 'a b' -u http://10.77.0.1 "$T/six" <"$T/both"

# Images that are started whole.
printf '%s\n' 'boot dir=dos name=DOS family=unknown arch=i386 firmware=bios way=memdisk kernel={iso}' \
	'boot dir=big name=Big family=unknown arch=i386 firmware=bios way=sanboot kernel={iso}' \
	'boot dir=tool name=Tool family=unknown arch=x86_64 firmware=efi way=httpdisk kernel={iso}' >"$T/images"
check 'whole images' "$menu" -u http://h "$T/whole" <"$T/images"
check 'iPXE: by memdisk' sh -c 'grep -q "^kernel \${base}/memdisk iso raw " "$1" && grep -q "^initrd --name initrd1 \${base}/dos.iso " "$1"' - "$T/whole/boot.ipxe"
check 'iPXE: as a drive' grep -qx 'sanboot --no-describe ${base}/big.iso || goto failed' "$T/whole/boot.ipxe"
check 'iPXE: what HTTP Boot keeps in memory, too' grep -qx 'sanboot --no-describe ${base}/tool.iso || goto failed' "$T/whole/boot.ipxe"
check 'PXELINUX: by memdisk' sh -c 'grep -A3 "LABEL dos" "$1" | tr -d "\n\t" | grep -q "LINUX memdiskINITRD dos.iso"' - "$T/whole/pxelinux.cfg/default"
check_not 'PXELINUX has no drive over HTTP' grep -qiE 'big|tool' "$T/whole/pxelinux.cfg/default"
check_not 'nor has GRUB' grep -qE 'DOS|Big|Tool' "$T/whole/grub/grub.cfg"

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

# ---- what starts by itself ----------------------------------------------------------------
cat >"$T/two" <<'END'
boot dir=one name=One family=f arch=x86_64 kernel=k initrd=i
boot dir=one name="Memory test" family=memtest86plus arch=x86_64 kernel=m
boot dir=two name=Two family=f arch=x86_64 kernel=k initrd=i
END
# order FILE: the entries of a menu, as they are shown
order() {
	case $1 in
	*.ipxe) sed -n 's/^\(.* \)*item \([a-z][a-z-]*\) .*/\2/p' "$T/$1" ;;
	*grub*) sed -n 's/^menuentry.* --id \([a-z-]*\) .*/\1/p' "$T/$1" ;;
	*) sed -n 's/^LABEL //p' "$T/$1" ;;
	esac | tr '\n' ' '
}
check 'a default' "$menu" -D two -t 5 -T 'Rack é' -u http://h "$T/def" <"$T/two"
check 'iPXE: the order stays, the memory test comes after the local disk' test "$(order def/boot.ipxe)" = 'one two local memory-test shell '
check 'GRUB: too' test "$(order def/grub/grub.cfg)" = 'one two local memory-test machine '
check 'PXELINUX: too' test "$(order def/pxelinux.cfg/default)" = 'one two local memory-test '
check 'iPXE: the default' has def/boot.ipxe 'isset ${can-x86_64} && set pick two ||'
check_not 'iPXE: no other' grep -q 'set pick one' "$T/def/boot.ipxe"
check 'PXELINUX: the default' has def/pxelinux.cfg/default 'DEFAULT two'
check 'GRUB: the default' has def/grub/grub.cfg 'if [ "$can_x86_64" = yes ]; then set default=two; fi'
check 'the title, in ASCII' has def/boot.ipxe 'menu Rack e'
check 'the local disk' "$menu" -D local -u http://h "$T/def" <"$T/two"
check 'iPXE: comes first' test "$(order def/boot.ipxe)" = 'local one two memory-test shell '
check 'GRUB: too' test "$(order def/grub/grub.cfg)" = 'local one two memory-test machine '
check 'PXELINUX: too' test "$(order def/pxelinux.cfg/default)" = 'local one two memory-test '
check 'and is what starts' has def/pxelinux.cfg/default 'DEFAULT local'
check_not 'iPXE: as well' grep -q 'can.*set pick' "$T/def/boot.ipxe"
check 'nothing by itself' "$menu" -D none -t 0 -u http://h "$T/def" <"$T/two"
check 'iPXE: waits' has def/boot.ipxe 'choose --default ${pick} target && goto ${target} || goto menu'
check 'GRUB: waits' has def/grub/grub.cfg 'set default=local'
check 'GRUB: for ever' has def/grub/grub.cfg 'set timeout=-1'
check_not 'PXELINUX: waits' grep -q TIMEOUT "$T/def/pxelinux.cfg/default"
check 'PXELINUX: with its menu' has def/pxelinux.cfg/default 'UI menu.c32'

# ---- names that firmware can show ---------------------------------------------------------
printf '%s\n' 'boot dir=a name="Альт Рабочая станция" kernel=k' 'boot dir=b name="Système “é” Ωmega — ½" kernel=k' 'boot dir=kylin name="麒麟" kernel=k' |
	sed 's/“/\\"/; s/”/\\"/' | "$menu" -u http://h "$T/names"
for name in 'Alt Rabochaya stantsiya' 'Systeme "e" Omega - 12' kylin; do
	check "in ASCII: $name" grep -qF " $name ||" "$T/names/boot.ipxe"
done
check_not 'and nothing else' grep -q '[^ -~	]' "$T/names/boot.ipxe" "$T/names/grub/grub.cfg" "$T/names/pxelinux.cfg/default"

# ---- machines -----------------------------------------------------------------------------
cat >"$T/machines" <<'END'
boot dir=deb name=Debian arch=x86_64 kernel=linux initrd=i args="a={mac} --- quiet" answers="auto=true url={answers}/p.cfg"
boot dir=mem name=Mem family=memtest86plus arch=x86_64 kernel=mt
boot dir=win name=Win arch=x86_64 kernel=sources/boot.wim initrd=boot/bcd with=wimboot
machine mac=52-54-00-00-00-01 image=deb answers=web name=web1 addr=10.0.0.7 args="h={host} i={ip} m={mac-} s={serial}"
machine mac=52-54-00-00-00-02 image=deb boot=local
machine mac=52-54-00-00-00-03 image=win answers=w files=unattend.xml
machine mac=52-54-00-00-00-04 image=none
END
check_rc 0 'machines' "$menu" -k top -u http://h "$T/mach" <"$T/machines"
said 'an image that there is not is said' 'there is no image none here'
one=52-54-00-00-00-01
check 'iPXE: their own menus first' has mach/boot.ipxe 'isset ${everything} || chain --autofree --replace ${base}/m/${mac:hexhyp}.ipxe ||'
check 'iPXE: answers before the ---, what is known filled in, the rest asked for' has mach/m/$one.ipxe \
	"kernel \${base}/deb/linux initrd=initrd1 a=52:54:00:00:00:01 auto=true url=http://h/answers/$one/p.cfg h=web1 i=10.0.0.7 m=$one s=\${serial} --- quiet top || goto failed"
check 'GRUB: the same' has mach/grub/grub.cfg-01-$one \
	"	linux /deb/linux a=52:54:00:00:00:01 auto=true url=http://h/answers/$one/p.cfg h=web1 i=10.0.0.7 m=$one 's='\"\$machine_serial\"'' --- quiet top"
check 'GRUB: asks for the serial number' has mach/grub/grub.cfg-01-$one 'smbios --type 1 --get-string 7 --set machine_serial'
check 'GRUB: finds it by its address' cmp "$T/mach/m/52:54:00:00:00:01.cfg" "$T/mach/grub/grub.cfg-01-$one"
check 'PXELINUX knows no serial numbers' has mach/pxelinux.cfg/01-$one 'DEFAULT local'
check 'no answers in the menu of all' has mach/boot.ipxe 'kernel ${base}/deb/linux initrd=initrd1 a=${mac} --- quiet top || goto failed'
check 'GRUB asks for addresses' has mach/grub/grub.cfg "	linux /deb/linux 'a='\"\$net_default_mac\"'' --- quiet top"
for file in m/52-54-00-00-00-02.ipxe grub/grub.cfg-01-52-54-00-00-00-02; do
	check "the local disk first: $file" sh -c 'case $1 in local\ debian\ *) ;; *) exit 1 ;; esac' - "$(order "mach/$file")"
done
check 'PXELINUX: too' has mach/pxelinux.cfg/01-52-54-00-00-00-02 'DEFAULT local'
check_not '... and nothing else by itself' grep -q 'set pick debian' "$T/mach/m/52-54-00-00-00-02.ipxe"
check 'Windows: answers beside its setup' has mach/m/52-54-00-00-00-03.ipxe \
	'initrd --name unattend.xml http://h/answers/52-54-00-00-00-03/unattend.xml unattend.xml || goto failed'
check 'a line without an address is refused' sh -c '! echo "machine mac=x image=a" | "$1" -u http://h "$2"' - "$menu" "$T/mach"
before=$(stat -c %Z "$T/mach/m/$one.ipxe")
check 'the same again' "$menu" -k top -u http://h "$T/mach" <"$T/machines"
check '... writes nothing' test "$before" = "$(stat -c %Z "$T/mach/m/$one.ipxe")"
cp -r "$T/mach" "$T/mach.first"
for awk in mawk gawk 'busybox awk' original-awk; do
	command -v "${awk% *}" >/dev/null || continue
	printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >"$T/bin/awk" && chmod +x "$T/bin/awk"
	rm -r "$T/mach"
	PATH=$T/bin:$PATH "$menu" -k top -u http://h "$T/mach" <"$T/machines" 2>/dev/null
	check "the same menus of machines from $awk" diff -r "$T/mach.first" "$T/mach"
done
echo 'boot dir=x name=New arch=x86_64 way=nvmedisk kernel={iso}' >>"$T/two"
check_rc 0 'a way that is not known' "$menu" -u http://h "$T/def" <"$T/two"
said '... is said' '"New" is left out of the menus: it is started by way=nvmedisk'
finish
