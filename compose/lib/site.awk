# Reads STATEDIR/site: prints KEY, tab, VALUE for pxe-up's settings, and
# "image", tab, NAME and "rule", tab, ITS LINE, tab, RULE in their order.  What is wrong goes to
# standard error, each with its line; then it fails.

function site_wrong(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why | "cat 1>&2"
	broken = 1
}

function site_image_name(s) {
	return s ~ /^[A-Za-z0-9_+][A-Za-z0-9._+-]*$/
}

# Why a setting cannot have that value; "" if it can.
function site_why(key, v) {
	if (key == "interface")
		return v ~ /^[^ \/]+$/ ? "" : "not the name of an interface"
	if (key == "mode")
		return v ~ /^(auto|server|proxy)$/ ? "" : "one of auto, server, proxy"
	if (key == "loader")
		return v ~ /^(ipxe|signed)$/ ? "" : "one of ipxe, signed"
	if (key == "ip6")
		return v ~ /^(yes|no|only)$/ ? "" : "one of yes, no, only"
	if (key == "tls")
		return v ~ /^(yes|no)$/ ? "" : "one of yes, no"
	if (key == "seconds")
		return v ~ /^[0-9][0-9]?[0-9]?[0-9]?$/ ? "" : "not a number of seconds from 0 to 9999"
	if (key == "settle")
		return v ~ /^[0-9]+(\.[0-9]+)?$/ && v <= 100000 ? "" : "not a number of minutes"
	if (key == "default")
		return site_image_name(v) ? "" : "an image's name, local or none"
	return ""
}

function site_settings(    key) {
	for (key in F) {
		if (key == "")
			continue
		if (key !~ /^(interface|mode|loader|seconds|settle|default|args|title|tls|ip6)$/)
			site_wrong("key \"" key "\": no setting of a site; there are interface= mode= loader= seconds= settle= default= args= title= tls= ip6=")
		else if (key in seen)
			site_wrong("key \"" key "\": stands in line " seen[key] " already")
		else if (F[key] ~ /[[:cntrl:]]/)
			site_wrong("key \"" key "\": has a control character in it")
		else if (site_why(key, F[key]) != "")
			site_wrong("key \"" key "\": " site_why(key, F[key]))
		else
			print key "\t" F[key]
		seen[key] = FNR
	}
}

{
	words = facts_parse($0, F)
	if (words < 0)
		site_wrong("not a facts line: a quote or an escape in it has no end")
	else if (words == 0)
		next
	else if (F[""] == "site")
		site_settings()
	else if (F[""] == "image" && site_image_name(F["name"]))
		print "image\t" F["name"]
	else if (F[""] == "image")
		site_wrong("image: name= must be the name of a directory")
	else if (F[""] == "rule" && "text" in F && F["text"] !~ /\n/)
		print "rule\t" FNR "\t" F["text"]
	else if (F[""] == "rule")
		site_wrong("rule: text= must be a line for dhcpd-pxe.rules(5)")
	else
		site_wrong("\"" ("" in F ? F[""] : $1) "\": a line begins with site, image or rule")
}

END {
	close("cat 1>&2")
	exit broken
}
