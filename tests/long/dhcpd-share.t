#!/bin/sh
# 800 machines through two servers with share=; one is killed with kill -9 in the midst
# of their DISCOVERs, of their ACKs and of their renewals: all boot and keep their
# address, and none is given twice; nor to machines that say from their first message on
# that they have waited.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd-share.sh
. "$SRC/tests/e2e/dhcpd-share.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
N=800
range='subnet 10.77.0.0/16 range=10.77.1.0-10.77.7.255 lease=1h offers=10000'
shared_servers
now=$T/now
for killed_at in 1 100 400 799 400@9; do
	N=800
	case $killed_at in *@*) N=800@${killed_at#*@} killed_at=${killed_at%@*} ;; esac
	rm -f "$T/a/leases" "$T/b/leases"
	serve a 1
	serve b 2
	check "b is killed after $killed_at ACKs: all have an address, and keep it" \
		crowd 'kills b' 'serve b 2' 'kills a' 'serve a 1' 'kills b' -- \
		"$now:$killed_at:boot" renew boot "$now:0:boot" "$now:$killed_at:renew" reboot boot "$now:0:boot" "$now:$killed_at:reboot" renew boot
	sed 's/^/# /' "$T/crowd"
	kills a
done
finish
