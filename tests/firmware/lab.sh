# shellcheck shell=sh disable=SC2154
# Sourced first by every tests/firmware/*.t: tests/lib.sh, and real firmware in
# QEMU on the bridge br0, which pxe-up serves.
#
#   lab WAY...              the bridge; skips the test where firmware for WAY is missing
#   installer ARCH          makes $T/deb.iso: Debian's netboot kernel, shim and GRUB, and an
#                           initrd that prints "marker: " and the kernel's arguments
#   up ARGS...              pxe-up in the background (log: $T/pxe_up.log), until it is ready
#   boots NAME WAY [ARGS]   a machine gets to the marker, its kernel's arguments match ARGS
#   shows NAME WAY MIB SECONDS ERE [ERE]   its serial console comes to what matches; what
#                           matches the second ends the waiting
#   served NAME PATTERN     a line of pxe-up's log matches
#   unserved NAME PATTERN   none does

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=compose/lib/machine.sh
. "$SRC/compose/lib/machine.sh"

BOOT_SECONDS=450 # for what hangs; without KVM a machine needs 200 s where others are at work
TMPDIR=$T
export TMPDIR

need_nobody

lab() {
	for lab_way; do
		lab_lack=$(machine_lacks "$lab_way") && {
			skip "$(basename "$0"): no $lab_lack here"
			exit 0
		}
	done
	[ -c /dev/net/tun ] || {
		skip "$(basename "$0"): no /dev/net/tun here"
		exit 0
	}
	need xorriso cpio gzip
	lan
	ip tuntap add tap0 mode tap && ip link set tap0 master br0 up
}

installer() {
	installer_from=$(machine_installer "$1") || {
		skip "$(basename "$0"): no package debian-installer-*-netboot-$1 here"
		exit 0
	}
	installer_from=$installer_from/debian-installer/$1
	mkdir -p "$T/tree/debian-installer/$1" "$T/initrd/proc" "$T/initrd/dev"
	cp "$installer_from/linux" "$installer_from"/*.efi "$T/tree/debian-installer/$1"
	(
		cd "$T/initrd" || exit
		# Since Debian 13 /bin and /lib* are links.
		gzip -dc "$installer_from/initrd.gz" | cpio -i -d --quiet bin lib lib64 '*bin/busybox' '*lib*/ld-linux*' \
			'*lib/*/libc.so.6' '*lib/*/libresolv.so.2'
		printf '%s\n' '#!/bin/busybox sh' 'b=/bin/busybox' "\$b mount -t proc none /proc" \
			"echo \"marker: \$(\$b cat /proc/cmdline)\"" "\$b poweroff -f" >init
		chmod 755 init
		find . | cpio -o -H newc --quiet | gzip -1
	) >"$T/tree/debian-installer/$1/initrd.gz"
	xorriso -as mkisofs -quiet -R -V 'DEBIAN12' -o "$T/deb.iso" "$T/tree" 2>"$T/xorriso" || cat "$T/xorriso"
}

up() {
	start pxe_up "$SRC/compose/pxe-up" -i br0 -s "$T/state" -t 0 -k 'console=ttyS0 from=pxe-up' "$@"
	wait_for 120 up_or_gone
	grep -q '^pxe-up: ready' "$T/pxe_up.log" || {
		sed 's/^/# /' "$T/pxe_up.log"
		not_ok 'pxe-up gets ready'
		exit 1
	}
}

up_or_gone() {
	grep -q '^pxe-up: ready' "$T/pxe_up.log" || ! kill -0 "$pid_pxe_up" 2>/dev/null
}

# The marker's line has come to its end.
marked() {
	marked_line=$(grep -an 'marker: ' "$T/$boots_way/serial" | sed 's/:.*//;q')
	[ "${marked_line:-1}" -le "$(wc -l <"$T/$boots_way/serial")" ] && [ -n "$marked_line" ] ||
		! kill -0 "$machine_pid" 2>/dev/null
}

boots() {
	boots_way=$2
	rm -rf "${T:?}/$2"
	mkdir "$T/$2"
	boots_memory=512
	[ "$2" != efi-arm64 ] || boots_memory=1024
	machine_start "$2" 52:54:00:12:34:56 tap0 $boots_memory "$T/$2"
	wait_for $BOOT_SECONDS marked
	boots_line=$(tr -d '\r' <"$T/$2/serial" | grep -a '^marker: ')
	case $boots_line in
	'marker: '*${3:-}*from=pxe-up*) ok "$1" ;;
	*)
		tail -n 30 "$T/pxe_up.log" | sed 's/^/# /'
		tail -c 1500 "$T/$2/serial" | tr -c '[:print:]\n' ' ' | sed 's/^/# serial: /'
		sed 's/^/# qemu: /' "$T/$2/qemu"
		not_ok "$1" ;;
	esac
	kill "$machine_pid" 2>/dev/null
	wait "$machine_pid" 2>/dev/null
}

shown() {
	grep -aqE -e "$shows_what" "$T/$shows_way/serial" || ! kill -0 "$machine_pid" 2>/dev/null
}

shows() {
	shows_way=$2 shows_what=$5${6:+|$6}
	rm -rf "${T:?}/$2"
	mkdir "$T/$2"
	machine_start "$2" 52:54:00:12:34:56 tap0 "$3" "$T/$2"
	wait_for "$4" shown
	if grep -aqE -e "$5" "$T/$2/serial"; then ok "$1"; else
		tail -n 30 "$T/pxe_up.log" | sed 's/^/# /'
		tail -c 3000 "$T/$2/serial" | tr -c '[:print:]\n' ' ' | sed 's/^/# serial: /'
		not_ok "$1"
	fi
	kill "$machine_pid" 2>/dev/null
	wait "$machine_pid" 2>/dev/null
}

served() { check "$1" grep -qE "$2" "$T/pxe_up.log"; }
unserved() { check_not "$1" grep -qE "$2" "$T/pxe_up.log"; }
