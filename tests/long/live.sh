# shellcheck shell=sh disable=SC2154
# Sourced after build.sh by tests that boot a live system: tests/firmware/lab.sh, and
#   prompts NAME IMAGE 'KERNEL ARGS' HOST   pxe-up serves the image, a BIOS machine boots it until
#                                           HOST asks for a login

# shellcheck source=tests/firmware/lab.sh
. "$SRC/tests/firmware/lab.sh"
LIVE_SECONDS=600

prompts() {
	rm -rf "${T:?}/state"
	up -k "$3" "$2"
	shows "$1" bios 3072 $LIVE_SECONDS "$4 login: " 'emergency mode'
	stop pxe_up
}
