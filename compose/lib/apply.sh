# shellcheck shell=sh disable=SC2154
# What follows from a site: menus, loaders, rules, what each machine gets.  Written at
# the start, and again when something of the site changes while it is served.

# Settings are those of the command line, or else the site's.
options_take() {
	site_broken=
	site_load || wrong "$state/site is broken (above), and what it said before is not known"
	given_iface=$iface given_seconds=$seconds given_proxy=$proxy given_chain=$own_chain given_args=$kernel_args
	[ -z "$given_rules" ] || { rules=$given_rules; : >"$work/rule.lines"; }
	settings_take
	mkdir -p "$work/addr"
}

settings_take() {
	iface=${given_iface:-${site_interface:-$iface}}
	seconds=${given_seconds:-${site_seconds:-10}}
	case $given in
	*k*) kernel_args=$given_args ;;
	*) kernel_args=$site_args ;;
	esac
	own_chain=$given_chain
	[ "$site_loader" != signed ] || own_chain=1
}

# What is wrong with the options of a call is not written to the site.
options_check() {
	case $given_args in
	*[[:cntrl:]]*) wrong "-k: has a control character in it" ;;
	esac
	[ "$given_rules" ] || return 0
	images_records
	machines_load
	rules_print include >"$work/rules.check"
	rules_check "$work/rules.check" || exit 2
}

# The options that were given are the site's from now on.
options_write() {
	[ -d "$state/rules.d" ] || mkdir -p "$state/rules.d" "$state/machines" "$state/answers"
	if [ "$site_broken" ]; then
		warn "$state/site is $site_why: the options of this call are not written to it"
		given='' given_iface='' given_seconds='' given_proxy='' given_chain='' given_rules=''
		return
	fi
	[ -e "$state/site" ] || site_begin
	[ -z "$given_iface" ] || site_set interface "$given_iface"
	[ -z "$given_proxy" ] || site_set mode proxy
	[ -z "$given_chain" ] || site_set loader signed
	[ -z "$given_tls" ] || site_set tls yes
	[ -z "$given_six" ] || site_set ip6 "$given_six"
	[ -z "$given_seconds" ] || site_set seconds "$given_seconds"
	case $given in
	*k*) site_set args "$given_args" ;;
	esac
	[ -z "$given_rules" ] || site_rules "$given_rules"
	keep "$state/site" site
	# What was said once is the site's, which may be edited while it is served; but
	# the interface of a call stays that of its process.
	given='' given_seconds='' given_chain='' given_proxy='' given_tls='' given_six=''
}

# ---- rules ---------------------------------------------------------------------

# The rules file.  Lines of the site come first, then those of rules.d: the first
# match wins.  With `include' those are named and not copied, so that a fault has its
# file and line.
rules_print() {
	echo '# Made by pxe-up(8).  dhcpd-pxe.rules(5) explains the lines.'
	[ -z "$rules" ] || printf '%s' "$rules"
	rules_own "${1:-}"
	rules_has interface || printf '%s\n' "interface $iface"
	[ -z "$subnet" ] || rules_has "$rules_subnet4" || printf '%s\n' "$subnet"
	[ -z "$subnet6" ] || rules_has "$rules_subnet6" || printf '%s\n' "$subnet6"
	machines_rules
	loaders_rules
}

rules_own() {
	for rules_it in "$state"/rules.d/*.rules; do
		[ -f "$rules_it" ] || continue
		if [ "$1" ]; then
			printf '%s\n' "$rules_it" | facts_awk '{ print "include " facts_word($0) }'
		else
			printf '# rules.d/%s\n' "$(basename "$rules_it" | tr -c '[:print:]\n' '?')"
			cat "$rules_it" && echo
		fi
	done
}

# What begins a subnet line of each family.
rules_subnet4='subnet[[:blank:]]+[0-9.]+/[0-9]+'
rules_subnet6='subnet[[:blank:]]+[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/[0-9]+'

# Are there files in rules.d?
rules_files() {
	set -- "$state"/rules.d/*.rules
	[ -e "$1" ]
}

# True if the site has a line of that kind.
rules_has() {
	[ "$rules" ] || rules_files || return
	{ printf '%s' "$rules"; rules_own ''; } | grep -qE "^[[:blank:]]*$1[[:blank:]]"
}

# rules_good FILE: does each daemon that is to read them take these rules?
rules_good() {
	{ net6_only || "$tool_dhcpd_pxe" -n -f "$1"; } && { ! net6_wanted || "$tool_dhcpd6_pxe" -n -f "$1"; }
}

# A fault is in a line of the site, which is named, or in pxe-up itself.
rules_check() {
	rules_good "$1" >"$work/why" 2>&1 && return
	# A line of the site is named by where it stands there.
	awk -v file="$1:" -v site="$state/site" -v lines="$work/rule.lines" '
		BEGIN { while ((getline line < lines) > 0) at[++n] = line }
		{ sub(/^dhcpd6?-pxe: /, "") }
		index($0, file) == 1 {
			rest = substr($0, length(file) + 1)
			number = rest + 0
			sub(/^[0-9]*/, "", rest)
			$0 = (number - 1 in at && at[number - 1] != "" ? site ":" at[number - 1] : "rules:" number) rest
		}
		{ print }' "$work/why" >"$work/why.named"
	while IFS= read -r rules_line; do
		say_as 3 "$rules_line"
	done <"$work/why.named"
	say_as 3 "dhcpd-pxe$(net6_wanted && echo ', or dhcpd6-pxe,') does not accept these rules; those of $state/site and rules.d come first:
$(sed 's/^/    /' "$1")"
	return 2
}

# Checks the rules as they are to be: $work/rules.  False, and the old ones stay.
rules_make() {
	rules_print include >"$work/rules.check"
	rules_check "$work/rules.check" || return
	if rules_files; then
		rules_print >"$work/rules" && rules_check "$work/rules"
	else
		cp "$work/rules.check" "$work/rules"
	fi
}

# True if they are others than before.
rules_write() {
	! cmp -s "$work/rules" "$state/rules" || return
	cp "$work/rules" "$state/rules.new" 2>/dev/null
	written "$state/rules"
}

# ---- menus ---------------------------------------------------------------------

# One menu for all images, in their order, and one for each machine.
menus_write() {
	grep '^boot ' "$work/records" | cat - "$work/inject" "$work/machines" >"$work/menu"
	menus_tls='' menus_six=$address6
	! tls_wanted || menus_tls=1
	! net6_only || menus_six=
	"$tool_pxe_menu" -t "$seconds" -k "$kernel_args" -D "$(menus_default)" -T "$site_title" ${menus_tls:+-s} ${menus_six:+-6 "$menus_six"} -u "http://$(net6_host)" "$state/www" <"$work/menu" || return
	machines_forget
}

# The site's default, as long as there is such an image.
menus_default() {
	case $site_default in
	'' | local | none) printf '%s\n' "$site_default" ;;
	*)
		if cut -f 1 "$work/images" | grep -qxF -- "$site_default"; then
			printf '%s\n' "$site_default"
		else
			warn "$state/site: default=$site_default: there is no such image now; the first one takes its place"
		fi ;;
	esac
}

# What is to be known of each image.  Where another kernel takes the place of the
# image's own (netboot.sh), that one's fault is nobody's business.
menus_say() {
	facts_awk 'facts_parse($0, F) <= 0 { next }
		F[""] == "boot" && F["note"] != "" { print F["name"] ": " F["note"] }
		F[""] == "boot" && F["kernel"] ~ /^netboot\// { replaced[F["dir"]] = 1 }
		F[""] == "unfit" { unfits++; dir[unfits] = F["dir"]; text[unfits] = F["name"] " is not in the menus: " F["why"] }
		END { for (i = 1; i <= unfits; i++) if (!(dir[i] in replaced)) print text[i] }' "$work/records" >"$work/notes"
	while IFS= read -r note; do
		say "$note"
	done <"$work/notes"
	say "menus: $(facts_awk 'facts_parse($0, F) > 0 && F[""] == "boot" { printf "%s%s", sep, F["name"] == "" ? F["kernel"] : F["name"]; sep = "; " }' "$work/records")"
}

# ---- all of it -----------------------------------------------------------------

# At the start.
apply_all() {
	images_records
	loaders_write
	windows_write
	machines_load
	rules_make || rules_kept || exit 2
	answers_write
	machines_exports
	menus_write || exit
	menus_say
	rules_write || :
	keep "$work/machines" machines
	inbox_make
}

# A site that was edited badly is served as it was.
rules_kept() {
	[ -s "$state/rules" ] && rules_good "$state/rules" >/dev/null 2>&1 || return
	warn "the rules stay as they were: $state/rules"
	cp "$state/rules" "$work/rules"
}

# Where httpd-boot keeps what machines send: it belongs to the user that it becomes.
inbox_make() {
	[ -d "$state/inbox" ] || mkdir "$state/inbox" || failed "cannot write to $state"
	[ "$(id -u)" -eq 0 ] || return 0
	id -u _httpd-boot >/dev/null 2>&1 && inbox_user=_httpd-boot || inbox_user=nobody
	chown "$inbox_user" "$state/inbox" 2>/dev/null || :
}

# apply_changes WHAT...: the site was changed while it is served: what of it, of `site'
# (and images, and rules) and `machines' (and answers).  Prints what the main process
# has to do: "rules" (dhcpd-pxe is to read them) and "again" (start anew).  Runs as a
# child, so that whatever is wrong leaves all as it was.
apply_changes() {
	site_broken=
	site_load || return
	settings_take
	: >"$work/todo"
	case $1 in
	site)
		tls_find || { say_as 3 "$tls_why"; return 1; }
		net6_find || { say_as 3 "$net6_why"; return 1; }
		[ "$(serve_what)" = "$serving" ] || { printf 'again\n' >"$work/todo"; return; }
		images_look
		images_place
		[ "$images_status" -ne 3 ] || printf 'retry\n' >>"$work/todo"
		images_records
		has_room "$work" || failed "$work_full"
		loaders_write
		windows_write
		[ ! -s "$work/windows" ] || printf 'share\n' >>"$work/todo" ;;
	esac
	machines_load
	has_room "$work" || failed "$work_full"
	rules_make || rules_kept || return
	answers_write
	machines_exports
	menus_write || return
	once_watch
	keep "$work/machines" machines
	! rules_write || printf 'rules\n' >>"$work/todo"
}
