# shellcheck shell=sh disable=SC2034,SC2016 # $(REPO_URI) is apt's
# Sourced first by tests that build a system from Debian's packages.  tests/lib.sh
# takes the network away, so they build before it: while IN_NETNS is not set.
#
#   build_start TOOL...     makes the directory $LIVE, removed at the end; sets $suite to this
#                           Debian's and $mirror to apt's.  Skips the test without them.
#   build NAME FILE SCRIPT  runs the script in $LIVE, with $1 suite and $2 mirror, in mount and
#                           process namespaces that end with it, within half an hour; it has
#                           to make FILE

build_skip() {
	echo "skip - $(basename "$0"): $1"
	exit 0
}

build_start() {
	[ "$(id -u)" -eq 0 ] || build_skip 'needs root'
	for tool in apt-get "$@"; do
		command -v "$tool" >/dev/null || build_skip "no $tool here"
	done
	suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	mirror=$(apt-get indextargets --format '$(REPO_URI)' "Release: $suite" 'Identifier: Packages' 'Component: main' | head -n 1)
	[ "$mirror" ] || build_skip "apt knows no mirror of $suite here"
	LIVE=$(mktemp -d) || exit 1
	export LIVE
	trap 'rm -rf "$LIVE"' EXIT
	trap 'exit 1' HUP INT TERM
}

build() {
	timeout -k 30 1800 unshare --mount --pid --fork --kill-child --mount-proc \
		sh -ec "cd '$LIVE'; $3" - "$suite" "$mirror" >"$LIVE/log" 2>&1 </dev/null
	if [ -f "$LIVE/$2" ]; then echo "ok - $1"; else
		tail -n 30 "$LIVE/log" | sed 's/^/# /'
		echo "not ok - $1, from $mirror"
		exit 1
	fi
}
