#!/bin/sh
# -M FILE of the daemons: what is counted, while they serve and at the end, as an
# ordinary user and with every fence; SIGUSR1 says the same.
# shellcheck disable=SC2154 # pid_* come from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd6.sh
. "$SRC/tests/e2e/dhcpd6.sh"
need curl python3
need_nobody
d=$T/d m=$T/metrics
mkdir "$d" "$m" && head -c 100000 /dev/urandom >"$d/big" && chmod -R a+rX "$d"
[ "$user" = root ] || chown "$user" "$m"
# number FILE NAME: its value
number() { awk -v name="$2" '$1 == name { print $2 }' "$m/$1.prom"; }
is() { test "$(number "$1" "$2")" = "$3"; }

# ---- tftpd-lite
tftpd=$BIN/tftpd-lite/tftpd-lite
start tftpd hold udp:127.0.0.1:69 -- "$tftpd" -u "$user" -M "$m/tftpd.prom" "$d"
ready tftpd ready
check 'tftpd-lite: FILE is there at once' wait_for 5 test -s "$m/tftpd.prom"
check 'a file is read' curl -s -o "$T/got" tftp://127.0.0.1/big
check_not 'one that is not there' curl -s tftp://127.0.0.1/nothing
kill -USR1 "$pid_tftpd"
ready tftpd 'metrics requests.read=2 requests.write=0 transfers.read.done=1 .* bytes.read=100000 .* refused.not-found=1 '
kill -USR2 "$pid_tftpd"
check 'FILE is written again' wait_for 30 is tftpd 'tftpd_lite_bytes_total{op="read"}' 100000
check 'transfers by result' is tftpd 'tftpd_lite_transfers_total{op="read",result="done"}' 1
check 'refused by reason' is tftpd 'tftpd_lite_refused_total{why="not-found"}' 1
check 'none runs' is tftpd tftpd_lite_transfers_running 0
check 'how long it took' is tftpd tftpd_lite_transfer_seconds_count 1
check 'nothing is left aside' test ! -e "$m/tftpd.prom.new"
check 'another file is read' curl -s -o "$T/got" tftp://127.0.0.1/big
stop tftpd
check 'SIGTERM ends it with 0' test $? -eq 0
check 'at the end it is written once more' is tftpd 'tftpd_lite_transfers_total{op="read",result="done"}' 2
check 'no call was refused' test "$(grep -c 'this program does not make it' "$T/tftpd.log")" -eq 0

start fenced "$SRC/tests/without-landlock" "$tftpd" -l 127.0.0.1:69 -u "$user" -M "$m/fenced.prom" "$d"
ready fenced ready
check 'with chroot: FILE is there' wait_for 5 test -s "$m/fenced.prom"
stop fenced

# ---- httpd-boot: one worker, and several that are added up
httpd=$BIN/httpd-boot/httpd-boot
for j in 1 3; do
	start web$j hold tcp:127.0.0.1:80 -- "$httpd" -u "$user" -j $j -M "$m/web$j.prom" "$d"
	ready web$j ready:
	for _ in 1 2 3 4; do curl -s -o "$T/got" http://127.0.0.1/big; done
	curl -s -o "$T/got" http://127.0.0.1/nothing
	curl -s -o "$T/got" -r 0-9 http://127.0.0.1/big
	check "httpd-boot, $j: responses by status" wait_for 30 is web$j 'httpd_boot_responses_total{status="200"}' 4
	check 'of other statuses' wait_for 30 is web$j 'httpd_boot_responses_total{status="404"}' 1
	check 'bytes' wait_for 30 is web$j httpd_boot_bytes_total 400024
	check 'how long it took' is web$j httpd_boot_response_seconds_count 6
	eval "kill -USR1 \$pid_web$j"
	ready web$j 'metrics responses.200=4 .* responses.404=1 .* bytes=400024 '
	stop web$j
	check 'ends with 0' test $? -eq 0
	check 'no call was refused' test "$(grep -c 'this program does not make it' "$T/web$j.log")" -eq 0
done

# ---- events
mkdir "$T/box" && chmod 777 "$T/box"
start told hold tcp:127.0.0.1:80 -- "$httpd" -u "$user" -j 2 -p "$T/box" -x "cat >$m/web.events" "$d"
ready told ready:
curl -s -o "$T/got" http://127.0.0.1/big
curl -s -o "$T/got" http://127.0.0.1/nothing
curl -s -d ok http://127.0.0.1/in/done
check 'httpd-boot -x: a file sent' wait_for 30 grep -q '^sent path=/big to=127.0.0.1 bytes=100000 ms=[0-9]* whole=yes$' "$m/web.events"
check 'and one kept' wait_for 30 grep -q '^inbox file=2[0-9TZ]*-127.0.0.1-done from=127.0.0.1 bytes=2$' "$m/web.events"
check 'and nothing else' test "$(wc -l <"$m/web.events")" -eq 2
stop told
start told hold udp:127.0.0.1:69 -- "$tftpd" -c -u "$user" -x "cat >$m/tftp.events" "$d"
ready told ready
curl -s -o "$T/got" tftp://127.0.0.1/big
check 'tftpd-lite -x: a file sent' wait_for 30 grep -q '^sent path=big to=127.0.0.1 bytes=100000 ms=[0-9]* whole=yes$' "$m/tftp.events"
stop told

# ---- dhcpd6-pxe
lan6
host6 pc
start six "$BIN/dhcpd6-pxe/dhcpd6-pxe" -u "$user" -i br0 -M "$m/six.prom" -l "$m/leases6" -e 'subnet fd00:77::/64 range=fd00:77::100-fd00:77::1ff'
ready six 'ready: br0'
check 'dhcpd6-pxe: FILE is there at once' wait_for 5 test -s "$m/six.prom"
check 'a lease and its end' on pc python3 "$SRC/tests/e2e/dhcpd6-ask.py" eth0 none
check 'messages by type and result' wait_for 30 is six 'dhcpd6_pxe_messages_total{type="request",result="done"}' 1
check 'replies' is six 'dhcpd6_pxe_sent_total{type="advertise"}' 1
check 'how long writing took' test "$(number six dhcpd6_pxe_sync_seconds_count)" -ge 1
kill -USR1 "$pid_six"
ready six 'metrics .*solicit.*=1'
stop six
check 'SIGTERM ends it with 0' test $? -eq 0

if [ "$user" != root ]; then
	mkdir "$T/roots"
	check_rc 2 'a directory that the user may not write to' "$tftpd" -n -M "$T/roots/x.prom" "$d"
	said 'and the sentence' 'user nobody may not write to its directory'
fi
check_rc 2 'a directory that is not there' "$tftpd" -n -M "$T/none/x.prom" "$d"
finish
