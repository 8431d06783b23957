# shellcheck shell=sh disable=SC2154
# STATEDIR/site, how a site is served: facts lines that people edit and pxe-up(8)
# writes its options to.
#
#   site interface=eth1        any of the settings, on one line or several
#   image name=debian-12       an image, in the order of the menus
#   rule text="deny host=unknown"

# Sets site_interface, site_mode and so on, empty where nothing is said; rules, the
# rule lines; and writes $work/site.images.  False when the file is broken.
site_read() {
	site_interface='' site_mode='' site_loader='' site_seconds='' site_settle='' site_default='' site_args='' site_title='' site_tls='' site_ip6='' rules=''
	: >"$work/site.images"
	: >"$work/rule.lines"
	[ -e "$state/site" ] || return 0
	awk -f "$lib/facts.awk" -f "$lib/site.awk" "$state/site" >"$work/site.read" 2>"$work/site.why" || {
		site_complain
		return 1
	}
	while IFS=$tab read -r site_key site_value; do
		case $site_key in
		image) printf '%s\n' "$site_value" >>"$work/site.images" ;;
		rule)
			printf '%s\n' "${site_value%%"$tab"*}" >>"$work/rule.lines"
			rules="$rules${site_value#*"$tab"}
" ;;
		*) eval "site_$site_key=\$site_value" ;; # site.awk has checked the key
		esac
	done <"$work/site.read"
}

site_complain() {
	while IFS= read -r site_line; do
		say_as 3 "$site_line"
	done <"$work/site.why"
}

# Its allow-list, say, is not to be lost with it.
site_gone() { [ ! -e "$state/site" ] && [ -e "$state/last/site" ]; }

# The site as it is, or where that is broken or gone as it last was.
site_load() {
	site_why=broken
	! site_gone || site_why=gone
	if [ $site_why = broken ] && site_read; then
		[ ! -e "$state/site" ] || [ ! -w "$state" ] || [ "$check_only" ] || keep "$state/site" site
		return 0
	fi
	site_broken=1
	[ -r "$state/last/site" ] || return 1
	warn "$state/site is $site_why: what it said before stays in force; it is in $state/last/site"
	awk -f "$lib/facts.awk" -f "$lib/site.awk" "$state/last/site" >/dev/null 2>&1 || return 1
	site_state=$state
	state=$state/last
	site_read
	state=$site_state
}

# site_set KEY VALUE: writes a setting, and says so when it is news.
site_set() {
	eval "[ \"\$site_$1\" != \"\$2\" ]" || return 0
	site_begin
	facts_set "$state/site" site "$1" "$2"
	say "$state/site: $1=$2"
	eval "site_$1=\$2"
}

# site_drop KEY
site_drop() {
	facts_set "$state/site" site "$1"
	eval "site_$1="
}

site_begin() {
	mkdir -p "$state" 2>/dev/null || failed "cannot write to $state; run as root, or choose another directory with -s"
	[ ! -e "$state/site" ] || return 0
	printf '%s\n' '# How this site is served; pxe-up(8) explains the lines, and writes its options here.' 2>/dev/null >"$state/site" && return
	rm -f "$state/site"
	failed "cannot write to $state; run as root, or choose another directory with -s; $(images_room)"
}

# site_rules: the rule lines become those of -e.
site_rules() {
	site_begin
	{
		facts_awk '!(facts_parse($0, F) > 0 && F[""] == "rule")' "$state/site" &&
			printf '%s' "$1" | facts_awk '{ print "rule text=" facts_word($0) }'
	} 2>/dev/null >"$state/site.new"
	written "$state/site"
	rules=$1
	printf '%s' "$1" | while IFS= read -r site_line; do
		say "$state/site: rule $site_line"
	done
}

# site_images: an image line for each of $work/images.  One that cannot be served today
# keeps its place.
site_images() {
	cut -f 1 "$work/images" | awk '!seen[$0]++' "$work/site.images" - >"$work/site.want"
	! cmp -s "$work/site.want" "$work/site.images" || return 0
	site_begin
	site_images_are "$work/site.want"
}

# site_images_are FILE: a file of names.
site_images_are() {
	{
		facts_awk '!(facts_parse($0, F) > 0 && F[""] == "image")' "$state/site" && sed 's/^/image name=/' "$1"
	} 2>/dev/null >"$state/site.new"
	written "$state/site"
	[ "$1" = "$work/site.images" ] || cp "$1" "$work/site.images"
}
