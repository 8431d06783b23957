# The lines of status.awk as a table.  Set from outside: now; wide, the columns of the
# terminal, 0 for any number.

function ago(at,    s) {
	if (at == "")
		return "-"
	s = now - at
	return s < 120 ? (s < 0 ? 0 : s) " s" : s < 7200 ? int(s / 60) " min" : int(s / 3600) " h"
}

function size(n) {
	n += 0
	return n < 10000 ? n " B" : n < 10000000 ? int(n / 1000) " kB" : int(n / 1000000) " MB"
}

# No control character of a stranger's reaches a terminal.
function clean(s) {
	gsub(/[[:cntrl:]]/, "?", s)
	return s == "" ? "-" : s
}

function put(s) {
	print (wide > 0 ? substr(s, 1, wide) : s)
}

# Names that are too long are cut where the screen is narrow, and nowhere else.
BEGIN { form = wide > 0 && wide < 100 ? "%-17.17s %-15s %-9.9s %-10.10s %-10s %6s %7s" : "%-17s %-15s %-11s %-20s %-10s %7s %8s" }

facts_parse($0, F) <= 0 { next }
F[""] == "seen" {
	if (!n++)
		put(sprintf(form, "MACHINE", "ADDRESS", "FIRMWARE", "IMAGE", "STAGE", "SINCE", "SENT"))
	put(sprintf(form, clean(F["name"] != "" ? F["name"] : F["mac"]), clean(F["addr"]), clean(F["firmware"]),
		clean(F["image"]), clean(F["stage"]), ago(F["since"]), size(F["bytes"])))
	if (F["fault"] != "")
		put("    ! " clean(F["fault"]))
	count[F["stage"]]++
}
END {
	if (!n) {
		put("no machine was seen in the last 24 hours")
		exit
	}
	put(n (n == 1 ? " machine" : " machines") (count["done"] ? ", " count["done"] " done" : "") (count["installing"] ? ", " count["installing"] " installing" : ""))
}
