# shellcheck shell=sh disable=SC2154
# The demo (pxe-up -d): an ISO image of the Debian installer, served in a
# network namespace of its own, and emulated machines with real firmware that
# boot it.  Namespaces hold everything, so nothing is left behind.

# shellcheck source=compose/lib/machine.sh
. "$lib/machine.sh"

demo_silence=60   # s in which nothing moves: given up
demo_kvm=30       # s in which nothing moves with KVM: it is tried without
demo_patience=900 # s in all, for firmware that asks the same for ever

demo_say() { printf '[%3ds] %s\n' $(($(date +%s) - demo_start)) "$*"; }

# demo [IMAGE]...
demo() {
	if [ -z "${DEMO_INSIDE:-}" ]; then
		demo_outside "$@"
		return
	fi
	demo_start=$DEMO_INSIDE
	T=$DEMO_DIR
	demo_network
	demo_image "$@"
	demo_serve
	demo_probe
	if lack=$(machine_lacks bios || machine_lacks efi-x64 || demo_lacks_tun); then
		demo_say "no $lack here: pxeprobe takes the machines' place (apt-get install qemu-system-x86 ovmf ipxe-qemu)"
		demo_probed
	else
		demo_machines
	fi
	kill "$demo_up" && wait "$demo_up"
	demo_say "pxe-up stopped, exit $?"
	demo_table
}

# Builds the namespaces and calls pxe-up -d again inside them.
demo_outside() {
	trap 'exit 0' INT TERM HUP
	for demo_need in unshare ip xorriso; do
		command -v "$demo_need" >/dev/null || wrong "the demo needs $demo_need: apt-get install util-linux iproute2 xorriso"
	done
	for image; do [ -e "$image" ] || wrong "$image does not exist"; done
	[ "$(id -u)" -eq 0 ] || wrong "the demo needs root for its network namespace: run it with sudo"
	unshare --net --mount --pid --fork --mount-proc true 2>/dev/null ||
		failed "the demo needs network, mount and PID namespaces, which cannot be made here; a container must be allowed to (docker or podman run --privileged), and the root of a chroot must be a mount point (mount --bind DIR DIR)"
	DEMO_DIR=$(mktemp -d) || failed "cannot make a temporary directory; is ${TMPDIR:-/tmp} full?"
	chmod 755 "$DEMO_DIR"
	printf 'room\n' 2>/dev/null >"$DEMO_DIR/room" || {
		rm -rf "$DEMO_DIR"
		failed "nothing can be written to $DEMO_DIR: is ${TMPDIR:-/tmp} full? TMPDIR names another directory"
	}
	DEMO_INSIDE=$(date +%s)
	export DEMO_DIR DEMO_INSIDE TMPDIR="$DEMO_DIR"
	trap 'rm -rf "$DEMO_DIR"' EXIT
	# The child dies with unshare and takes its whole PID namespace with it.
	trap 'kill -KILL "$demo_child" 2>/dev/null; wait "$demo_child" 2>/dev/null; exit 0' INT TERM HUP
	unshare --net --mount --pid --fork --kill-child --mount-proc "$0" -d ${own_chain:+-S} -t "${seconds:-1}" -k "$kernel_args" "$@" &
	demo_child=$!
	wait "$demo_child"
}

demo_lacks_tun() {
	[ -c /dev/net/tun ] && return 1
	echo /dev/net/tun
}

# demo0 is the switch that pxe-up serves; tap0 and tap1 connect machines to it;
# pxeprobe runs in the namespace `probe`.
demo_network() {
	{
		ip link set lo up && mount -t tmpfs none /run && mkdir -p /run/netns &&
			ip link add demo0 type bridge forward_delay 0 && ip addr add 10.77.0.1/24 dev demo0 && ip link set demo0 up &&
			ip netns add probe && ip link add veth0 type veth peer name eth0 netns probe &&
			ip link set veth0 master demo0 up && ip -n probe link set lo up && ip -n probe link set eth0 up
	} || failed "cannot make a network namespace here"
	if ! demo_lacks_tun >/dev/null; then
		for tap in tap0 tap1; do
			ip tuntap add $tap mode tap && ip link set $tap master demo0 up || failed "cannot make a tap device here"
		done
	fi
	demo_say "a network of its own: 10.77.0.0/24, this host is 10.77.0.1 on demo0"
}

demo_image() {
	demo_marker='Choose the language'
	demo_there="the installer's first screen is on its serial console"
	[ $# -eq 0 ] || {
		demo_marker='Run /init'
		demo_there='the kernel has started the first program of its initrd'
		: >"$T/images"
		for image; do readlink -f "$image" >>"$T/images"; done
		return
	}
	demo_installer=$(machine_installer amd64) ||
		wrong "the demo makes an image of the Debian installer; install it (Debian's package debian-installer-VERSION-netboot-amd64) or name an image: pxe-up -d IMAGE"
	demo_name=${demo_installer%/amd64/text}
	demo_name=debian-${demo_name##*/}
	xorriso -as mkisofs -quiet -R -J -V "$demo_name netboot" -o "$T/$demo_name.iso" "$demo_installer" >"$T/xorriso" 2>&1 ||
		failed "xorriso could not make the image: $(tail -n 1 "$T/xorriso")"
	printf '%s\n' "$T/$demo_name.iso" >"$T/images"
	demo_say "$demo_name.iso: the Debian installer's kernel and initrd, $(($(wc -c <"$T/$demo_name.iso") / 1000000)) MB"
}

# pxe-up itself, as anyone would call it; its log goes to the terminal and is
# kept for the table.
demo_serve() {
	: >"$T/log"
	# An emulated machine's timer comes too late for Linux's check of it when this host
	# is busy: it would end in a panic.
	set -- -i demo0 -s "$T/state" -t "$seconds" -k "console=ttyS0 no_timer_check${kernel_args:+ $kernel_args}" ${own_chain:+-S}
	while IFS= read -r image; do set -- "$@" "$image"; done <"$T/images"
	demo_say "pxe-up $*"
	DEMO_INSIDE='' "$0" "$@" >"$T/log" 2>&1 &
	demo_up=$!
	tail -f -n +1 "$T/log" | sed -u 's/^/        /' &
	for demo_tick in $(seq 600); do
		grep -q '^pxe-up: ready' "$T/log" && return
		kill -0 "$demo_up" 2>/dev/null || break
		sleep 0.1
	done
	sleep 0.3
	failed "pxe-up did not become ready"
}

# Asks pxeprobe before any machine is switched on.
demo_probe() {
	demo_say 'pxeprobe: would machines boot here?'
	demo_n=0
	for persona in bios efi-x64 http-x64 ipxe; do
		demo_n=$((demo_n + 1))
		ip netns exec probe "$tool_pxeprobe" -i eth0 -k $persona -m 52:54:00:77:01:0$demo_n >>"$T/probe" 2>"$T/probe.err" ||
			sed 's/^/        /' "$T/probe.err"
	done
	sleep 0.2
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "verdict" { printf "        %-9s %-4s %s\n", F["persona"], F["boots"], F["text"] }' "$T/probe"
}

# Two at a time: an emulated machine keeps a core busy.
demo_machines() {
	: >"$T/results"
	set -- 'bios BIOS' 'efi-x64 UEFI_PXE' 'http-x64 UEFI_HTTP_Boot'
	if machine_kvm "$T"; then
		machine_accel=kvm
		demo_say 'switching on: BIOS, UEFI PXE, UEFI HTTP Boot; two at a time, with KVM'
	else
		demo_say 'switching on: BIOS, UEFI PXE, UEFI HTTP Boot; two at a time, emulated (no KVM that works here), a minute or more each'
	fi
	demo_next=1
	demo_running=
	for tap in tap0 tap1; do demo_switch_on $tap "$@"; done
	while [ "$demo_running" ]; do
		sleep 1
		for machine in $demo_running; do demo_look "$machine" "$@"; done
	done
}

# demo_switch_on TAP MACHINE...: starts the next machine, if any is left.
demo_switch_on() {
	demo_tap=$1
	shift "$demo_next"
	[ $# -gt 0 ] || return 0
	way=${1% *}
	demo_power "$way" "$demo_tap" "52:54:00:77:00:0$demo_next" "${1#* }"
	demo_say "$(demo_label "${1#* }"): switched on"
	demo_next=$((demo_next + 1))
}

# demo_power WAY TAP MAC LABEL
demo_power() {
	rm -rf "${T:?}/$1" && mkdir "$T/$1"
	machine_start "$1" "$3" "$2" 1024 "$T/$1"
	demo_running="$demo_running $1,$2,$machine_pid,$(date +%s),$3,$machine_accel,$4"
}

demo_label() { printf '%s\n' "$1" | tr _ ' '; }

# demo_look MACHINE ALL...: has it booted, or failed to?
demo_look() {
	demo_this=$1
	shift
	IFS=, read -r way demo_tap pid since mac accel label <<END
$demo_this
END
	age=$(($(date +%s) - since))
	if grep -aq "$demo_marker" "$T/$way/serial" 2>/dev/null; then
		demo_say "$(demo_label "$label"): $demo_there after $age s"
		booted=yes
	elif demo_stuck || ! kill -0 "$pid" 2>/dev/null || [ "$age" -gt $demo_patience ]; then
		[ "$accel" != kvm ] || {
			demo_emulate
			return
		}
		demo_say "$(demo_label "$label"): not booted after $age s, $demo_since s since something moved; its console ends with:"
		tail -c 600 "$T/$way/serial" | tr -c '[:print:]\n' ' ' | sed 's/^/        /'
		booted=no
	else
		[ $((age % 15)) -ne 0 ] || demo_say "$(demo_label "$label"): $(demo_stage)"
		return
	fi
	demo_switch_off
	printf '%s\n' "$mac $label $age $booted" >>"$T/results"
	demo_switch_on "$demo_tap" "$@"
}

demo_switch_off() {
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	demo_running=$(printf '%s\n' "$demo_running" | sed "s| $demo_this||")
}

# What said its name with KVM, and may still not run on it: firmware that changes the
# processor's mode, where this host is itself a guest.
demo_emulate() {
	demo_say "$(demo_label "$label"): nothing moves any more with KVM; once more from the start, emulated"
	demo_switch_off
	machine_accel=tcg
	demo_power "$way" "$demo_tap" "$mac" "$label"
}

# True if the machine (way, demo_tap, pid, accel) has neither written to its console nor
# sent anything for too long.  One that this host kept waiting for a processor, longer
# than half of that, has not had its time yet.
demo_stuck() {
	demo_now="$(wc -c <"$T/$way/serial" 2>/dev/null) $(awk -v tap="$demo_tap:" '$1 == tap { print $3 }' /proc/net/dev)"
	demo_times=$(demo_used "$pid")
	demo_then='' demo_used_then=$demo_times
	[ ! -r "$T/$way/moved" ] || IFS=, read -r demo_then demo_moved demo_used_then <"$T/$way/moved"
	if [ "$demo_then" != "$demo_now" ]; then
		demo_moved=$(date +%s)
		printf '%s\n' "$demo_now,$demo_moved,$demo_times" >"$T/$way/moved"
	fi
	demo_since=$(($(date +%s) - demo_moved))
	demo_limit=$demo_silence
	[ "$accel" != kvm ] || demo_limit=$demo_kvm
	[ "$demo_since" -ge "$demo_limit" ] || return
	demo_cpu=$((${demo_times% *} - ${demo_used_then% *}))
	demo_waited=$((${demo_times#* } - ${demo_used_then#* }))
	[ $demo_cpu -ge $((demo_limit / 2)) ] || [ $demo_waited -lt $((demo_limit / 2)) ]
}

# demo_used PID: the seconds that its threads have run, and have waited for a processor.
demo_used() {
	cat /proc/"$1"/task/*/schedstat 2>/dev/null | awk '{ ran += $1; waited += $2 } END { print int(ran / 1e9), int(waited / 1e9) }'
}

demo_stage() {
	if grep -aq 'Run /init' "$T/$way/serial" 2>/dev/null; then
		echo 'the installer is starting'
	elif grep -aq 'Linux version' "$T/$way/serial" 2>/dev/null; then
		echo 'Linux is starting'
	else
		echo 'firmware and boot loader'
	fi
}

# Without QEMU, pxeprobe's verdicts are the results.
demo_probed() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "verdict" { print "52:54:00:77:01:0" ++n, "pxeprobe_" F["persona"], "-", F["boots"] }' \
		"$T/probe" >"$T/results"
}

# What each machine was sent: the logs name addresses, the leases say whose they
# are.
demo_table() {
	echo
	awk -f "$lib/demo.awk" "$T/state/leases" "$T/log" "$T/results"
}
