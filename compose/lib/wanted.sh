# shellcheck shell=sh disable=SC2034,SC2154 # place.sh reads what it sets
# Which files of an image are extracted: what its `boot' records name.  Where one says
# less than all that is needed (an unknown system, Windows' setup, which wants the rest
# from a share), everything is.

# images_wanted: what is to be done with each new one of $work/images (wanted.awk).
images_wanted() {
	set --
	: >"$work/stamps"
	while IFS=$tab read -r name how image; do
		[ "$how" != new ] || set -- "$@" "$image"
	done <"$work/images"
	[ $# -gt 0 ] || return 0
	stat -L -c '%a %s %Y %n' -- "$@" 2>/dev/null >"$work/stamps"
	set --
	while IFS=$tab read -r name how image; do
		[ "$how" != new ] || set -- "$@" "$work/$name.facts"
	done <"$work/images"
	if ! awk -f "$lib/facts.awk" -f "$lib/wanted.awk" "$work/stamps" "$work/images" facts=1 "$@" || ! has_room "$work"; then
		failed "$work_full"
	fi
}

# Sets image_is, image_mode, image_stamp and image_word to what NAME.is says.
image_wanted() {
	{
		IFS= read -r image_is
		IFS= read -r image_mode
		IFS= read -r image_stamp
		IFS= read -r image_word
	} <"$work/$name.is"
}

# image_unpack SOURCE DIRECTORY: extracts what is wanted of `name`.
image_unpack() {
	unpack_from=$1 unpack_to=$2
	if [ -s "$work/$name.wanted" ] && [ -z "$extract" ]; then
		set -- -C "$unpack_to" "$unpack_from"
		while IFS= read -r unpack_pattern; do set -- "$@" "$unpack_pattern"; done <"$work/$name.wanted"
		"$tool_isoextract" "$@" 2>"$work/why"
		# 1: a pattern that picks nothing is no loss if what boots is there.
		[ $? -gt 1 ] || image_lacking || return 0
		rm -rf "$unpack_to" && mkdir "$unpack_to" || return
	fi
	"$tool_isoextract" -C "$unpack_to" "$unpack_from"
}

# True if something that boots has not come, or only a link to it.
image_lacking() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "boot" && F["kernel"] !~ /^(\{(iso|img)\}$|netboot\/)/ {
		print F["kernel"]
		gsub(/,/, "\n", F["initrd"])
		if (F["initrd"] != "") print F["initrd"] }' "$work/$name.facts" >"$work/lacking"
	while IFS= read -r unpack_part; do
		[ -e "$unpack_to/$unpack_part" ] || return 0
	done <"$work/lacking"
	return 1
}

# image_remote: of `image`, at a URL, which is not kept whole, drops the records whose
# system loads all of it, before anything is fetched.  If that leaves none it is to be
# fetched whole: $work/NAME.fetch.  False where that cannot be; $remote_why.
image_remote() {
	rm -f "$work/$name.fetch"
	case $image in
	http://* | https://* | ftp://*) ;;
	*) return 0 ;;
	esac
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "boot" && (F["image"] == "yes" || F["kernel"] ~ /^\{(iso|img)\}$/ || F["embed"] ~ /\{iso\}/) { next } { print }' "$work/$name.facts" >"$work/remote"
	! cmp -s "$work/remote" "$work/$name.facts" || return 0
	if ! grep -q '^boot ' "$work/remote"; then
		remote_why='its system loads the whole image, and there is neither curl nor wget here to fetch that: apt-get install curl'
		fetch_able || return
		say "$name: its system loads the whole image, so that all of $image is fetched"
		: >"$work/$name.fetch"
		return
	fi
	warn "$name: some of its entries load the whole image, and are left out; for those too, fetch it: wget $image"
	mv "$work/remote" "$work/$name.facts"
}
