#!/bin/sh
# Hundreds of machines boot while each kind of host is killed and brought back in the midst
# of it: beside two dhcpd-pxe with share=, beside two Kea as they balance the load (leases
# in files) and as one stands by (leases in PostgreSQL), and with packets lost.  All boot,
# no address is given twice, and no file comes from two.
#   MACHINES=1000 tests/long/many.t     more of them
SRC=$(cd "$(dirname "$0")/../.." && pwd)
export SRC
# The lab is not inside another test's namespaces: it enlarges the neighbour table.
PATH=$PATH:/usr/sbin:/sbin:$SRC/build/peers/bin
failed=0
ok() { echo "ok - $1"; }
not_ok() { failed=1; echo "not ok - $1"; }
table=$(mktemp)
trap 'rm -f "$table"' EXIT
# boots NAME OPTION...: the lab's table has all of them
boots() {
	boots_name=$1
	shift
	timeout 900 "$SRC/compose/many/lab" -n "${MACHINES:-300}" "$@" >"$table" 2>&1
	rc=$?
	sed 's/^/# /' "$table"
	case $rc in
	0) ok "$boots_name" ;;
	2) echo "skip - $boots_name: $(sed -n 's/^lab: //p' "$table" | head -n 1)" ;;
	*) not_ok "$boots_name (exit $rc)" ;;
	esac
}
boots 'two dhcpd-pxe with share=' -a share
boots 'two Kea that balance the load, leases in files' -a kea -m load-balancing -k none,dhcp,boot,proxy,tftp
boots 'one Kea that stands by, leases in PostgreSQL' -a kea -m hot-standby -s postgresql -k dhcp,cache
boots 'two of a hundred packets are lost' -a share -l 2 -k none,dhcp,origin,cache
exit $failed
