# Sourced first by every tests/e2e/*.t.  Puts the test into network, mount and
# PID namespaces of its own (no root needed), so that real ports can be used,
# nothing it starts outlives it, and nothing of it reaches another network.
#
#   $BIN          the build under test: $BIN/tftpd-lite/tftpd-lite ...
#   $SRC          the source tree
#   $T            a directory of its own, removed at the end
#   ok NAME / not_ok NAME / skip WHY          one result line each
#   check NAME COMMAND...                     ok when it succeeds
#   check_not NAME COMMAND...                 ok when it fails (not when it cannot run, or grep cannot read)
#   check_rc N NAME COMMAND...                ok when it exits N (output in $T/out, $T/err)
#   said NAME PATTERN                         ok when the command of the last check wrote that on stderr
#   wait_for SECONDS COMMAND...               polls; fails when time is up, 30 s at least: how long a
#                                             thing takes on a busy machine is not what tests are about
#   start NAME COMMAND...                     in the background, output in $T/NAME.log; with hold,
#                                             returns once the sockets are bound
#   ready NAME PATTERN                        waits for a line in that log
#   stop NAME                                 SIGTERM and wait; returns its exit code
#   lan                                       a bridge br0, 10.77.0.1/24, in this namespace
#   host NAME [ADDR/BITS]                     a namespace with eth0 on br0
#   on NAME COMMAND...                        runs there
#   hold SOCKET... -- COMMAND...              binds, then execs COMMAND with LISTEN_FDS
#                                             (udp:ADDR:PORT, tcp:ADDR:PORT), so that no test polls for a bind
#   need PROGRAM...                           skips the test where one is missing
#   $user, need_nobody                        nobody, or root where there is no nobody; skips the test there
#   finish                                    last line of a test
SRC=${SRC:-$(cd "$(dirname "$0")/../.." && pwd)}
BIN=${BIN:-$SRC}
export SRC BIN LC_ALL=C
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1
# Other servers may be unpacked only (tests/peers).
PATH=$PATH:/usr/sbin:/sbin:$SRC/build/peers/bin

if [ -z "${IN_NETNS:-}" ]; then
	[ "$(id -u)" -eq 0 ] && root='' || root=--map-root-user
	T=$(mktemp -d) || exit 1
	chmod 755 "$T"
	export T
	# shellcheck disable=SC2086
	IN_NETNS=1 unshare $root --net --mount --pid --fork --kill-child --mount-proc sh "$0" "$@"
	rc=$?
	rm -rf "$T"
	exit $rc
fi

failed=0
started=
# A user namespace of one user has no nobody for a daemon to become.
awk '$3 > 65534 { found = 1 } END { exit !found }' /proc/self/uid_map && user=nobody || user=root
ip link set lo up
mount -t tmpfs none /run 2>/dev/null
mkdir -p /run/netns

ok() { echo "ok - $1"; }
not_ok() {
	failed=1
	echo "not ok - $1"
}
skip() { echo "skip - $1"; }

check() {
	check_name=$1
	shift
	if "$@" >"$T/out" 2>"$T/err"; then ok "$check_name"; else
		sed 's/^/# /' "$T/out" "$T/err" | tail -n 20
		not_ok "$check_name"
	fi
}
check_not() {
	check_name=$1
	shift
	"$@" >"$T/out" 2>"$T/err"
	check_got=$?
	# A file that grep could not read holds nothing; a program that is not there does nothing.
	case $1,$check_got in
	*,0 | grep,[!1]* | *,12[67])
		sed 's/^/# /' "$T/out" "$T/err" | tail -n 20
		not_ok "$check_name (exit $check_got)" ;;
	*) ok "$check_name" ;;
	esac
}
check_rc() {
	check_want=$1 check_name=$2
	shift 2
	"$@" >"$T/out" 2>"$T/err"
	check_got=$?
	if [ "$check_got" -eq "$check_want" ]; then ok "$check_name"; else
		sed 's/^/# /' "$T/out" "$T/err" | tail -n 20
		not_ok "$check_name (exit $check_got, not $check_want)"
	fi
}

said() {
	if grep -q -e "$2" "$T/err"; then ok "$1"; else
		sed 's/^/# /' "$T/err"
		not_ok "$1"
	fi
}

wait_for() {
	wait_end=$(($(date +%s) + ($1 < 120 ? 120 : $1)))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -le "$wait_end" ] || return 1
		sleep 0.05
	done
}

start() {
	start_name=$1 start_bound=
	shift
	case $1 in # as functions they would put a shell between us and the program
	hold)
		shift
		start_bound=$T/$start_name.bound
		rm -f "$start_bound" && mkfifo "$start_bound" || return 1
		set -- python3 "$SRC/tests/hold" -b 9 "$@" ;;
	on) shift && set -- ip netns exec "$@" ;;
	esac
	# Here, not in the child: what an earlier one of that name said is no answer.
	: >"$T/$start_name.log"
	if [ "$start_bound" ]; then
		"$@" >"$T/$start_name.log" 2>&1 </dev/null 9>"$start_bound" &
	else
		"$@" >"$T/$start_name.log" 2>&1 </dev/null &
	fi
	eval "pid_$start_name=$!"
	started="$started $start_name"
	# Both ends wait for each other; a binder that dies ends the file.
	[ -z "$start_bound" ] || read -r start_bound <"$start_bound" || {
		sed 's/^/# /' "$T/$start_name.log"
		not_ok "$start_name binds its sockets"
		return 1
	}
}
ready() {
	wait_for 120 grep -q -e "$2" "$T/$1.log" && return 0
	sed 's/^/# /' "$T/$1.log"
	not_ok "$1 gets ready"
	return 1
}
stop() {
	eval "stop_pid=\${pid_$1:-}"
	[ "$stop_pid" ] || return 0
	kill "$stop_pid" 2>/dev/null
	eval "pid_$1="
	wait "$stop_pid"
}

lan() {
	ip link add br0 type bridge forward_delay 0 && ip addr add 10.77.0.1/24 dev br0 && ip link set br0 up
}
host() {
	ip netns add "$1" && ip link add "v$1" type veth peer name eth0 netns "$1" &&
		ip link set "v$1" master br0 up && ip -n "$1" link set lo up && ip -n "$1" link set eth0 up || return 1
	[ -z "${2:-}" ] || ip -n "$1" addr add "$2" dev eth0
}
on() { ip netns exec "$@"; }
# pid_in FILE NAME: the process that a file of pxe-up's names (NAME:PID:TIME)
pid_in() { awk -F : -v name="$2" '$1 == name { print $2 }' "$1"; }

hold() { python3 "$SRC/tests/hold" "$@"; }

# The ordinary build instead of the one under test, for what a sanitizer would
# disturb: its library reads /proc and makes calls and mappings of its own.
ordinary_build() { [ ! -x "$SRC/tftpd-lite/tftpd-lite" ] || BIN=$SRC; }

need() {
	for need_tool; do
		command -v "$need_tool" >/dev/null || {
			skip "$(basename "$0"): no $need_tool here"
			exit 0
		}
	done
}

need_nobody() {
	[ "$user" = nobody ] || {
		skip "$(basename "$0"): needs root"
		exit 0
	}
}

finish() {
	for finish_name in $started; do
		stop "$finish_name"
		if grep -q -e 'ERROR: AddressSanitizer' -e 'ERROR: LeakSanitizer' -e 'runtime error:' "$T/$finish_name.log"; then
			sed 's/^/# /' "$T/$finish_name.log" | tail -n 40
			not_ok "$finish_name: clean under the sanitizers"
		fi
		[ -z "${refused_on_purpose:-}" ] || continue
		if grep 'the system call .* was refused' "$T/$finish_name.log"; then
			not_ok "$finish_name: its sandbox allows what it does"
		fi
	done
	exit $failed
}
