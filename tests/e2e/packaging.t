#!/bin/sh
# What packages are made of, without building them: units that systemd accepts and
# that give few rights, AppArmor profiles, completions that know every option, the
# RPM and Alpine recipes, firewall rules, the examples.
# shellcheck disable=SC2016,SC2046 # $ is for awk and bash
. "$(dirname "$0")/../lib.sh"
need systemd-analyze

# ---- units ---------------------------------------------------------------------------
mkdir "$T/units" "$T/sbin"
for tool in dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot pxe-up; do printf '#!/bin/sh\n' >"$T/sbin/$tool" && chmod 755 "$T/sbin/$tool"; done
for unit in "$SRC"/compose/systemd/*; do sed "s|@SBINDIR@|$T/sbin|" "$unit" >"$T/units/$(basename "$unit")"; done
# An instance as it will be called.
for template in "$T"/units/*@.*; do
	case $template in
	*tftpd-lite@* | *httpd-boot@*) name=8080 ;;
	*) name=eth1 ;;
	esac
	cp "$template" "$(echo "$template" | sed "s/@/@$name/")"
done
rm "$T"/units/*@.*
for unit in "$T"/units/*; do
	name=$(basename "$unit")
	SYSTEMD_UNIT_PATH="$T/units:" systemd-analyze verify --man=no "$unit" >"$T/verify" 2>&1
	# this machine's own units are not ours to judge
	check "$name: systemd accepts it" sh -c '! grep -F "$1" "$2"' - "$name" "$T/verify"
	case $name in
	*.service) check "$name: security of 3 at most" systemd-analyze security --offline=true --no-pager --threshold=30 "$unit" ;;
	esac
done
check 'where retrying is useless, nothing retries' grep -qx 'RestartPreventExitStatus=2' "$T/units/dhcpd-pxe.service" "$T/units/pxe-up@eth1.service"
# a step that fails is tried again, whatever its exit status
check_not 'and no step before the start brings that to nothing' grep -q '^ExecStartPre=[^-]' $(find "$T/units" -name '*.service')
check 'leases depend on the clock' test "$(grep -l '^After=.*time-sync.target' "$T"/units/*.service | wc -l)" -eq 5
for tool in dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot; do
	check "$tool: the user of the unit is made" grep -q "^u $(sed -n 's/^User=//p' "$T/units/$tool.service") " "$SRC/compose/sysusers/$tool.conf"
	check "$tool: its manual says what the unit does" grep -q '^\.Ss Under systemd' "$SRC/man/$tool.8"
done

# ---- AppArmor ------------------------------------------------------------------------
if command -v apparmor_parser >/dev/null && [ -d /etc/apparmor.d/abstractions ]; then
	for profile in "$SRC"/compose/apparmor/*; do
		check "AppArmor accepts $(basename "$profile")" apparmor_parser -Q -K "$profile"
	done
else skip 'no apparmor_parser'; fi

# ---- completions ---------------------------------------------------------------------
tools='dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot isoextract pxeprobe'
PATH=$(for tool in $tools; do printf '%s/%s:' "$BIN" "$tool"; done)$SRC/compose:$PATH
options() { "$1" --help | head -n 1 | grep -oE '\[-[A-Za-z0-9]+' | sed 's/\[-//' | grep -o . | sort -u; }
for tool in $tools pxe-up pxe-image pxe-machine pxe-status pxe-menu; do
	options "$tool" >"$T/options"
	bash -c '. "$1"; COMP_WORDS=("$2" -) COMP_CWORD=1; _pxe_tools "$2"; printf "%s\n" "${COMPREPLY[@]}"' - "$SRC/compose/completions/pxe-tools.bash" "$tool" 2>/dev/null |
		grep -xE -e '-[A-Za-z0-9]' | tr -d - | sort -u >"$T/completed"
	check "bash completes the options of $tool" sh -c 'test -s "$1" && ! comm -23 "$1" "$2" | grep .' - "$T/options" "$T/completed"
done
if command -v zsh >/dev/null; then
	check 'zsh reads its file' zsh -n "$SRC/compose/completions/pxe-tools.zsh"
	cat >"$T/specs.zsh" <<'END'
# what the file would hand to zsh
_arguments() { shift; printf "%s\n" "$@" }
words=("$2")
run() { . "$1" }
run "$1"
END
	for tool in $tools pxe-up pxe-image pxe-machine pxe-status pxe-menu; do
		options "$tool" >"$T/options"
		zsh -f "$T/specs.zsh" "$SRC/compose/completions/pxe-tools.zsh" "$tool" | sed -n 's/^\*-\([A-Za-z0-9]\)\[.*/\1/p' | sort -u >"$T/completed"
		check "zsh completes the options of $tool" sh -c 'test -s "$1" && ! comm -23 "$1" "$2" | grep .' - "$T/options" "$T/completed"
	done
else skip 'no zsh'; fi

# ---- what else is shipped ------------------------------------------------------------
check 'the example rules are accepted' "$BIN/dhcpd-pxe/dhcpd-pxe" -n -f "$SRC/compose/examples/rules"
if command -v nft >/dev/null; then
	check 'the nftables rules are accepted' nft -c -f "$SRC/compose/firewall/pxe-tools.nft"
else skip 'no nft'; fi
check 'the firewalld service is XML' python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$SRC/compose/firewall/pxe-tools.xml"
if command -v rpmspec >/dev/null; then
	check 'the RPM spec is accepted' rpmspec -q "$SRC/packaging/pxe-tools.spec"
else skip 'no rpmspec'; fi
check 'the APKBUILD is shell' sh -n "$SRC/packaging/APKBUILD"
version=$(sed -n 's/^VERSION *= *//p' "$SRC/Makefile")
check 'one version everywhere' test "$(sed -n 's/^Version: *//p' "$SRC/packaging/pxe-tools.spec") $(sed -n 's/^pkgver=//p' "$SRC/packaging/APKBUILD") $(sed -n '1s/.*(\(.*\)-[0-9]*).*/\1/p' "$SRC/debian/changelog")" = "$version $version $version"
if command -v logrotate >/dev/null; then
	# as root's, who owns the files here
	sed "s/ _httpd-boot _httpd-boot/ $(id -un) $(id -gn)/" "$SRC/compose/logrotate/httpd-boot" >"$T/logrotate"
	check 'logrotate accepts its file' logrotate -d -s "$T/logrotate.state" "$T/logrotate"
else skip 'no logrotate'; fi

# ---- a library that is not there ---------------------------------------------------------
check_rc 2 'make without a library ends' make -s -C "$SRC" OUT="$T/built" CC=false "$T/built/obj/isoextract/needs"
said '... and says which' 'isoextract needs libarchive with its header <archive.h>, .*README.md'
finish
