# Sourced by the benchmarks: the tests' namespaces, and a few figures.
#   ROUNDS                 runs per case (default 5); medians are printed
#   add CASE WHO FIGURE    one measurement; higher is better
#   cpu PID                CPU seconds so far of a process and its children
#   report CASE UNIT       medians, best first, and our ratio to the best peer
ROUNDS=${ROUNDS:-5}
OURS='tftpd-lite httpd-boot dhcpd-pxe dhcpd6-pxe isoextract'
# shellcheck source=/dev/null
. "$SRC/tests/lib.sh"

add() { printf '%s %s %s\n' "$1" "$2" "$3" >>"$T/figures"; }

cpu() {
	ticks=$(getconf CLK_TCK)
	for cpu_pid in $1 $(pgrep -P "$1"); do
		sed 's/.*) //' "/proc/$cpu_pid/stat" 2>/dev/null
	done | awk -v hz="$ticks" '{ t += $12 + $13 } END { printf "%.2f\n", t / hz }'
}

report() {
	printf '\n%s (%s, median of %s)\n' "$1" "$2" "$ROUNDS"
	grep "^$1 " "$T/figures" | sort -k2,2 -k3,3n | awk -v ours="$OURS" '
	$2 != who { if (who) m[who] = v[int((n + 1) / 2)]; who = $2; n = 0 }
	{ v[++n] = $3 }
	END {
		m[who] = v[int((n + 1) / 2)]
		for (w in m) if (!index(ours, w) && m[w] > best) best = m[w]
		for (w in m) printf "  %-12s %12.1f%s\n", w, m[w],
			index(ours, w) && best ? sprintf("   %.2f of the best peer", m[w] / best) : ""
	}' | sort -k2,2nr
}
