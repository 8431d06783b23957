# shellcheck shell=sh disable=SC2154
# What of a site has changed since the last look, for pxe-up: an edit, an image that was
# replaced, a machine that pxe-machine spoke of.

# From now on.
watch_begin() {
	# A file that takes another's place may be older: what is new is when it did (of which
	# busybox knows nothing).
	watch_newer=-newer
	! find / -prune -cnewer / >/dev/null 2>&1 || watch_newer=-cnewer
	: >"$work/stamp"
	watch_paths
	watch_there=$watch_here
	watch_sources
}

# Sets watch_here to the site's files and directories that there are: git takes away a
# directory that is empty.
watch_paths() {
	watch_here=
	for watch_it in site images rules.d machines answers drivers; do
		[ ! -e "$state/$watch_it" ] || watch_here="$watch_here $watch_it"
	done
}

# Sets watch_todo to what has: the site, its machines alone, what is installed once, or
# nothing.
watch_changed() {
	watch_todo=
	watch_paths
	true >"$work/stamp.new"
	if [ "$watch_here" != "$watch_there" ] || watch_image_changed; then
		watch_todo=site
		return
	fi
	find -L "$state/site" "$state/images" "$state/rules.d" "$state/drivers" "$state/machines" "$state/answers" "$state/once" \
		$watch_newer "$work/stamp" ! -name '.*' ! -name '*.new' >"$work/newer" 2>/dev/null
	[ -s "$work/newer" ] || return 0
	if grep -qxF -e "$state/site" -e "$state/images" -e "$state/rules.d" -e "$state/drivers" "$work/newer" || grep -qF -e "$state/images/" -e "$state/rules.d/" -e "$state/drivers/" "$work/newer"; then
		watch_todo=site
	elif grep -qvF -e "$state/once" "$work/newer"; then
		watch_todo=machines
	elif watch_once_edited; then
		watch_todo=once
	fi
}

# The files that images came from, and what is the same file in www, or shall be.
watch_sources() {
	for watch_it in "$state"/images/*.facts; do
		[ ! -f "$watch_it" ] || printf '%s\0' "$watch_it"
	done | xargs -0 -r sed -n '/^image /p' | facts_awk 'facts_parse($0, F) > 0 && F["source"] ~ /^\// {
		print F["source"] "\t" (F["how"] ~ /^(link|bind)$/ ? www "/" F["name"] : "") }' www="$state/www" | while IFS=$tab read -r image watch_same; do
		[ -z "$watch_same" ] || [ ! -e "$watch_same.img" ] || watch_same=$watch_same.img
		case $watch_same in
		'' | *.img) ;;
		*) watch_same=$watch_same.iso ;;
		esac
		printf '%s\t%s\n' "$image" "$watch_same"
	done >"$work/sources"
}

# True if an image is another one now: its file was written to, or another took its
# place.  One that is still written to is waited for.
watch_image_changed() {
	while IFS=$tab read -r image watch_same; do
		[ -f "$image" ] || continue
		[ "$image" -nt "$work/stamp" ] || { [ "$watch_same" ] && [ ! "$image" -ef "$watch_same" ]; } || continue
		[ $((serve_now - $(stat -L -c %Y "$image"))) -lt 5 ] || return 0
	done <"$work/sources"
	return 1
}

# True if somebody else than this process has changed once/ (pxe-machine): a machine
# of which we think otherwise.
watch_once_edited() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "machine" && F["state"] ~ /^(waiting|installing|done)$/ {
		from = once "/" F["mac"]
		is = "waiting"
		if ((getline line < from) > 0)
			is = line ~ /^done/ ? "done" : "installing"
		close(from)
		if ((is == "done") != (F["state"] == "done")) { found = 1; exit }
	} END { exit !found }' once="$state/once" "$work/machines"
}

# watch_younger FILE PATH...: is one of these younger than the file, or that not there?
watch_younger() {
	[ -e "$1" ] || return 0
	watch_than=$1
	shift
	[ "$(find "$@" -newer "$watch_than" 2>/dev/null)" ]
}
