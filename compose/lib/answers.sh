# shellcheck shell=sh disable=SC2154
# Answer files: answers/NAME/ holds templates, and www/answers/MAC/ what a machine is
# given, as long as it has not been installed.  HTTP knows nobody: whoever can fetch
# files here can fetch these, so that a password belongs in them as a hash, and none of
# a machine that is done stays there.

# The names that there are, between blanks.
answers_names() {
	for answers_it in "$state"/answers/*/; do
		[ ! -d "$answers_it" ] || { answers_it=${answers_it%/}; printf '%s\n' "${answers_it##*/}"; }
	done | grep -xE '[A-Za-z0-9_+][A-Za-z0-9._+-]*' | tr '\n' ' '
}

# Those whose installer says when it is done.
answers_that_say() {
	for answers_it in $(answers_names); do
		! grep -rqE '/in/done|\{done\}' "$state/answers/$answers_it" 2>/dev/null || printf '%s ' "$answers_it"
	done
}

# Fills the templates in for each machine of $work/machines that is still to be
# installed, and adds to its line which files it has.
answers_write() {
	[ -s "$work/machines" ] || [ -d "$state/www/answers" ] || return 0
	mkdir -p "$state/www/answers" || failed "cannot write to $state/www/answers"
	# Instead of a listing of who there is.
	[ -e "$state/www/answers/index.html" ] || printf 'Each machine knows its own.\n' >"$state/www/answers/index.html"
	answers_templates >"$work/templates"
	answers_awk dirs | tr '\n' '\0' | xargs -0 mkdir -p -- "$state/www/answers" || failed "cannot write to $state/www/answers"
	if ! answers_awk files >"$work/filled" 2>"$work/answers.why" || ! has_room "$state/www/answers"; then
		find "$state/www/answers" -name '*.new' -exec rm -f {} + 2>/dev/null
		failed "cannot write to $state/www/answers; $(images_room)"
	fi
	# Each once: it holds for as long as nobody changes it.
	[ -e "$work/answers.told" ] || : >"$work/answers.told"
	grep -vxF -f "$work/answers.told" "$work/answers.why" | while IFS= read -r answers_line; do
		say_as 3 "$answers_line"
	done
	mv -f "$work/answers.why" "$work/answers.told"
	: >"$work/machines.filled"
	while IFS=$tab read -r answers_what answers_to answers_from; do
		case $answers_what in
		machine) printf '%s\n' "$answers_to" >>"$work/machines.filled" ;;
		changed) mv -f "$answers_to.new" "$answers_to" ;;
		copy) cmp -s "$answers_from" "$answers_to" || { cp "$answers_from" "$answers_to.new" && mv -f "$answers_to.new" "$answers_to"; } ;;
		esac || failed "cannot write $answers_to"
	done <"$work/filled"
	mv "$work/machines.filled" "$work/machines"
	answers_forget
}

# answers_awk dirs|files
answers_awk() {
	awk -v want="$1" -v www="$state/www" -v server="$(net6_host)" -v templates="$work/templates" \
		-f "$lib/facts.awk" -f "$lib/text.awk" -f "$lib/answers.awk" "$work/machines"
}

# NAME, FILE below it, "text" or "bytes", and its path, separated by tabs.
answers_templates() {
	for answers_it in $(answers_names); do
		(cd "$state/answers/$answers_it" && find . -type f ! -name '.*' ! -name '*~' ! -name '*.new') | sed 's|^\./||' | grep -v '[[:cntrl:]]' | sort |
			while IFS= read -r answers_file; do
				answers_from=$state/answers/$answers_it/$answers_file
				if tr -d '\000' <"$answers_from" | cmp -s - "$answers_from"; then answers_kind=text; else answers_kind=bytes; fi
				printf '%s\t%s\t%s\t%s\n' "$answers_it" "$answers_file" $answers_kind "$answers_from"
			done
	done
}

# Answers of machines that are done, or that there are no more, go.
answers_forget() {
	facts_awk 'facts_parse($0, F) > 0 && F["files"] != "" { print F["mac"] }' "$work/machines" >"$work/answering"
	for answers_it in "$state"/www/answers/*/; do
		[ ! -d "$answers_it" ] || { answers_it=${answers_it%/}; printf '%s\n' "${answers_it##*/}"; }
	done | grep -vxF -f "$work/answering" | while IFS= read -r answers_it; do
		rm -rf "$state/www/answers/$answers_it"
	done
}
