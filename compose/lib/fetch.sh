# shellcheck shell=sh disable=SC2034,SC2154 # place.sh reads what it sets
# An image at a URL whose system loads all of it: it is fetched whole, once, and then served
# as one that is a file.  images/NAME.part is what has come so far, and images/NAME.from
# from where: what was interrupted goes on from there.  It must be the image that was
# looked at, and have the SHA-256 that stands beside it, where there is one.

# image_fetch: sets image_file and image_mode, for `image` of `name`.
image_fetch() {
	fetch_part=$state/images/$name.part
	fetch_from=$state/images/$name.from
	if [ -e "$fetch_part" ] && [ "$(cat "$fetch_from" 2>/dev/null)" = "$image" ]; then
		say "$name: fetching the rest of $image"
	else
		rm -f "$fetch_part"
		say "$name: fetching all of $image"
	fi
	printf '%s\n' "$image" 2>/dev/null >"$fetch_from" || {
		image_bad 3 "cannot write $fetch_from; $(images_room)"
		return
	}
	fetch_on "$image" "$fetch_part" || {
		image_bad 3 "$image could not be fetched whole (above), and goes on from where it ended when this is called again; $(images_room)"
		return
	}
	if ! fetch_is_it || ! fetch_sum; then
		rm -f "$fetch_part" "$fetch_from"
		return 1
	fi
	image_file=$fetch_part
	image_mode=644
}

# True if there is a program for it.
fetch_able() { command -v curl >/dev/null || command -v wget >/dev/null; }

# fetch_on URL FILE: goes on from where FILE ends; anew, where the server cannot do that.
fetch_on() {
	if ! command -v curl >/dev/null; then
		wget -q -c -O "$2" "$1" && chmod 644 "$2"
		return
	fi
	fetch_how=-sS
	[ ! -t 2 ] || fetch_how=-#
	fetch_tries=0
	until fetch_code=$(curl -f -L --proto =http,https,ftp $fetch_how --retry 3 -C - -w '%{http_code}' -o "$2" "$1" </dev/null); do
		# It has no ranges (33, 36), or none there, as when FILE is whole.
		case $?,$fetch_code in
		22,416 | 33,* | 36,*) ;;
		*) return 1 ;;
		esac
		[ -s "$2" ] && [ $fetch_tries -eq 0 ] || return
		fetch_tries=1
		rm -f "$2"
	done
	chmod 644 "$2"
}

# Does it boot as what was looked at by ranges?
fetch_is_it() {
	"$tool_isoextract" ${profiles:+-P "$profiles"} -b "$fetch_part" 2>"$work/why" </dev/null >"$work/fetched"
	cmp -s "$work/fetched" "$work/$name.facts" ||
		image_bad 3 "$image: what came is not what was looked at: has it changed meanwhile? Call this again"
}

# The sum that stands in a list beside it.
fetch_sum() {
	fetch_url=${image%%\?*}
	fetch_want=
	for fetch_list in "${fetch_url%/*}/SHA256SUMS" "${fetch_url%/*}/sha256sum.txt" "$fetch_url.sha256"; do
		fetch_small "$fetch_list" "$work/sums" || continue
		fetch_want=$(awk -v name="${fetch_url##*/}" 'function base(s) { sub(/^\*/, "", s); sub(/.*\//, "", s); return s }
			{ sub(/\r$/, "") }
			$1 == "SHA256" && $2 == "(" name ")" { print tolower($NF); exit }
			length($1) == 64 && $1 ~ /^[0-9A-Fa-f]*$/ && (NF == 1 || base($2) == name) { print tolower($1); exit }' "$work/sums")
		[ -z "$fetch_want" ] || break
	done
	if [ -z "$fetch_want" ]; then
		warn "$name: no SHA-256 stands beside $image: it is not known whether all came as it was meant"
		return
	fi
	fetch_has=$(sha256sum <"$fetch_part")
	[ "${fetch_has%% *}" = "$fetch_want" ] ||
		image_bad 3 "$image: its SHA-256 is ${fetch_has%% *}, and $fetch_list says $fetch_want: it is thrown away"
}

# fetch_small URL FILE
fetch_small() {
	if command -v curl >/dev/null; then
		curl -f -s -L --proto =http,https,ftp --max-filesize 10000000 -m 60 -o "$2" "$1" </dev/null
	else
		wget -q -T 60 -O "$2" "$1" </dev/null
	fi
}
