# shellcheck shell=sh
# For the tests that look into a reply: tests/dhcp-ask has written it to
# $T/reply, a line each.
#   has LINE...    all of these lines are there
#   hasnt TEXT     no line holds it
#   hex TEXT       its bytes, as dhcp-ask prints them

has() {
	for has_line; do
		grep -qx -- "$has_line" "$T/reply" && continue
		cat "$T/reply"
		echo "not there: $has_line"
		return 1
	done
}
hasnt() { ! grep -q -- "$1" "$T/reply"; }
hex() { printf %s "$1" | od -An -tx1 | tr -d ' \n'; }
