# bash completion for the tools of pxe-tools(7): options, commands and what they take
# are read from `TOOL --help', so they are those of the tool that is installed.

# _pxe_tools_takes TOOL OPTION: the word that the help puts after -x.
_pxe_tools_takes() {
	"$1" --help 2>/dev/null | sed -n "s/^  *$2 \\([A-Z@':][^ ]*\\).*/\\1/p" | head -n 1
}

# _pxe_tools_commands TOOL [COMMAND]: the commands in its usage, or what follows that one.
_pxe_tools_commands() {
	"$1" --help 2>/dev/null | sed -e '/^$/,$d' -e 's/^[a-z: ]*pxe-[a-z]* //' -e 's/\[-[^]]*\] //g' |
		if [[ $2 ]]; then sed -n "s/^$2 //p"; else sed 's/ .*//'; fi
}

# _pxe_tools_argument TOOL WORD CURRENT: what could stand there.  Names of files are
# left to readline, which knows how to quote them.
_pxe_tools_argument() {
	COMPREPLY=()
	case $2 in
	IFACE*) mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net 2>/dev/null)" -- "$3") ;;
	USER*) mapfile -t COMPREPLY < <(compgen -u -- "$3") ;;
	COMMAND*) mapfile -t COMPREPLY < <(compgen -c -- "$3") ;;
	NAME*) mapfile -t COMPREPLY < <(compgen -W "$("$1" -j ls 2>/dev/null | sed -n 's/.*"name":"\([^"]*\)".*/\1/p')" -- "$3") ;;
	DIR* | STATEDIR* | SUBDIR* | INBOX*) compopt -o dirnames 2>/dev/null ;;
	*FILE* | RULES* | LEASES* | MAP* | PROFILES* | SOURCE* | IMAGE*) compopt -o default 2>/dev/null ;;
	esac
}

_pxe_tools() {
	local tool=$1 current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} word
	if [[ $before == -? ]]; then
		word=$(_pxe_tools_takes "$tool" "$before")
		if [[ $word ]]; then
			_pxe_tools_argument "$tool" "$word" "$current"
			return
		fi
	fi
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$("$tool" --help 2>/dev/null | sed -n 's/^  \(-[A-Za-z0-9]\)\(, \(-[A-Za-z0-9]\)\)*.*/\1 \3/p') --help --version" -- "$current")
		return
	fi
	case ${tool##*/} in
	tftpd-lite | httpd-boot | pxe-menu | pxe-ca) _pxe_tools_argument "$tool" DIR "$current" ;;
	isoextract | pxe-up | pxe-import) _pxe_tools_argument "$tool" FILE "$current" ;;
	pxe-image | pxe-machine)
		local commands
		commands=$(_pxe_tools_commands "$tool")
		for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
			[[ $'\n'$commands$'\n' == *$'\n'"$word"$'\n'* ]] || continue
			_pxe_tools_argument "$tool" "$(_pxe_tools_commands "$tool" "$word")" "$current"
			return
		done
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current") ;;
	esac
}

complete -F _pxe_tools dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot isoextract pxeprobe pxe-up pxe-image pxe-machine pxe-status pxe-menu pxe-import pxe-ca
