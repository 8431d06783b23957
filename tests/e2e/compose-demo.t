#!/bin/sh
# The demo without QEMU: pxeprobe takes the machines' place.  (With QEMU:
# tests/firmware/demo.t.)
# shellcheck disable=SC2016,SC2317 # $ is for that sh; check calls has
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
need xorriso
need_nobody
check_rc 2 'an image that does not exist: no demo' "$SRC/compose/pxe-up" -d "$T/none.iso"
said '... said at once' '^pxe-up: .*/none.iso does not exist'
check_not '... and nothing else' grep -q 'a network of its own' "$T/out"
# shellcheck source=compose/lib/machine.sh
. "$SRC/compose/lib/machine.sh"
machine_installer amd64 >"$T/installer" || {
	skip 'no package debian-installer-*-netboot-amd64 here'
	exit 0
}

check_rc 0 'Ctrl-C long before it is ready' timeout --preserve-status -s INT 3 "$SRC/compose/pxe-up" -d
check_not '... is no news' grep . "$T/err"

has() { grep -qE "$1" "$T/demo.log"; }

# A directory in which files can be made, but nothing be written to them.
mkdir "$T/full" && mount -t tmpfs -o size=4k none "$T/full" && printf '%4096s' '' >"$T/full/all"
check_rc 3 'no room for temporary files: no demo' env TMPDIR="$T/full" "$SRC/compose/pxe-up" -d
said '... said, with the directory' "nothing can be written to $T/full/.*: is $T/full full?"
check_rc 3 'nor a menu' sh -c 'TMPDIR="$1" "$2" "$3" </dev/null' - "$T/full" "$SRC/compose/pxe-menu" "$T"
said '... which says the same' "nothing can be written to $T/full/"
umount "$T/full"

# Everything in PATH except QEMU.
mkdir "$T/path"
for dir in /usr/bin /usr/sbin /bin /sbin; do
	for program in "$dir"/*; do
		case $program in *qemu*) ;; *) ln -sf "$program" "$T/path/" ;; esac
	done
done
PATH=$T/path timeout 100 "$SRC/compose/pxe-up" -d >"$T/demo.log" 2>&1 </dev/null
check 'the demo ends well' test $? -eq 0
check 'it says that QEMU is missing' has 'no qemu-system-x86_64 here: pxeprobe takes'
for persona in bios efi-x64 http-x64 ipxe; do
	check "in its table: $persona booted" has "^pxeprobe $persona .* [0-9]{8} .* yes\$"
done
check 'nothing is left of it' test -z "$(pgrep -f demo0)"

# A KVM on which SeaBIOS says its name and no machine boots: this is no QEMU.
cat >"$T/path/qemu-system-x86_64" <<'END'
#!/bin/sh
for arg; do
	case $arg in
	file,id=said,path=*) echo SeaBIOS >"${arg##*=}" ;;
	file:*) serial=${arg#file:} ;;
	kvm) stands=still ;;
	esac
done
[ "${stands:-}" ] || echo 'Choose the language' >"$serial"
exec sleep 300
END
chmod 755 "$T/path/qemu-system-x86_64"
if [ ! -w /dev/kvm ]; then skip 'no /dev/kvm'; elif lack=$(PATH=$T/path machine_lacks efi-x64); then skip "no $lack"; else
	PATH=$T/path timeout 200 "$SRC/compose/pxe-up" -d >"$T/demo.log" 2>&1 </dev/null
	check 'where machines stand still with KVM, the demo ends well' test $? -eq 0
	check 'they are switched on with it' has 'two at a time, with KVM'
	check 'the first two are tried again without' test "$(grep -c 'nothing moves any more with KVM; once more' "$T/demo.log")" -eq 2
	check 'all three boot' test "$(grep -cE '^(BIOS|UEFI).* yes$' "$T/demo.log")" -eq 3
fi
[ "$failed" = 0 ] || sed 's/^/# /' "$T/demo.log"
finish
