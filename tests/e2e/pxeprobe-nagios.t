#!/bin/sh
# The check for Nagios that the manual has, as check_command would run it: one line on
# standard output, and 0, 2 or 3; and its units for a timer.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
need setpriv systemd-analyze
lan
host c
tree
examples() { sed -n '/^\.Bd -literal/,/^\.Ed/p' "$SRC/man/pxeprobe.8" | sed 's/\\e/\\/g'; }
examples | sed -n '/^#!.bin.sh/,/^esac/p' >"$T/check_pxe"
mkdir "$T/bin"
cp "$PXEPROBE" "$T/bin"          # others may not look into root's home, where this tree may lie
PATH=$T/bin:$PATH
export PATH

# plugin RC NAME ERE COMMAND...: exits RC, with one line on stdout that matches, and nothing else
plugin() {
	plugin_want=$1 plugin_name=$2 plugin_ere=$3
	shift 3
	"$@" >"$T/said" 2>"$T/errors"
	plugin_rc=$?
	if [ $plugin_rc -eq "$plugin_want" ] && [ "$(wc -l <"$T/said")" -eq 1 ] && grep -q -E -e "$plugin_ere" "$T/said" && [ ! -s "$T/errors" ]; then
		ok "$plugin_name"
	else
		sed 's/^/# /' "$T/said" "$T/errors"
		not_ok "$plugin_name (exit $plugin_rc)"
	fi
}
from_c() { on c sh "$T/check_pxe" "$@"; }

dns --dhcp-boot=pxelinux.0
plugin 0 'it boots: OK' '^kernel and 1 initrd file arrive whole' from_c -i eth0 -k bios
plugin 2 'one of two: CRITICAL' '^1 of 2 boot: bios; not: efi-x64' from_c -i eth0 -k bios,efi-x64
dns
plugin 2 'it does not, and why' '^addresses are leased, but no server says what this machine should boot' from_c -i eth0 -k efi-x64 -t 1
stop dns
plugin 2 'nobody answers' '^nobody answered the DHCP request' from_c -i eth0 -k bios -t 1
plugin 3 'no such interface: UNKNOWN' 'interface nothere: no such interface; .ip link. lists them$' from_c -i nothere
plugin 3 'no such persona' 'no persona "efi-x46"; there are bios efi-x64 .* grub bootp, and all$' from_c -i eth0 -k efi-x46
plugin 3 'no such architecture' '-a efi-x46: no such architecture for bios$' from_c -i eth0 -a efi-x46
plugin 3 'no number' '-t soon: not a number from 1 to 3600$' from_c -i eth0 -t soon
on c ip link set eth0 down
plugin 3 'the interface is down' "interface eth0 is down; 'ip link set eth0 up' brings it up$" from_c -i eth0
on c ip link set eth0 up
ip link set vc down
plugin 2 'nobody at the other end of the cable' '^nobody answered the DHCP request: eth0 has no link' from_c -i eth0 -k bios -t 1
ip link set vc up
plugin 3 'no rights' 'cannot open interface eth0: .*; (run it as root, or give it CAP_NET_RAW|give the container .*NET_RAW)' \
	on c setpriv --reuid=65534 --regid=65534 --clear-groups sh "$T/check_pxe" -i eth0
plugin 3 'rights to capture, but none to have a stack' 'SYS_ADMIN' \
	on c setpriv --bounding-set=-all,+net_raw,+net_admin --inh-caps=-all sh "$T/check_pxe" -i eth0

examples | sed -n '/pxeprobe.service/,/pxeprobe.timer/p' >"$T/pxeprobe.service"
examples | sed -n '/pxeprobe.timer/,/^\.Ed/p' | sed '/^\./d' >"$T/pxeprobe.timer"
sed -i "s|/usr/bin/pxeprobe|$PXEPROBE|; /OnFailure/d" "$T/pxeprobe.service"
check 'the units are good' systemd-analyze verify --man=no "$T/pxeprobe.timer"
finish
