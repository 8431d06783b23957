#!/bin/sh
# 100,000 transfers, then 10,000 at once in one process: all whole, within 64 MiB, and
# nothing left behind.  SOAK=1000 makes it short.
# shellcheck disable=SC2154,SC2034,SC3045 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
load=$SRC/build/obj/tests/bench/tftpd-lite/load
need "$load"
soak=${SOAK:-100000}
ulimit -n "$(ulimit -H -n)"
mkdir "$T/d" && head -c 20000 /dev/urandom >"$T/d/boot" && head -c 200000 /dev/urandom >"$T/d/kernel"
start tftpd "$BIN/tftpd-lite/tftpd-lite" -u "$user" -l 127.0.0.1:69 -l '[::1]:69' "$T/d"
ready tftpd ready

memory() { awk -v what="$1" '$1 == what ":" { print $2 }' "/proc/$pid_tftpd/status"; }
descriptors() { find "/proc/$pid_tftpd/fd" -type l | wc -l; }
empty() { [ "$(descriptors)" -eq "$fds" ]; }
fds=$(descriptors)
sanitized=$(nm "$BIN/tftpd-lite/tftpd-lite" 2>/dev/null | grep -c __asan_init)

# the first tenth fills every pool there is
check 'a tenth of the transfers' "$load" -c 100 -n $((soak / 10)) -b 1468 -t 900 "$T/d/boot" boot
wait_for 10 empty
before=$(memory VmRSS)
check 'IPv4, lock-step' "$load" -c 100 -n $((soak * 3 / 10)) -b 1468 -t 900 "$T/d/boot" boot
check 'IPv6, windows' "$load" -a ::1 -c 100 -n $((soak * 3 / 10)) -b 1448 -w 8 -t 900 "$T/d/boot" boot
check 'without options, some packets lost' "$load" -c 100 -n $((soak * 2 / 10)) -l 0.1 -L 0.1 -r 200 -t 900 "$T/d/boot" boot
check_not 'names that are not there' "$load" -c 100 -n $((soak / 10)) -t 900 "$T/d/boot" nothing
wait_for 40 empty
after=$(memory VmRSS)
check "descriptors are given back ($(descriptors))" empty
if [ "$sanitized" -eq 0 ]; then
	check "memory stays what it was ($before KiB, then $after)" test "$after" -le $((before + 1024))
else
	skip 'memory: a sanitizer build'
fi

# all have block 1 before any asks for block 2
if [ "$(ulimit -n)" -ge 10200 ]; then
	check '10,000 at once, each of them whole' "$load" -v -h -c 10000 -b 1468 -r 3000 -t 170 "$T/d/kernel" kernel
	sed 's/^/# /' "$T/out"
	most=$(memory VmHWM)
	[ "$sanitized" -eq 0 ] && check "in at most 64 MiB ($most KiB)" test "$most" -le 65536
	wait_for 40 empty
	check 'and their descriptors are given back' empty
else
	skip '10,000 at once: descriptors are limited here (ulimit -n)'
fi
finish
