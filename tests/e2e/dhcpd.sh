# shellcheck shell=sh
# What the tests that talk DHCP share: questions and answers of host pc.
#   ask ARGS...         one message (tests/dhcp-ask), its reply in $T/reply, a line each;
#                       $asking goes before ARGS
#   unanswered ARGS...  the server takes the message and is silent: what $answered asks
#                       afterwards, from a new machine, is answered first
#   has LINE...         the reply has all of these lines
#   hasnt KEY=...       a reply came, and no line of it begins with one of these
#   hex TEXT            its bytes, as dhcp-ask prints them
asking=
answered=persona=edk2

# shellcheck disable=SC2086 # several arguments
ask() { on pc "$SRC/tests/dhcp-ask" $asking "$@" >"$T/reply"; }
unanswered() {
	ask "$@" "answered=$answered"
	[ $? -eq 1 ]
}
has() {
	for has_line; do
		grep -qxF -e "$has_line" "$T/reply" && continue
		cat "$T/reply"
		echo "not there: $has_line"
		return 1
	done
}
hasnt() {
	grep -q '^order=' "$T/reply" || {
		echo 'no reply'
		return 1
	}
	for hasnt_key; do
		# shellcheck disable=SC2016 # awk's own fields
		awk -v key="$hasnt_key" 'index($0, key) == 1 { print; found = 1 } END { exit !found }' "$T/reply" || continue
		echo "there: $hasnt_key"
		return 1
	done
}
hex() { printf %s "$1" | od -An -tx1 | tr -d ' \n'; }
