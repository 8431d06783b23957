#!/bin/sh
# iPXE that is sent iPXE: netboot.xyz, FOG and others have a script inside and
# ask for no file again, so a plain line's file goes to a machine whose ROM is
# iPXE, too; only the very same iPXE that comes back is kept from a loop.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
lan
host pc
mkdir -m 755 "$T/state"
serve() { # SUBNET-RULE BOOT-RULE
	start dhcpd "$dhcpd" -v -u "$user" -i br0 -l "$T/state/leases" -e "$1" -e "$2"
	ready dhcpd ready
}
logged() { wait_for 5 grep -q -e "$1" "$T/dhcpd.log"; }
file=netboot.xyz.kpxe
self='77=netboot.xyz 175=hex:b105011af41000eb03010500'
boots() { # NAME ASK-ARGS...: through DISCOVER and REQUEST
	boots_name=$1
	shift
	ask "$@" mac=52:54:00:00:00:07 && has "file=$file" && ask "$@" type=request mac=52:54:00:00:00:07 50=ip:10.77.0.50 54=ip:10.77.0.1 && has "file=$file" &&
		return 0
	echo "$boots_name"
	return 1
}

check_rc 0 "-n has nothing against the name of a file" "$dhcpd" -n -e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59' -e "boot arch=bios file=$file"
check_not "and warns of nothing" grep -q . "$T/err"

serve 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59 probe=off' "boot arch=bios file=$file server=10.77.0.9"
check "a machine with an iPXE ROM gets the file" boots rom persona=ipxe
# shellcheck disable=SC2086 # two arguments
check "and so does what it has loaded, when it asks" boots loaded persona=ipxe $self
check "another machine whose ROM is none" ask persona=bios mac=52:54:00:00:00:08
check "gets it as well" has "file=$file"
# shellcheck disable=SC2086
check "the very same iPXE comes back" ask persona=ipxe mac=52:54:00:00:00:07 $self
check "and is not sent it a third time" hasnt file=netboot opt67=
check "but its server, which a script may need" has siaddr=10.77.0.9
# shellcheck disable=SC2086
check "it asks for its address" ask type=request persona=ipxe mac=52:54:00:00:00:07 50=ip:10.77.0.50 54=ip:10.77.0.1 $self
check "which it gets, without the file" has yiaddr=10.77.0.50 siaddr=10.77.0.9
check "the log says what to write" logged "the same iPXE asks again: a loop (a line with client=ipxe says what iPXE boots, the word .chain. sends this again)"
check "the ROM, started anew" boots again persona=ipxe
stop dhcpd

rm -f "$T/state/leases"
serve 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59 probe=off' "boot arch=bios file=$file chain"
check "chain: the first time" boots one persona=ipxe
check "the second" boots two persona=ipxe
check "and the third" boots three persona=ipxe
stop dhcpd

serve 'subnet 10.77.0.0/24 proxy' "boot arch=bios file=$file"
answered=persona=bios
check "proxy: an offer for an iPXE ROM" ask persona=ipxe mac=52:54:00:00:00:07
check "with the file" has "file=$file" siaddr=10.77.0.1
choose() { ask send=1 type=request persona=ipxe mac=52:54:00:00:00:07 50=ip:10.77.0.60 54=ip:10.77.0.2; }
check "it takes its address from the other server" choose
check "and comes back as itself" unanswered persona=ipxe mac=52:54:00:00:00:07
check "which is a loop" logged 'the same iPXE asks again: a loop'
stop dhcpd
finish
