#!/bin/sh
# The manual as a site (make html), served by httpd-boot: every page is there, and
# every link inside leads to one.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need mandoc curl
check 'the site is made' "$SRC/man/site" "$T/site"
check_not 'without a word' test -s "$T/err"
chmod -R a+rX "$T/site"
start web hold tcp:127.0.0.1:80 -- "$BIN/httpd-boot/httpd-boot" "$T/site"

get() { curl -sf "http://127.0.0.1/$1"; }
get index.html >"$T/index"
links() { grep -o 'href="[^"#]*' "$1" | sed 's/^href="//' | grep -v '^https:' | sort -u; }
check 'pxe-tools(7) comes first' test "$(grep -o 'href="[^"]*\.html' "$T/index" | head -n 1)" = 'href="pxe-tools.7.html'
pages=0
for page in "$SRC"/man/*.[158] "$SRC"/man/*.7; do
	page=$(basename "$page").html pages=$((pages + 1))
	get "$page" >"$T/page"
	check "$page is whole" grep -q '</html>' "$T/page"
	links "$T/page" >>"$T/links"
	check "... and the index leads to it" grep -qF "href=\"$page\"" "$T/index"
done
check 'there are several' test "$pages" -gt 9
links "$T/index" >>"$T/links"
sort -u "$T/links" >"$T/all"
check 'they link to each other' grep -qx 'dhcpd-pxe.rules.5.html' "$T/all"
while read -r link; do
	get "$link" >/dev/null || echo "$link"
done <"$T/all" >"$T/broken"
check_not 'every link leads to something' test -s "$T/broken"
check_not 'none of our own leads elsewhere' grep -rhoE 'https:[^"]*/(pxe-|pxeprobe|dhcpd6?-pxe|tftpd-lite|httpd-boot|isoextract)[^"]*' "$T/site"
finish
