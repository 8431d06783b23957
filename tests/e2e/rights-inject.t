#!/bin/sh
# What code that an attacker has brought into a running tool could still do: system calls
# are made inside it (tests/inject), are refused, and named in the log.
# shellcheck disable=SC2154 # start sets pid_NAME
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build
need python3 curl tftp
need_nobody
[ "$(uname -m)" = x86_64 ] || {
	skip "injects x86-64 calls only"
	exit 0
}
mkdir "$T/www"
echo hello >"$T/www/a"
ip link add e0 type veth peer name e1 && ip addr add 10.0.0.1/24 dev e0 && ip link set e0 up && ip link set e1 up

all='exec socket-unix kill kill-all tgkill pidfd unshare clone mmap mprotect ptrace setuid chroot mount bpf io_uring memfd setown type prctl seccomp foreign'
# refused WHO PID CALL...: each fails, and but for files and clone3 with a line
refused() {
	refused_who=$1 refused_pid=$2
	shift 2
	"$SRC/tests/inject" "$refused_pid" getpid "$@" getpid >"$T/calls" 2>&1
	for refused_call; do
		case $refused_call in
		open | create) refused_as=EACCES ;;
		clone3) refused_as=ENOSYS ;;
		*) refused_as=EPERM ;;
		esac
		grep -qx "$refused_call $refused_as" "$T/calls" || {
			echo "# $refused_call: $(grep "^$refused_call " "$T/calls")"
			tail -n 1 "$T/calls" | sed 's/^/# /'
			not_ok "$refused_who: $refused_call is refused"
			return
		}
	done
	ok "$refused_who: $*"
}
refused_on_purpose=yes
# The log names them.
named() { # NAME CALL...
	named_log=$T/$1.log
	shift
	for named_call; do
		wait_for 5 grep -q ": the system call $named_call ([0-9]*) was refused: " "$named_log" || {
			not_ok "the log names $named_call"
			return
		}
	done
	ok "the log names $*"
}
kernel='execve kill tgkill pidfd_open unshare clone mmap mprotect ptrace setuid chroot mount bpf io_uring_setup memfd_create fcntl ioctl prctl seccomp'

start f "$BIN/tftpd-lite/tftpd-lite" -l 127.0.0.1:69 "$T/www"
ready f 'ready:'
# shellcheck disable=SC2086 # words
refused tftpd-lite "$pid_f" $all fork clone3 mmap-exec open create socket-tcp socket-packet socket-netlink
# shellcheck disable=SC2086
named f $kernel socket fork
check "it serves on" sh -c "cd '$T' && tftp 127.0.0.1 -m binary -c get a got && cmp got www/a"
stop f
check "and ends as it should" test $? -eq 0

start w "$BIN/httpd-boot/httpd-boot" -l 127.0.0.1:80 "$T/www"
ready w 'ready:'
# shellcheck disable=SC2086
refused httpd-boot "$pid_w" $all fork clone3 mmap-exec open create socket-tcp socket-packet socket-netlink connect
# shellcheck disable=SC2086
named w $kernel socket fork connect
check "it serves on" test "$(curl -s http://127.0.0.1/a)" = hello
stop w

start w "$BIN/httpd-boot/httpd-boot" -j 2 -l 127.0.0.1:80 "$T/www"
ready w 'workers=2'
worker() { cut -d ' ' -f 1 "/proc/$pid_w/task/$pid_w/children"; }
has_worker() { [ "$(worker)" ]; }
wait_for 30 has_worker
wait_for 30 grep -q '^Seccomp_filters:.*2' "/proc/$(worker)/status"
# shellcheck disable=SC2086
refused "a worker" "$(worker)" $all fork clone3 mmap-exec open create socket-tcp socket-packet socket-netlink connect
# shellcheck disable=SC2086
named w $kernel socket fork connect
start parent "$BIN/httpd-boot/httpd-boot" -j 2 -l 127.0.0.1:81 "$T/www"
ready parent 'workers=2'
refused "the workers' parent" "$pid_parent" exec unshare clone mmap mprotect ptrace setuid mount open create socket-tcp connect
named parent execve unshare clone mmap socket
stop parent
check "they serve on" test "$(curl -s http://127.0.0.1/a)" = hello
stop w

start d "$BIN/dhcpd-pxe/dhcpd-pxe" -i lo -e 'subnet 127.0.0.0/8 range=127.0.0.100-127.0.0.110' -e 'boot file=x' -l "$T/leases"
ready d 'ready: lo'
# shellcheck disable=SC2086
refused dhcpd-pxe "$pid_d" $all fork clone3 mmap-exec open create socket-tcp connect
# shellcheck disable=SC2086
named d $kernel socket fork connect
stop d

start d6 "$BIN/dhcpd6-pxe/dhcpd6-pxe" -i e0 -e 'subnet fd00:77::/64 range=fd00:77::1000-fd00:77::10ff' -e 'ra none' -l "$T/leases6"
ready d6 'ready: e0'
# shellcheck disable=SC2086
refused dhcpd6-pxe "$pid_d6" $all fork clone3 mmap-exec open create socket-tcp socket-packet connect
stop d6

start p "$BIN/pxeprobe/pxeprobe" -i e0 -k bios -t 100
wait_for 30 grep -q '^Seccomp:.*2' "/proc/$pid_p/status"
refused pxeprobe "$pid_p" exec kill unshare mmap mmap-exec mprotect ptrace setuid mount open create socket-packet fork clone3
named p execve kill unshare mmap mprotect ptrace socket fork
stop p
mkfifo "$T/endless"
sleep 600 >"$T/endless" &
sleeper=$!
start i sh -c "exec '$BIN/isoextract/isoextract' -C '$T/made' - <'$T/endless'"
wait_for 30 grep -q '^Seccomp:.*2' "/proc/$pid_i/status"
refused isoextract "$pid_i" exec kill unshare mmap mmap-exec mprotect ptrace setuid mount open create socket-tcp socket-unix socket-packet connect fork clone3
named i execve kill unshare mmap mprotect ptrace socket connect fork
kill $sleeper
stop i
check "a directory that was made for nothing is gone" test ! -e "$T/made"
finish
