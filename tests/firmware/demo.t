#!/bin/sh
# The demo: three machines to the installer's first screen, and a table.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab bios efi-x64
installer amd64
timeout 850 "$SRC/compose/pxe-up" -d >"$T/demo.log" 2>&1 </dev/null
check 'the demo ends well' test $? -eq 0
for machine in 'BIOS' 'UEFI PXE' 'UEFI HTTP Boot'; do
	check "$machine has booted" grep -qE "^$machine .* yes\$" "$T/demo.log"
done
check 'nothing is left of it' test -z "$(pgrep -f demo0)"
[ "$failed" = 0 ] || tail -n 60 "$T/demo.log" | sed 's/^/# /'
finish
