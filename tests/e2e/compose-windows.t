#!/bin/sh
# Windows: a setup image becomes an entry that starts its setup by itself, from a share,
# with a machine's answers and the site's drivers.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso curl ss
need_nobody
lan
host m1

# The shape of Microsoft's: boot.wim is a real one where wimlib is installed.
w=$T/tree
mkdir -p "$w/boot" "$w/efi/boot" "$w/sources" "$T/pe/Windows/System32"
echo bootmgr >"$w/bootmgr" && echo bcd >"$w/boot/bcd" && echo sdi >"$w/boot/boot.sdi" && echo setup >"$w/setup.exe" && echo install >"$w/sources/install.wim"
printf 'MZ' >"$w/efi/boot/bootx64.efi"
echo shell >"$T/pe/Windows/System32/winpeshl.exe"
if command -v wimlib-imagex >/dev/null; then
	wimlib-imagex capture "$T/pe" "$w/sources/boot.wim" PE --boot >"$T/out" 2>&1
else
	printf 'MSWIM\0\0\0' >"$w/sources/boot.wim"
fi
xorriso -as mkisofs -quiet -R -V CCCOMA_X64FRE_EN-US_DV9 -o "$T/win.iso" "$w" 2>/dev/null

# A server that shares says what it was told, and waits; or the real one.
mkdir "$T/bin"
smbd=$(command -v smbd)
[ "$smbd" ] || {
	smbd=
	printf '#!/bin/sh\necho "asked: $*"\nexec sleep 600\n' >"$T/bin/smbd"
	chmod 755 "$T/bin/smbd"
	PATH=$T/bin:$PATH
}
kernel() { # VERSION: what passes for wimboot
	python3 -c 'import sys
k = bytearray(8000)
k[0x1fe:0x200] = b"\x55\xaa"; k[0x202:0x206] = b"HdrS"; k[0x206:0x208] = b"\x0f\x02"; k[0x211] = 1
t = ("wimboot v%s -- Windows Imaging Format bootloader" % sys.argv[1]).encode(); k[4096:4096+len(t)] = t
sys.stdout.buffer.write(k)' "$1"
}

server
mkdir -p "$state/drivers/net"
echo inf >"$state/drivers/net/NetKvm.inf" && echo sys >"$state/drivers/net/netkvm.sys" && echo no >"$state/drivers/a b.inf"
check_rc 0 'an image' "$up" -w -s "$state" -i br0 "$T/win.iso"
said 'what is missing is named, with where it is to be had' 'wimboot is not there yet; get it (2.9 or later) from https://github.com/ipxe/wimboot/releases'
said 'a driver with another name too' 'a b.inf is left out'
check 'its tree is there to be shared' cmp "$w/sources/install.wim" "$state/www/win/sources/install.wim"
kernel 2.8.0 >"$T/wimboot"
check_rc 0 'an old wimboot beside the image' "$up" -w -s "$state"
said '... is taken, and its age is said' 'is wimboot v2.8: Windows 11 (24H2) takes 2.9 or later'
kernel 2.9.0 >"$T/wimboot"
check_rc 0 'a newer one' "$up" -w -s "$state"
check_not '... is no matter' grep -q wimboot "$T/err"
check '... and served' cmp "$T/wimboot" "$state/www/wimboot"

menu=$state/www/boot.ipxe
check 'the shell gives way' grep -qxF 'initrd --name winpeshl.ini ${base}/setup/win/winpeshl.ini winpeshl.ini || goto failed' "$menu"
check '... to what starts the setup' grep -qxF 'initrd --name startnet.cmd ${base}/setup/win/startnet.cmd startnet.cmd || goto failed' "$menu"
check 'drivers come along' sh -c 'grep -qxF "initrd --name NetKvm.inf \${base}/setup/drivers/NetKvm.inf NetKvm.inf || goto failed" "$1" && grep -q "netkvm.sys" "$1"' - "$menu"
start_cmd=$state/www/setup/win/startnet.cmd
check 'they are loaded before the network is' sh -c 'tr -d "\r" <"$1" | sed -n "/^wpeinit/q;p" | grep -qxF "drvload X:\\Windows\\System32\\NetKvm.inf"' - "$start_cmd"
check 'the share is this host'\''s' sh -c 'tr -d "\r" <"$1" | grep -qF "set share=\\\\10.77.0.1\\win"' - "$start_cmd"
check 'every line ends as Windows wants it' test "$(grep -c "$(printf '\r')\$" "$start_cmd")" = "$(wc -l <"$start_cmd")"
check 'winpeshl.ini' sh -c 'printf "[LaunchApps]\r\n\"startnet.cmd\"\r\n" | cmp - "$1"' - "$state/www/setup/win/winpeshl.ini"
check 'the share is of the tree, to read' sh -c 'grep -qx "\[win\]" "$1" && grep -q "path = $2/www/win\$" "$1" && grep -q "read only = yes" "$1"' - "$state/smb-shares.conf" "$state"
if command -v testparm >/dev/null; then
	check 'Samba understands it' sh -c 'testparm -s "$1" 2>&1 | tee "$2" | grep -q "^\[win\]" && ! grep -i "unknown\|error" "$2"' - "$state/smb.conf" "$T/testparm"
else
	skip 'no testparm here'
fi

# ---- served -----------------------------------------------------------------------------------
cp -r "$SRC/compose/answers/windows" "$state/answers/win"
pxe_machine set 52:54:00:00:00:01 image=win answers=win once name=pc1
start up "$up" -s "$state"
check 'it is served' wait_for 120 logged '^pxe-up: ready'
if [ "$smbd" ]; then
	check 'smbd serves' wait_for 60 sh -c 'ss -H -l -t -n "sport = :445" | grep -q 10.77.0.1'
	! command -v smbclient >/dev/null || check '... the tree' wait_for 60 on m1 sh -c 'ip addr add 10.77.0.9/24 dev eth0 2>/dev/null; smbclient -N //10.77.0.1/win -c "get setup.exe '"$T"'/got" && cmp "$1" "$2"' - "$T/got" "$w/setup.exe"
else
	check 'smbd is started with it' wait_for 30 logged "smbd: asked: --foreground .*-s $state/smb.conf"
	check 'one that ends' pkill -f 'sleep 600' -o
	check '... is said, and no more' wait_for 30 logged "smbd ended by itself: .*; Windows' setup finds no share"
fi
own=$state/www/m/52-54-00-00-00-01.ipxe
check 'a machine has its answers' grep -q 'initrd --name unattend.xml http://10.77.0.1/answers/52-54-00-00-00-01/unattend.xml unattend.xml ||' "$own"
check '... with its name in them' grep -q '<ComputerName>pc1</ComputerName>' "$state/www/answers/52-54-00-00-00-01/unattend.xml"
check '... each file once' sh -c '! grep -o "initrd --name [^ ]*" "$1" | sort | uniq -d | grep .' - "$own"
check 'the machine loads all of it' loads m1 52:54:00:00:00:01 wimboot
check '... its answers too' wait_for 30 grep -q '^sent path=/answers/52-54-00-00-00-01/unattend.xml .*whole=yes' "$state/events"
check '... and the drivers' wait_for 30 grep -q '^sent path=/setup/drivers/NetKvm.inf .*whole=yes' "$state/events"
check '... and the image of Windows PE' wait_for 30 grep -q '^sent path=/win/sources/boot.wim .*whole=yes' "$state/events"
rm "$state/drivers/net/NetKvm.inf"
check 'a driver less is followed' wait_for 60 sh -c '! grep -q NetKvm.inf "$1"' - "$menu"
check_not '... and gone' ls "$state/www/setup/drivers/NetKvm.inf"
image a && pxe_image add "$T/a.iso" && pxe_image rm win
check 'an image less, too' wait_for 60 sh -c '! test -e "$1/www/setup" && ! test -e "$1/smb.conf"' - "$state"
stop up
finish
