# shellcheck shell=sh
# Debian packages of this tree, for the tests that install them.
#
#   debs DIR VERSION OPTIONS   builds them from the tree's files, as VERSION-1, with these
#                              DEB_BUILD_OPTIONS; they lie in DIR, and the log in DIR/log

debs() {
	rm -rf "$1" && mkdir -p "$1/pxe-tools-$2" || return 1
	(
		cd "$SRC" && git ls-files -co --exclude-standard | while IFS= read -r file; do
			[ ! -e "$file" ] || printf '%s\n' "$file"
		done | tar -cf - -T - | tar -xf - -C "$1/pxe-tools-$2" &&
			cd "$1/pxe-tools-$2" && sed -i "s/^VERSION *= .*/VERSION = $2/" Makefile &&
			sed -i "1s/(.*)/($2-1)/" debian/changelog &&
			# no ownership or order of this machine in the source package
			tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --exclude=./debian -czf "../pxe-tools_$2.orig.tar.gz" . &&
			env -u BIN -u SRC -u T DEB_BUILD_OPTIONS="$3" dpkg-buildpackage -us -uc
	) >"$1/log" 2>&1 </dev/null
}
