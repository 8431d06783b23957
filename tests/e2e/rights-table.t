#!/bin/sh
# The table of rights in SECURITY.md, row by row: each tool in each way that it can be
# started, and what /proc says about it then.
# shellcheck disable=SC2016,SC2154 # backquotes are the table's; start sets pid_NAME
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build
need setpriv python3
need_nobody
chmod 755 "$T"
mkdir "$T/www" "$T/hosts" "$T/own"
chown nobody "$T/own"
echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
# nobody may not look into every home where this tree may lie
for tool in tftpd-lite httpd-boot dhcpd-pxe dhcpd6-pxe isoextract pxeprobe; do cp "$BIN/$tool/$tool" "$T"; done
cp "$SRC/tests/hold" "$T"
cd "$T" || exit 1
python=$(python3 -c 'import sys; print(sys.executable)')
ip link add e0 type veth peer name e1 && ip link set e0 up && ip link set e1 up
printf '\324\303\262\241\002\0\004\0\0\0\0\0\0\0\0\0\0\0\001\0\001\0\0\0' >empty.pcap
mkfifo endless
sleep 600 >endless &
sleeper=$!
exec 7<"$SRC/README.md" 8>>"$T/left-open" # what a careless caller leaves open

# The row of SECURITY.md, as tests/rights-of says it.
row() { # TOOL STARTED
	awk -F ' *[|] *' -v tool="\`$1\`" -v started="$2" '$2 == tool && $3 == started {
		gsub(/, /, ",", $5); gsub(/, /, ",", $7)
		print $4 "|caps=" $5 "|" ($6 == "none" ? "bounding=none" : "") "|fds=" $7 }' "$SRC/SECURITY.md"
}
# What holds of a process: every part of the row, and what all rows have in common.
fits() { # PID ROW
	"$SRC/tests/rights-of" "$1" >seen || return 1
	fits_user=$(sed 's/^user=\([0-9]*\) .*/\1/' seen)
	fits_started=65534
	case $2 in *'|'*'dac_override'*) fits_started=0 ;; esac
	[ "$fits_user" = "$fits_started" ] || return 1
	grep -q 'groups=none .*ambient=none .*flags=no-new-privs,filter,no-dump,no-wx,one-user .*low=open$' seen || {
		case $2 in *'fds=pipe') grep -q 'flags=no-new-privs,no-dump,no-wx,one-user ' seen ;; *) false ;; esac || return 1
	}
	for fits_part in $(echo "${2#*|}" | tr '|' ' '); do
		tr ' ' '\n' <seen | grep -qxF -e "$fits_part" || return 1
	done
}
compare() { # TOOL STARTED PID
	compare_row=$(row "$1" "$2")
	[ "$compare_row" ] || {
		not_ok "SECURITY.md has a row for $1 $2"
		return
	}
	: >seen
	if wait_for 30 fits "$3" "$compare_row"; then ok "$1 $2"; else
		echo "# $compare_row"
		sed 's/^/# /' seen
		not_ok "$1 $2"
	fi
	rows=$((rows + 1))
}
rows=0
# try TOOL STARTED COMMAND...: starts it, compares, ends it
try() {
	try_tool=$1 try_started=$2
	shift 2
	start it "$@"
	compare "$try_tool" "$try_started" "$pid_it"
	stop it
}
user='setpriv --reuid nobody --regid 65534 --clear-groups'
six='subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1fff'
subnet='subnet 127.0.0.0/8 range=127.0.0.100-127.0.0.110'

try tftpd-lite 'by root' ./tftpd-lite -l 127.0.0.1:69 www
# shellcheck disable=SC2086 # words
{
	try tftpd-lite 'by a user' $user ./tftpd-lite -l 127.0.0.1:6969 www
	try tftpd-lite "with systemd's socket" $user "$python" hold udp:127.0.0.1:6969 -- ./tftpd-lite www
	try tftpd-lite 'by inetd, wait' $user "$python" hold -i udp:127.0.0.1:6969 -- ./tftpd-lite www
	try httpd-boot 'by a user' $user ./httpd-boot -l 127.0.0.1:8080 www
	try httpd-boot "with systemd's socket" $user "$python" hold tcp:127.0.0.1:8080 -- ./httpd-boot www
	try httpd-boot 'by inetd, wait' $user "$python" hold -i tcp:127.0.0.1:8080 -- ./httpd-boot www
	try httpd-boot 'by inetd, nowait' $user "$python" -c 'import os, socket, sys
l = socket.create_server(("127.0.0.1", 8081)); c = socket.create_connection(("127.0.0.1", 8081)); s, _ = l.accept()
if os.fork() == 0:
    import time; s.close(); time.sleep(600)  # the client
[os.dup2(s.fileno(), i) for i in (0, 1, 2)]; os.execv(sys.argv[1], sys.argv[1:])' ./httpd-boot www
	try dhcpd-pxe 'by a user' $user ./dhcpd-pxe -i lo -e "$subnet" -e 'boot file=x' -l own/leases
	try dhcpd-pxe "with systemd's socket" $user "$python" hold udp:127.0.0.1:67 -- ./dhcpd-pxe -i lo -e "$subnet" -e 'boot file=x' -l own/leases
	try dhcpd-pxe 'by inetd, wait' $user "$python" hold -i udp:127.0.0.1:67 -- ./dhcpd-pxe -i lo -e "$subnet" -e 'boot file=x' -l own/leases
	try dhcpd6-pxe "with systemd's socket" $user "$python" hold 'udp:[::]:547' -- ./dhcpd6-pxe -i e0 -e "$six" -e 'boot file=x' -l own/leases6
	try isoextract 'by a user' $user sh -c 'exec ./isoextract -l - <endless'
}
try httpd-boot 'by root' ./httpd-boot -l 127.0.0.1:80 www
try httpd-boot 'by root, with `-a`' ./httpd-boot -a "$T/access" -l 127.0.0.1:80 www
start it ./httpd-boot -j 2 -l 127.0.0.1:80 www
ready it 'workers=2'
one_of() { cut -d ' ' -f 1 "/proc/$1/task/$1/children"; }
has_child() { [ "$(one_of "$1")" ]; }
wait_for 30 has_child "$pid_it"
compare httpd-boot 'by root, a worker' "$(one_of "$pid_it")"
stop it
start it ./dhcpd-pxe -i lo -e "$subnet" -e 'boot file=x' -e "hosts $T/hosts" -l leases
compare dhcpd-pxe 'by root' "$pid_it"
stop it
start it ./dhcpd-pxe -i lo -e "$subnet" -e 'boot file=x' -l leases -x 'cat >/dev/null'
ready it 'ready: lo'
compare dhcpd-pxe "by root, the command's helper" "$(one_of "$pid_it")"
stop it
start it ./dhcpd6-pxe -i e0 -e "$six" -e 'ra none' -e 'boot file=x' -e "hosts $T/hosts" -l leases6
compare dhcpd6-pxe 'by root' "$pid_it"
stop it
start it ./dhcpd6-pxe -i e0 -e "$six" -e 'boot file=x' -l leases6 -x 'cat >/dev/null'
ready it 'ready: e0'
compare dhcpd6-pxe "by root, the command's helper" "$(one_of "$pid_it")"
stop it
try pxeprobe 'by root' ./pxeprobe -i e0 -k bios -t 100
try pxeprobe 'by root, with `-w`' ./pxeprobe -i e0 -w
start it ./pxeprobe -i e0 -k bios -t 100 -o all.pcapng
wait_for 30 has_child "$pid_it"
compare pxeprobe 'by root, what writes for `-o`' "$(one_of "$pid_it")"
stop it
try isoextract 'by root' sh -c 'exec ./isoextract -l - <endless'
mkfifo frames
{ cat empty.pcap; exec sleep 600; } >frames &
feeder=$!
try pxeprobe 'by root, with `-r`' ./pxeprobe -r frames
kill $feeder $sleeper
check "every row of the table was tried" test "$(grep -c '^| `.*| \(by\|with\) ' "$SRC/SECURITY.md")" -eq $rows

# Descriptors 0 to 2 that are closed: nothing that is opened takes their place.
./tftpd-lite -l 127.0.0.1:69 www <&- >&- 2>&- &
closed=$!
null() { test "$(readlink "/proc/$closed/fd/0" "/proc/$closed/fd/1" "/proc/$closed/fd/2" | sort -u)" = /dev/null; }
check "0 to 2 that were closed are /dev/null" wait_for 30 null
# Signals that nobody waits for.
for signal in USR1 USR2 ALRM VTALRM PROF IO XFSZ PIPE; do
	kill -$signal $closed
done
kill -0 $closed
check "SIGUSR1, SIGUSR2, SIGALRM and others do not end it" kill -0 $closed
kill $closed
wait $closed
check "SIGTERM does" test $? -eq 0
finish
