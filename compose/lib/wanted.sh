# shellcheck shell=sh disable=SC2154
# Which files of an image are extracted: what its `boot' records name.  Where one says
# less than all that is needed (an unknown system, Windows' setup, which wants the rest
# from a share), everything is.

# image_unpack SOURCE DIRECTORY: extracts what $work/NAME.facts says, NAME being $name.
image_unpack() {
	unpack_from=$1 unpack_to=$2
	image_wanted "$work/$name.facts" | sort -u >"$work/wanted"
	if [ -s "$work/wanted" ] && [ -z "$extract" ]; then
		set -- -C "$unpack_to" "$unpack_from"
		while IFS= read -r unpack_pattern; do set -- "$@" "$unpack_pattern"; done <"$work/wanted"
		"$tool_isoextract" "$@" 2>"$work/why"
		# 1: a pattern that picks nothing is no loss if what boots is there.
		[ $? -gt 1 ] || image_lacking || return 0
		rm -rf "$unpack_to" && mkdir "$unpack_to" || return
	fi
	"$tool_isoextract" -C "$unpack_to" "$unpack_from"
}

# Patterns of all that is wanted; none where that is everything.
image_wanted() {
	facts_awk 'function exact(path,    i, c, text) {
		for (i = 1; i <= length(path); i++) {
			c = substr(path, i, 1)
			text = text (index("*?[\\", c) ? "\\" : "") c
		}
		return text
	}
	facts_parse($0, F) > 0 {
		if (F[""] == "loader" && F["path"] !~ /^\[boot\]/) out = out exact(F["path"]) "\n"
		if (F[""] != "boot") next
		if (F["family"] == "unknown" || F["with"] != "" || ("," F["needs"] ",") ~ /,\*,/) all = 1
		if (F["kernel"] !~ /^(\{(iso|img)\}$|netboot\/)/) {
			out = out exact(F["kernel"]) "\n"
			n = split(F["initrd"], part, ",")
			for (i = 1; i <= n; i++) out = out exact(part[i]) "\n"
		}
		n = split(F["embed"], part, ",")
		for (i = 1; i <= n; i++) {
			sub(/@[^@]*$/, "", part[i])
			if (part[i] != "{iso}") out = out exact(part[i]) "\n"
		}
		n = split(F["needs"], part, ",")
		for (i = 1; i <= n; i++) out = out part[i] "\n"
	}
	END { if (!all && out != "") printf "%s.disk\n.treeinfo\n.discinfo\n", out }' "$1"
}

# True if something that boots has not come, or only a link to it.
image_lacking() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "boot" && F["kernel"] !~ /^(\{(iso|img)\}$|netboot\/)/ {
		print F["kernel"]
		gsub(/,/, "\n", F["initrd"])
		if (F["initrd"] != "") print F["initrd"] }' "$work/$name.facts" >"$work/parts"
	while IFS= read -r unpack_part; do
		[ -e "$unpack_to/$unpack_part" ] || return 0
	done <"$work/parts"
	return 1
}

# image_remote: of `image`, at a URL, which is not kept whole, drops the records whose
# system loads all of it, before anything is fetched.  False if that leaves none; $remote_why.
image_remote() {
	case $image in
	http://* | https://* | ftp://*) ;;
	*) return 0 ;;
	esac
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "boot" && (F["image"] == "yes" || F["kernel"] ~ /^\{(iso|img)\}$/ || F["embed"] ~ /\{iso\}/) { next } { print }' "$work/$name.facts" >"$work/remote"
	! cmp -s "$work/remote" "$work/$name.facts" || return 0
	remote_why="its system loads the whole image, which must be a local file: wget $image"
	grep -q '^boot ' "$work/remote" || return
	warn "$name: of some of its entries $remote_why"
	mv "$work/remote" "$work/$name.facts"
}
