# The lines of status.awk as a page that needs nothing else: no script, no other file.  A
# few lines of script fetch it again every other second.  Set from outside: now.

function text(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	gsub(/"/, "\\&quot;", s)
	gsub(/[[:cntrl:]]/, "?", s)
	return s
}

function clock(at,    s) {
	if (at == "")
		return ""
	s = at % 86400
	return sprintf("%02d:%02d:%02d", int(s / 3600), int(s % 3600 / 60), s % 60)
}

function size(n) {
	n += 0
	return n < 10000 ? n " B" : n < 10000000 ? int(n / 1000) " kB" : n < 10000000000 ? int(n / 1000000) " MB" : int(n / 1000000000) " GB"
}

function cell(label, s) {
	return "<td data-label=\"" label "\">" (s == "" ? "&ndash;" : text(s)) "</td>"
}

facts_parse($0, F) <= 0 { next }
F[""] == "seen" {
	machines++
	stages[F["stage"]]++
	who = F["name"] != "" ? F["name"] : F["mac"] != "" ? F["mac"] : F["addr"]
	body = body "<tr class=\"" (F["fault"] != "" ? "bad" : F["stage"] == "done" || F["stage"] == "local" ? "still" : "busy") "\"><th scope=\"row\">" text(who) \
		(F["name"] != "" && F["mac"] != "" ? " <small>" text(F["mac"]) "</small>" : "") "</th>" cell("Address", F["addr"]) cell("Firmware", F["firmware"]) \
		cell("Image", F["image"]) cell("Stage", F["stage"]) cell("Since", clock(F["since"])) cell("Sent", size(F["bytes"])) "</tr>\n"
	if (F["fault"] != "")
		body = body "<tr class=\"fault\"><td colspan=\"7\">" text(F["fault"]) "</td></tr>\n"
}
F[""] == "image" { images = images "<li><b>" text(F["name"]) "</b> " text(F["dir"]) (F["family"] != "" ? ", " text(F["family"]) : "") "</li>\n" }
F[""] == "trouble" { faults = faults "<li><time>" clock(F["at"]) "</time> <b>" text(F["mac"]) "</b> " text(F["text"]) "</li>\n" }
F[""] == "rate" {
	rate[F["minute"]] = F["bytes"]
	if (F["bytes"] + 0 > most)
		most = F["bytes"] + 0
}

# The last hour, a bar for each minute.
function plot(    i, out, high) {
	out = "<svg viewBox=\"0 0 600 80\" role=\"img\" aria-label=\"" size(most / 60) " a second at most in the last hour\" preserveAspectRatio=\"none\">"
	for (i = 59; i >= 0; i--) {
		high = most ? rate[i] * 76 / most : 0
		out = out sprintf("<rect x=\"%d\" y=\"%.1f\" width=\"8\" height=\"%.1f\"/>", (59 - i) * 10 + 1, 79 - high, high + 1)
	}
	return out "</svg>"
}

END {
	print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	print "<title>pxe-tools: what boots</title>\n<style>"
	print ":root { color-scheme: light dark; --fg: #1b1b1b; --bg: #fff; --dim: #5c5c5c; --line: #d6d6d6; --bad: #b00020; --bar: #2f6fb0 }"
	print "@media (prefers-color-scheme: dark) { :root { --fg: #e6e6e6; --bg: #161616; --dim: #a5a5a5; --line: #3a3a3a; --bad: #ff8a80; --bar: #7db4ea } }"
	print "body { font: 16px/1.45 system-ui, sans-serif; color: var(--fg); background: var(--bg); margin: 0 auto; padding: 1rem; max-width: 75rem }"
	print "h1 { font-size: 1.3rem; margin: 0 } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem } small, .dim { color: var(--dim) }"
	print "table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top }"
	print "tbody th { font-weight: 600; white-space: nowrap } tr.still th, tr.still td { color: var(--dim) } tr.fault td, tr.bad td:nth-child(5) { color: var(--bad) }"
	print "ul { padding-left: 1.2rem; margin: 0 } svg { width: 100%; height: 5rem; border-bottom: 1px solid var(--line) } rect { fill: var(--bar) }"
	print "@media (max-width: 40rem) { thead { position: absolute; left: -99rem } tr { display: block; border-bottom: 1px solid var(--line); padding: .3rem 0 }"
	print " th, td { display: flex; justify-content: space-between; border: 0; padding: .1rem 0 } td::before { content: attr(data-label); color: var(--dim) } tr.fault td { justify-content: flex-start } tr.fault td::before { content: none } }"
	print "</style>\n</head>\n<body>\n<main id=\"board\">\n<h1>What boots here</h1>"
	print "<p class=\"dim\">" machines + 0 (machines == 1 ? " machine" : " machines") (stages["installing"] ? ", " stages["installing"] " installing" : "") \
		(stages["done"] ? ", " stages["done"] " done" : "") "; as of <time>" clock(now) "</time> UTC</p>"
	if (machines)
		print "<table>\n<thead><tr><th scope=\"col\">Machine</th><th scope=\"col\">Address</th><th scope=\"col\">Firmware</th><th scope=\"col\">Image</th>" \
			"<th scope=\"col\">Stage</th><th scope=\"col\">Since</th><th scope=\"col\">Sent</th></tr></thead>\n<tbody>\n" body "</tbody>\n</table>"
	else
		print "<p>No machine was seen in the last 24 hours.</p>"
	print "<h2>Sent in the last hour</h2>\n<p class=\"dim\">" size(most / 60) "/s in the busiest minute</p>\n" plot()
	print "<h2>Images</h2>\n" (images != "" ? "<ul>\n" images "</ul>" : "<p>None.</p>")
	print "<h2>What went wrong</h2>\n" (faults != "" ? "<ul>\n" faults "</ul>" : "<p>Nothing.</p>")
	print "</main>\n<script>\nsetInterval(async () => {\n  try {\n    const r = await fetch(location.href, { cache: \"no-store\" });"
	print "    const d = new DOMParser().parseFromString(await r.text(), \"text/html\");\n    const b = document.getElementById(\"board\"), n = d.getElementById(\"board\");"
	print "    if (n && n.innerHTML !== b.innerHTML) b.innerHTML = n.innerHTML;\n  } catch { }\n}, 2000);\n</script>\n</body>\n</html>"
}
