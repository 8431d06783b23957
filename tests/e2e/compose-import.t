#!/bin/sh
# pxe-import: configurations of dnsmasq, ISC dhcpd and Kea (tests/data/import) become
# the rules that lie beside them, by every awk that is here; dhcpd-pxe takes them; and
# on the wire it answers what the original server does.
#
# A file `wire' beside a configuration has questions, arguments of tests/dhcp-ask,
# one a line; before them may stand
#   exactly        the very same address, not only one of the same network
#   also=N,N       these options as well
#   silent         nobody answers: what is asked afterwards (file `answered') is answered first
# An argument names the configurations to try.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
data=$SRC/tests/data/import
import=$SRC/compose/pxe-import
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe

# One of them serves it.
mount -t tmpfs none /srv && mkdir /srv/tftp

mkdir "$T/awk"
awks=$(for awk in mawk gawk original-awk busybox; do command -v $awk; done)
configuration() { for f in dnsmasq.conf dhcpd.conf kea.json; do [ ! -f "$1/$f" ] || echo $f; done; }

# As written down: text, exit code and what is said on stderr.
for dir in "$data"/${1:-*}/; do
	name=$(basename "$dir") from=$(configuration "$dir")
	cd "$dir" || exit 1
	want=0
	! grep -qE '^# (not carried over|to check) \(' expected.rules || want=1
	for awk in $awks; do
		ln -sf "$awk" "$T/awk/awk"
		PATH=$T/awk:$PATH "$import" "$from" >"$T/rules" 2>"$T/err"
		got=$?
		if [ $got -eq $want ] && cmp -s expected.rules "$T/rules" && [ "$(wc -l <"$T/err")" -eq 1 ]; then
			ok "$name: as expected (${awk##*/})"
		else
			diff -u expected.rules "$T/rules" | sed 's/^/# /'
			sed 's/^/# /' "$T/err"
			not_ok "$name: as expected (${awk##*/}, exit $got, not $want)"
		fi
	done
	check "$name: dhcpd-pxe takes the rules" "$dhcpd" -n -f expected.rules
	cd "$T" || exit 1
done

# ---- what is not a configuration, and leases --------------------------------
if [ $# -eq 0 ]; then
	check_rc 2 'no file is named' "$import"
	check_rc 2 'there is no such file' "$import" "$T/none"
	said '... and it is named' 'none: there is no such file'
	check_rc 2 'an option that there is not' "$import" -x
	printf 'hello\nworld of words\n' >"$T/words"
	check_rc 2 'a file of something else' "$import" "$T/words"
	said '... which is said' 'neither a configuration nor leases'
	printf '{ "Dhcp4": { "subnet4": [ }\n' >"$T/broken.json"
	check_rc 2 'JSON that is none' "$import" "$T/broken.json"
	said '... with its line' 'broken.json:1: '
	printf '{ "Dhcp6": { } }\n' >"$T/six.json"
	check_rc 2 'DHCPv6' "$import" "$T/six.json"
	check '--version: as every tool'"'"'s' test "$("$import" --version)" = "pxe-import (pxe-tools) $(sed -n 's/^VERSION *= *//p' "$SRC/Makefile")"

	for leases in dhcpd.leases leases.csv dnsmasq.leases; do
		for awk in $awks; do
			ln -sf "$awk" "$T/awk/awk"
			PATH=$T/awk:$PATH "$import" "$data/$leases" >"$T/leases" 2>"$T/err"
			check "$leases: as expected (${awk##*/})" diff -u "$data/$leases.expected" "$T/leases"
		done
		check "$leases: dhcpd-pxe takes all of them" test "$("$dhcpd" -L -l "$T/leases" | wc -l)" -eq "$(wc -l <"$T/leases")"
	done
fi

# ---- on the wire -----------------------------------------------------------
lan
printf 'dhcp-range=10.77.0.100,10.77.0.200\ndhcp-boot=pxelinux.0,,10.77.0.9\n' >"$T/short.conf"
check_rc 0 'without a netmask: that of the interface' "$import" "$T/short.conf"
cp "$T/out" "$T/short.rules"
check '... and its address is the router' grep -q '^subnet 10.77.0.0/24 .*router=10.77.0.1 ' "$T/short.rules"
ip route add 10.0.0.0/8 dev br0
host pc 10.77.0.2/24
ip -n pc addr add 10.78.0.2/24 dev eth0
asking='from=10.77.0.1 wait=10'

original() { # DIR FROM
	cd "$1" || return
	rm -f "$T"/their.leases*
	: >"$T/their.leases"
	case $2 in
	dnsmasq.conf)
		start theirs dnsmasq -d -C dnsmasq.conf --user=root --dhcp-leasefile="$T/their.leases"
		ready theirs 'DHCP, ' ;;
	dhcpd.conf)
		start theirs dhcpd -f -d -4 -cf dhcpd.conf -lf "$T/their.leases" -pf "$T/their.pid" br0
		ready theirs 'Sending on' ;;
	kea.json)
		start theirs env KEA_PIDFILE_DIR="$T" KEA_LOCKFILE_DIR=none kea-dhcp4 -c kea.json
		ready theirs DHCP4_STARTED ;;
	esac
}

# What of a reply has to be the same; $also are more options.
essence() {
	awk -F= -v also="$also" -v exactly="$exactly" '
	function text(h,    out, i) {
		for (i = 1; i < length(h); i += 2)
			if (substr(h, i, 2) != "00")
				out = out sprintf("%c", (index(digits, substr(h, i, 1)) - 1) * 16 + index(digits, substr(h, i + 1, 1)) - 1)
		return out
	}
	BEGIN { digits = "0123456789abcdef" }
	{ value = substr($0, length($1) + 2); V[$1] = value }
	END {
		if (!exactly)
			sub(/[0-9]+$/, "x", V["yiaddr"])
		print "yiaddr=" V["yiaddr"]
		boot = V["file"] != "" ? V["file"] : text(V["opt67"])
		if (boot != "" && V["siaddr"] != "0.0.0.0")
			print "siaddr=" V["siaddr"]
		print "boot=" boot
		server = V["sname"] != "" ? V["sname"] : text(V["opt66"])
		# not the address once more, as text
		print "server=" (server == V["siaddr"] ? "" : server)
		n = split("1,3,6,15,42,51,121,150,209,210" (also ? "," also : ""), O, ",")
		for (i = 1; i <= n; i++)
			print "opt" O[i] "=" V["opt" O[i]]
	}' "$T/reply"
}

# question WHO N LINE: the essence of the answer to the N-th question in $T/WHO.N
question() {
	question_to=$T/$1.$2
	shift 2
	exactly='' also='' silent=''
	while :; do
		case ${1:-} in
		exactly) exactly=1 ;;
		also=*) also=${1#also=} ;;
		silent) silent=1 ;;
		*) break ;;
		esac
		shift
	done
	if [ "$silent" ]; then
		if unanswered "$@"; then echo silent; else echo answered; fi >"$question_to"
	else
		if ask "$@"; then essence; else echo silent; fi >"$question_to"
	fi
}

questions() { # WHO DIR
	n=0
	while read -r line; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words
		question "$1" $n $line
	done <"$2/wire"
}

for dir in "$data"/${1:-*}/; do
	[ -f "$dir/wire" ] || continue
	name=$(basename "$dir") from=$(configuration "$dir")
	case $from in
	dnsmasq.conf) peer=dnsmasq ;;
	dhcpd.conf) peer=dhcpd ;;
	kea.json) peer=kea-dhcp4 ;;
	esac
	command -v "$peer" >/dev/null || {
		skip "$name: no $peer here"
		continue
	}
	answered=persona=edk2
	[ ! -f "$dir/answered" ] || answered=$(cat "$dir/answered")
	original "$dir" "$from" || continue
	questions theirs "$dir"
	stop theirs
	cd "$T" || exit 1
	rm -f "$T/leases"
	start ours "$dhcpd" -u root -i br0 -f "$dir/expected.rules" -l "$T/leases"
	ready ours ready || continue
	questions ours "$dir"
	stop ours
	n=0
	while read -r line; do
		n=$((n + 1))
		# theirs may say no server where ours says itself
		grep -q '^siaddr=' "$T/theirs.$n" || sed -i '/^siaddr=/d' "$T/ours.$n"
		check "$name: the same answer to $line" diff -u "$T/theirs.$n" "$T/ours.$n"
	done <"$dir/wire"
done
finish
