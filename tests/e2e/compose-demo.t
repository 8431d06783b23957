#!/bin/sh
# The demo without QEMU: pxeprobe takes the machines' place.  (With QEMU:
# tests/firmware/demo.t.)
# shellcheck disable=SC2317 # check calls has
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
need xorriso
need_nobody
# shellcheck source=compose/lib/machine.sh
. "$SRC/compose/lib/machine.sh"
machine_installer amd64 >"$T/installer" || {
	skip 'no package debian-installer-*-netboot-amd64 here'
	exit 0
}

has() { grep -qE "$1" "$T/demo.log"; }

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
[ "$failed" = 0 ] || sed 's/^/# /' "$T/demo.log"
finish
