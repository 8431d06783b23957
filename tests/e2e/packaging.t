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
check_not 'no line of a Debian description is too long' grep -E '^ .{80}' "$SRC/debian/control"
version=$(sed -n 's/^VERSION *= *//p' "$SRC/Makefile")
check 'one version everywhere' test "$(sed -n 's/^Version: *//p' "$SRC/packaging/pxe-tools.spec") $(sed -n 's/^pkgver=//p' "$SRC/packaging/APKBUILD") $(sed -n '1s/.*(\(.*\)-[0-9]*).*/\1/p' "$SRC/debian/changelog")" = "$version $version $version"
if command -v logrotate >/dev/null; then
	# as root's, who owns the files here
	sed "s/ _httpd-boot _httpd-boot/ $(id -un) $(id -gn)/" "$SRC/compose/logrotate/httpd-boot" >"$T/logrotate"
	check 'logrotate accepts its file' logrotate -d -s "$T/logrotate.state" "$T/logrotate"
else skip 'no logrotate'; fi

# ---- installed, packaged, uninstalled --------------------------------------------------
# The programs in the tree, whatever they were built with: here it is about names.
install_to() { make -s -C "$SRC" -o all "$1" DESTDIR="$T/image" PREFIX=/usr ZSHDIR=/usr/share/zsh/vendor-completions; }
for tool in $tools; do [ -x "$SRC/$tool/$tool" ] || built=no; done
if [ "${built:-}" = no ]; then skip 'not built in the tree, so not installed'; else
	check 'make install' install_to install
	mkdir -p "$T/image/srv/tftp" "$T/image/srv/http-boot"
	(cd "$T/image" && find . -type f | sed 's|^\./||' | sort) >"$T/installed"
	# in_none: reads patterns, of files or of directories with all in them; the files that none is for
	in_none() {
		(cd "$T/image" && while read -r pattern; do
			# shellcheck disable=SC2086 # a pattern
			set -- $pattern
			[ -e "$1" ] || echo "$pattern: no such file"
			find "$@" -type f
		done) 2>/dev/null | sort -u | comm -3 "$T/installed" -
	}
	sed 's|${env:UNITDIR}|usr/lib/systemd/system|' "$SRC"/debian/*.install | in_none >"$T/left"
	check 'each file is in a Debian package, and the other way round' sh -c '! grep . "$1"' - "$T/left"
	awk '/^%files/ { on = 1; next } /^%changelog/ { on = 0 } !on || /^%(license|doc|dir)/ { next } { print $NF }' "$SRC/packaging/pxe-tools.spec" |
		sed 's|^%{_sbindir}|usr/sbin|; s|^%{_bindir}|usr/bin|; s|^%{_mandir}|usr/share/man|; s|^%{_datadir}|usr/share|; s|^%{unitdir}|usr/lib/systemd/system|
			s|^%{sysusers}|usr/lib/sysusers.d|; s|^%{bash}|usr/share/bash-completion/completions|; s|^%{zsh}|usr/share/zsh/vendor-completions|; s|^%{_prefix}|usr|; s|^/||; /^$/d' |
		in_none >"$T/left"
	check 'each file is in an RPM package, and the other way round' sh -c '! grep . "$1"' - "$T/left"
	# What abuild would do: each function moves files that are there.
	cat >"$T/abuild" <<'END'
. "$1"
cd "$2"
amove() { for file; do [ -e "$file" ] || { echo "$subpkgname: no $file"; bad=1; }; done; }
for word in $subpackages; do
	subpkgname=${word%%:*}
	[ "$word" = "$subpkgname" ] || "${word#*:}"
done
[ ! "${bad:-}" ]
END
	check 'the APKBUILD moves only what there is' sh "$T/abuild" "$SRC/packaging/APKBUILD" "$T/image"
	echo '# changed' >>"$T/image/etc/default/httpd-boot"
	check 'make install once more leaves settings alone' sh -c 'make -s -C "$1" -o all install DESTDIR="$2" PREFIX=/usr && grep -q "# changed" "$2/etc/default/httpd-boot"' - "$SRC" "$T/image"
	check 'make uninstall' sh -c 'make -s -C "$1" uninstall DESTDIR="$2" PREFIX=/usr && make -s -C "$1" uninstall DESTDIR="$2" PREFIX=/usr ZSHDIR=/usr/share/zsh/vendor-completions' - "$SRC" "$T/image"
	said '... says which setting it leaves' 'etc/default/httpd-boot stays: it was changed'
	check '... and leaves nothing else' test "$(cd "$T/image" && find . -type f -o -type d -empty ! -path './srv/*' | grep -E '[^/]*(pxe|tftp|http)[^/]*$')" = ./etc/default/httpd-boot
fi

# ---- a library that is not there ---------------------------------------------------------
check_rc 2 'make without a library ends' make -s -C "$SRC" OUT="$T/built" CC=false "$T/built/obj/isoextract/needs"
said '... and says which' 'isoextract needs libarchive with its header <archive.h>, .*README.md'
finish
