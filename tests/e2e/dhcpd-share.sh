# shellcheck shell=sh
# Two servers of one range, and a crowd of N machines; one of the servers is killed in
# the midst of each kind of exchange.  Sourced by dhcpd-share.t and by the long test.
# serve NAME K: the K-th server, in the namespace of that name
serve() {
	start "$1" on "$1" "$dhcpd" -u root -i eth0 -l "$T/$1/leases" -e "$range share=$2/2"
	ready "$1" 'ready:'
}
# kills NAME: with kill -9
kills() { eval "kill -9 \$pid_$1; wait \$pid_$1 2>/dev/null; pid_$1="; }
# crowd ACTION... -- STEP...: the crowd does these, and an action each time that it makes
# the file $T/now
crowd() {
	crowd_actions=
	while [ "$1" != -- ]; do
		crowd_actions="$crowd_actions$1;"
		shift
	done
	shift
	on pc "$SRC/tests/dhcp-crowd" eth0 "$N" "$@" >"$T/crowd" 2>&1 &
	crowd_pid=$!
	while [ "$crowd_actions" ]; do
		wait_for 120 test -e "$T/now" || break
		eval "${crowd_actions%%;*}"
		crowd_actions=${crowd_actions#*;}
		rm -f "$T/now"
	done
	wait "$crowd_pid"
	crowd_rc=$?
	sed 's/^/# /' "$T/crowd"
	return "$crowd_rc"
}
shared_servers() {
	lan
	host pc
	host a 10.77.0.2/16
	host b 10.77.0.3/16
	mkdir -p "$T/a" "$T/b"
}
