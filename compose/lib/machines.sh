# shellcheck shell=sh disable=SC2154
# The machines of a site: machines/MAC says what a machine boots, and once/MAC what
# became of an installation that is to be done once (once.sh).

# mac_of TEXT: a MAC address in any usual form as 52-54-00-19-93-5b; false if it is none.
mac_of() {
	printf '%s\n' "$1" | awk '{ s = tolower($0); gsub(/[:.-]/, "", s)
		if (s !~ /^[0-9a-f]+$/ || length(s) != 12) exit 1
		for (i = 1; i <= 12; i += 2) out = out (i > 1 ? "-" : "") substr(s, i, 2)
		print out }'
}

# machine_path MAC: its file, under whichever form of its address; false where there
# is none.
machine_path() {
	for machine_it in "$state"/machines/*; do
		[ ! -f "$machine_it" ] || printf '%s\n' "$machine_it"
	done | awk -v mac="$1" '{ s = $0; sub(/.*\//, "", s); s = tolower(s); gsub(/[:.-]/, "", s); gsub(/-/, "", mac)
		if (s == mac) { print; found = 1; exit } } END { exit !found }'
}

# Writes $work/machines, a `machine' line for each.  What is broken is said, and
# counts as it was before.
machines_load() {
	: >"$work/machines"
	: >"$work/machines.why"
	set --
	for machine_it in "$state"/machines/*; do
		case $machine_it in
		*'~' | */'#'* | */4913 | *.new | *.swp | *.orig | *.rej) ;;
		*) [ ! -f "$machine_it" ] || set -- "$@" "$machine_it" ;;
		esac
	done
	[ $# -gt 0 ] || return 0
	awk -v once="$state/once" -v last="$state/last/machines" -v answers=" $(answers_names) " -v says=" $(answers_that_say) " \
		-f "$lib/facts.awk" -f "$lib/machines.awk" "$@" >"$work/machines" 2>"$work/machines.why"
	while IFS= read -r machine_line; do
		say_as 3 "$machine_line"
	done <"$work/machines.why"
}

# Host lines for dhcpd-pxe.rules(5), and the tag by which they are told that they have
# menus of their own.
machines_rules() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "machine" {
		gsub(/-/, ":", F["mac"])
		print "host mac=" F["mac"] (F["addr"] == "" ? "" : " addr=" F["addr"]) (F["name"] == "" ? "" : " name=" F["name"]) " tag=menu"
	}' "$work/machines"
}

# STATEDIR/exports: what the NFS server of this host, which is its administrator's, is to
# export (exports(5)).
machines_exports() {
	facts_awk 'facts_parse($0, F) > 0 && match(F["root"], /^nfs:([^:\/]*:)?\//) {
		server = substr(F["root"], 5, RLENGTH - 5)
		if (server == "" || server == address ":" || server == "{server}:")
			print substr(F["root"], RLENGTH) "\t" (F["addr"] == "" ? "*" : F["addr"]) "(rw,no_root_squash,no_subtree_check)"
	}' address="$address" "$work/machines" | sort -u >"$work/exports"
	if [ ! -s "$work/exports" ]; then
		rm -f "$state/exports"
	elif ! cmp -s "$work/exports" "$state/exports"; then
		cp "$work/exports" "$state/exports.new"
		written "$state/exports"
		say "$state/exports has what this host's NFS server is to export: cat $state/exports >>/etc/exports; exportfs -ra"
	fi
}

# Menus of machines that there are no more go.
machines_forget() {
	facts_awk 'BEGIN { print "local" } facts_parse($0, F) > 0 { print F["mac"] }' "$work/machines" >"$work/macs"
	for machine_it in "$state"/www/m/*.ipxe; do
		machine_it=${machine_it##*/}
		[ "$machine_it" = '*.ipxe' ] || printf '%s\n' "${machine_it%.ipxe}"
	done | grep -vxF -f "$work/macs" >"$work/gone"
	while IFS= read -r machine_mac; do
		rm -f "$state/www/m/$machine_mac.ipxe" "$state/www/m/$(printf '%s\n' "$machine_mac" | tr - :).cfg" \
			"$state/www/pxelinux.cfg/01-$machine_mac" "$state/www/grub/grub.cfg-01-$machine_mac"
		rm -rf "$state/www/answers/$machine_mac"
	done <"$work/gone"
}
