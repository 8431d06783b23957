# shellcheck shell=sh disable=SC2154
# Sourced behind build.sh by what boots a live system: tests/firmware/lab.sh, and
#   prompts NAME IMAGE 'KERNEL ARGS' HOST   pxe-up serves the image, a BIOS machine boots it until
#                                           HOST asks for a login

# shellcheck source=tests/firmware/lab.sh
. "$SRC/tests/firmware/lab.sh"
LIVE_SECONDS=600

prompts() {
	prompts_name=$1 prompts_host=$4
	rm -rf "${T:?}/state" "$T/bios"
	up -k "$3" "$2"
	mkdir "$T/bios"
	machine_start bios 52:54:00:12:34:56 tap0 3072 "$T/bios"
	wait_for $LIVE_SECONDS asked
	if grep -aq "$prompts_host login: " "$T/bios/serial"; then ok "$prompts_name"; else
		tail -n 30 "$T/pxe_up.log" | sed 's/^/# /'
		tail -c 3000 "$T/bios/serial" | tr -c '[:print:]\n' ' ' | sed 's/^/# serial: /'
		not_ok "$prompts_name"
	fi
	kill "$machine_pid" 2>/dev/null
	wait "$machine_pid" 2>/dev/null
	stop pxe_up
}
asked() {
	grep -aq -e "$prompts_host login: " -e 'emergency mode' "$T/bios/serial" || ! kill -0 "$machine_pid" 2>/dev/null
}
