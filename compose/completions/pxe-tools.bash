# bash completion for the tools of pxe-tools(7): options and what they take are
# read from `TOOL --help', so they are those of the tool that is installed.

# _pxe_tools_takes TOOL OPTION: the word that the help puts after -x.
_pxe_tools_takes() {
	"$1" --help 2>/dev/null | sed -n "s/^  *$2 \\([A-Z@':][^ ]*\\).*/\\1/p" | head -n 1
}

# _pxe_tools_argument WORD CURRENT: what could stand there.
_pxe_tools_argument() {
	case $1 in
	IFACE*) COMPREPLY=($(compgen -W "$(ls /sys/class/net 2>/dev/null)" -- "$2")) ;;
	USER*) COMPREPLY=($(compgen -u -- "$2")) ;;
	DIR* | STATEDIR* | SUBDIR* | INBOX*) COMPREPLY=($(compgen -d -- "$2")) ;;
	*FILE* | RULES* | LEASES* | MAP* | PROFILES* | SOURCE*) COMPREPLY=($(compgen -f -- "$2")) ;;
	COMMAND*) COMPREPLY=($(compgen -c -- "$2")) ;;
	*) COMPREPLY=() ;;
	esac
}

_pxe_tools() {
	local tool=$1 current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} word
	if [[ $before == -? ]]; then
		word=$(_pxe_tools_takes "$tool" "$before")
		if [[ $word ]]; then
			compopt -o filenames 2>/dev/null
			_pxe_tools_argument "$word" "$current"
			return
		fi
	fi
	if [[ $current == -* ]]; then
		COMPREPLY=($(compgen -W "$("$tool" --help 2>/dev/null | sed -n 's/^  \(-[A-Za-z0-9]\)\(, \(-[A-Za-z0-9]\)\)*.*/\1 \3/p') --help --version" -- "$current"))
		return
	fi
	compopt -o filenames 2>/dev/null
	case ${tool##*/} in
	tftpd-lite | httpd-boot | pxe-menu | pxe-ca) COMPREPLY=($(compgen -d -- "$current")) ;;
	isoextract | pxe-up | pxe-import) COMPREPLY=($(compgen -f -- "$current")) ;;
	esac
}

complete -F _pxe_tools dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot isoextract pxeprobe pxe-up pxe-image pxe-machine pxe-status pxe-menu pxe-import pxe-ca
