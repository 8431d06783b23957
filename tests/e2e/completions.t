#!/bin/sh
# Completions as somebody at a terminal meets them, in a real bash and a real zsh.
# shellcheck disable=SC2016 # $ is for sh
. "$(dirname "$0")/../lib.sh"
need bash python3

for tool in dhcpd-pxe tftpd-lite isoextract pxeprobe; do PATH=$BIN/$tool:$PATH; done
PATH=$SRC/compose:$PATH
mkdir -p "$T/work/some images" "$T/zsh" && cd "$T/work" || exit 1
: >'some images/de bian.iso'
for tool in dhcpd-pxe tftpd-lite isoextract pxe-up pxe-image pxe-machine; do
	sed "1s/.*/#compdef $tool/" "$SRC/compose/completions/pxe-tools.zsh" >"$T/zsh/_$tool"
done

becomes() { # SHELL LINE WANTED
	case $1 in
	bash) becomes_from=$SRC/compose/completions/pxe-tools.bash ;;
	zsh) becomes_from=$T/zsh ;;
	esac
	check "$1: $2" sh -c 'python3 "$1" "$2" "$3" "$4" >"$6"; grep -qxF -- "$5" "$6" || { cat "$6"; exit 1; }' \
		- "$SRC/tests/e2e/completions.py" "$1" "$becomes_from" "$2" "$3" "$T/line"
}

for shell in bash zsh; do
	command -v $shell >/dev/null || {
		skip "no $shell"
		continue
	}
	becomes $shell 'isoextract som' 'isoextract some\ images/'
	becomes $shell 'isoextract some\ images/d' 'isoextract some\ images/de\ bian.iso '
	becomes $shell 'tftpd-lite so' 'tftpd-lite some\ images/'
	becomes $shell 'isoextract -C so' 'isoextract -C some\ images/'
	becomes $shell 'dhcpd-pxe -f some\ images/d' 'dhcpd-pxe -f some\ images/de\ bian.iso '
	becomes $shell 'pxe-up -i l' 'pxe-up -i lo '
	becomes $shell 'pxe-up --v' 'pxe-up --version '
	becomes $shell 'pxe-image a' 'pxe-image add '
	becomes $shell 'pxe-image -C add som' 'pxe-image -C add some\ images/'
	becomes $shell 'pxe-machine ag' 'pxe-machine again '
done
finish
