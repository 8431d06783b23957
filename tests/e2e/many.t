#!/bin/sh
# 60 machines, of four kinds, boot from two dhcpd-pxe with share=, three tftpd-lite, two
# httpd-boot and two nginx caches with an address between them; one of each is killed in
# the midst of it and brought back.  tests/long/many.t has a thousand, and Kea.
# alone: the neighbour table is one for all namespaces
. "$(dirname "$0")/../lib.sh"
need curl
PATH=$PATH:$SRC/build/peers/bin
need nginx keepalived dhcrelay
need_nobody
timeout 600 "$SRC/compose/many/lab" -n 60 -c 24 -w 5 -k none,boot,origin,cache >"$T/table" 2>"$T/said"
rc=$?
sed 's/^/# /' "$T/table" "$T/said"
check 'all of them boot, and none has an address of another' test $rc -eq 0
for kill in none boot origin cache; do
	check "killed: $kill" grep -q "^$kill  *[a-z0-9-]*  *60  *60 .* 0 mixed" "$T/table"
done
check 'nothing was said' test ! -s "$T/said"
check 'no address was given twice' grep -q '^addresses: 240 machines, .* 0 addresses were given twice' "$T/table"
# of a second origin as much again, when it takes over; machines load 50 times that
once() { awk '/^origins/ { found = $6 > 0 && $6 <= 3 * $12 } END { exit !found }' "$T/table"; }
check 'the caches fetched each part of a file once, not for each machine' once

for bad in '-a x' '-k x' '-n 0' '-n x' '-m hot-standby' '-x' '-l'; do
	# shellcheck disable=SC2086 # words
	check_rc 2 "lab $bad" "$SRC/compose/many/lab" $bad
done

# ---- the health check, beside real daemons
health=$SRC/compose/many/pxe-health
mkdir "$T/d" && echo menu >"$T/d/boot.ipxe" && chmod -R a+rX "$T/d"
lan
start web hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -u "$user" "$T/d"
start tftp hold udp:10.77.0.1:69 -- "$BIN/tftpd-lite/tftpd-lite" -u "$user" "$T/d"
ready web ready: && ready tftp ready:
check 'http: it serves' "$health" http 10.77.0.1 boot.ipxe
check 'tftp: it serves' "$health" tftp 10.77.0.1 boot.ipxe
check_rc 1 'http: a file that is not there' "$health" http 10.77.0.1 nothing
said 'and why' '10.77.0.1/nothing: .*404'
check_rc 1 'tftp: a file that is not there' "$health" tftp 10.77.0.1 nothing
stop web
stop tftp
check_rc 1 'http: nobody there' "$health" http 10.77.0.1 boot.ipxe
PXE_HEALTH_SECONDS=1 check_rc 1 'tftp: nobody there' "$health" tftp 10.77.0.1 boot.ipxe
: >"$T/prom"
check 'alive: written just now' "$health" alive "$T/prom"
touch -d '40 seconds ago' "$T/prom"
check_rc 1 'alive: long ago' "$health" alive "$T/prom"
check 'alive: as long as is said' "$health" alive "$T/prom" 600
check_rc 1 'alive: never' "$health" alive "$T/never"
for bad in '' http 'http x' 'alive' 'other a b'; do
	# shellcheck disable=SC2086 # words
	check_rc 2 "pxe-health $bad" "$health" $bad
done
finish
