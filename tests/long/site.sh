# shellcheck shell=sh disable=SC2154 # for the tests that read it, which set state and T
# Sourced by tests/long/site-*.t: many emulated machines that boot from a site, and a
# ledger of what each of them did.

# mac N: the machine's address, with dashes as the site has it.
mac() { printf '52-54-00-77-%02x-%02x\n' $(($1 / 256)) $(($1 % 256)); }
macs() { seq "$1" "$2" | while read -r n; do mac "$n"; done; }

# visit HOST MACS: each of these machines (a file of addresses) boots.  Prints MAC and
# install IMAGE, local or nothing, and adds that to the ledger.
visit() {
	tr - : <"$2" >"$2.colons"
	on "$1" "$BIN/pxeprobe/pxeprobe" -i eth0 -k ipxe -t 30 -m "$2.colons" 2>"$T/visit.err" | tee "$T/visit.out" | awk -v only="$(sed -n '1p; 2q' "$2")" -v count="$(wc -l <"$2")" '
		# one machine has no name in the report
		{ mac = count == 1 ? only : ""; for (i = 1; i <= NF; i++) if ($i ~ /^machine=/) { mac = substr($i, 9); gsub(/:/, "-", mac) } }
		mac == "" { next }
		/what=kernel / && match($0, /http:\/\/[^ "]*/) { split(substr($0, RSTART, RLENGTH), part, "/"); did[mac] = "install " part[4] }
		/^verdict / && /own disk/ { did[mac] = "local" }
		{ seen[mac] }
		END { for (mac in seen) print mac, mac in did ? did[mac] : "nothing" }' | sort | tee -a "$T/ledger"
}

# says_done HOST MACS: their installers say that they are done; prints who was not heard.
says_done() {
	while read -r said_mac; do
		on "$1" curl -s -o /dev/null -w '%{http_code}\n' -m 20 -d 'done' "http://10.77.0.1/in/done-$said_mac" | grep -qx 201 || echo "$said_mac"
	done <"$2"
}

# How many machines are in that state.
count_of() { pxe_machine ls 2>/dev/null | grep -c "^machine mac=52-54-00-77-.* state=$1"; }
has_count() { [ "$(count_of "$1")" -eq "$2" ]; }

# Those whose installation was offered again after they had said that they were done: the
# lines of the ledger are in the order of time, and "done MAC" is among them.
twice() {
	awk '$1 == "done" { done[$2] = 1; next } $1 == "again" { delete done[$2]; next }
		$2 == "install" && $1 in done { print; found = 1 } END { exit !found }' "$T/ledger"
}
