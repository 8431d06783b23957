#!/bin/sh
# What a new image costs in processes, which is what pxe-up's time goes to: a dozen, not
# three dozen as when each question to its facts was a program of its own.
# shellcheck disable=SC2016,SC2154 # that sh expands; site.sh sets up and state
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso strace
lan
strace -f -qq -o "$T/trial" true 2>/dev/null || {
	skip 'processes: no strace of children here'
	finish
	exit
}
for name in a b c d e f; do image $name; done

# processes IMAGE...: how many a first call with them starts
processes() {
	rm -rf "$state"
	mkdir "$state" && echo 'site mode=server' >"$state/site"
	strace -f -qq -e trace=execve -o "$T/trace" "$up" -w -i br0 -s "$state" "$@" 2>"$T/err" || cat "$T/err" >&2
	awk '!seen[$1]++ { n++ } END { print n + 0 }' "$T/trace"
}
one=$(processes "$T/a.iso")
six=$(processes "$T/a.iso" "$T/b.iso" "$T/c.iso" "$T/d.iso" "$T/e.iso" "$T/f.iso")
echo "# one image: $one, six: $six"
check 'all six are there' sh -c 'test "$(ls "$1"/www/*.extents | wc -l)" -eq 6' - "$state"
check 'the first image' test "$one" -gt 0 -a "$one" -le 230
check 'each further one' test "$six" -le $((one + 5 * 15))
finish
