#compdef dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot isoextract pxeprobe pxe-up pxe-image pxe-machine pxe-status pxe-menu pxe-import pxe-ca
# zsh completion for the tools of pxe-tools(7): options, commands and what they take
# are read from `TOOL --help', so they are those of the tool that is installed.

local tool=$words[1] line option word text action
local pattern='^  (-[A-Za-z0-9])(, (-[A-Za-z0-9]))?( ([^ ]+))?  +(.*)$'
local -a specs
while IFS= read -r line; do
	[[ $line =~ $pattern ]] || continue
	word=$match[5] text=${${match[6]//[\[\]]/}//:/\\:}
	case $word in
	IFACE*) action=_net_interfaces ;;
	USER*) action=_users ;;
	DIR*|STATEDIR*|SUBDIR*|INBOX*) action='_files -/' ;;
	*FILE*|RULES*|LEASES*|MAP*|PROFILES*|SHA256*) action=_files ;;
	COMMAND*) action=_command_names ;;
	*) action=' ' ;;
	esac
	for option in $match[1] $match[3]; do
		specs+=("*${option}[$text]${word:+:${${word//\'/}//:/\\:}:$action}")
	done
done < <($tool --help 2>/dev/null)
specs+=('--help[print a summary]' '--version[print the version]')
case ${tool:t} in
tftpd-lite|httpd-boot|pxe-menu|pxe-ca) specs+=('*:directory:_files -/') ;;
isoextract|pxe-up) specs+=('*:image:_files') ;;
pxe-import) specs+=('*:file:_files') ;;
pxe-image|pxe-machine)
	local -a commands
	commands=(${(f)"$($tool --help 2>/dev/null | sed -e '/^$/,$d' -e 's/^[a-z: ]*pxe-[a-z]* //' -e 's/\[-[^]]*\] //g' -e 's/ .*//')"})
	action=' '
	[[ ${tool:t} != pxe-image || -z ${words[(r)add]} ]] || action=_files
	specs+=("1:command:($commands)" "*:argument:$action") ;;
esac
_arguments -s $specs
