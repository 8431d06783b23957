#!/bin/sh
# A daemon is replaced while machines load from it, with a socket that outlives it: what
# is under way finishes (-g), and who comes meanwhile is served.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
need curl python3
d=$T/d
mkdir "$d" && head -c 6000000 /dev/urandom >"$d/big" && echo small >"$d/small" && chmod -R a+rX "$d"
httpd=$BIN/httpd-boot/httpd-boot
tftpd=$BIN/tftpd-lite/tftpd-lite
# handed NAME SOCKET COMMAND...: it runs as a unit of systemd with a socket of its own
handed() {
	handed_name=$1 handed_socket=$2
	shift 2
	start "$handed_name" python3 "$SRC/tests/handover" "$handed_socket" -- "$@"
	ready "$handed_name" ready:
}
# readies NAME N: it has come up so often
readies() { [ "$(grep -c ready: "$T/$1.log")" -ge "$2" ]; }
begun() { [ -s "$T/got" ]; }
# download URL: in the background, until a part of it is there
download() {
	rm -f "$T/got"
	curl -sS -o "$T/got" "$1" 2>"$T/download.err" &
	pid_download=$!
	wait_for 30 begun
}
whole() { wait "$pid_download" && cmp "$d/big" "$T/got"; }
asks() { curl -sS --max-time 60 "$1" | grep -qx small; }

for workers in 1 2; do
	handed web tcp:127.0.0.1:80 "$httpd" -u "$user" -j $workers -r 1M -g 60 "$d"
	download http://127.0.0.1/big
	kill -USR1 "$pid_web"
	# in the socket's queue, until the old one is done
	check "HTTP, $workers: who comes during the restart is served" asks http://127.0.0.1/small
	check 'by the new one' readies web 2
	check 'a download under way came whole' whole
	download http://127.0.0.1/big
	kill -USR2 "$pid_web"
	check 'one beside the old one' wait_for 30 readies web 3
	check 'answers at once' asks http://127.0.0.1/small
	check_not 'while the old one still sends' cmp -s "$d/big" "$T/got"
	check 'to the end' whole
	stop web
	check 'both end with 0' test $? -eq 0
done
handed web tcp:127.0.0.1:80 "$httpd" -u "$user" -r 1M -g 1 "$d"
download http://127.0.0.1/big
kill -USR1 "$pid_web"
check_not 'after the time of -g it is cut off' whole
check 'and the log says why' grep -q 'why="time is up after SIGTERM"' "$T/web.log"
stop web
for bad in 0 3601 x; do
	check_rc 2 "httpd-boot -g $bad" "$httpd" -n -g $bad "$d"
	check_rc 2 "tftpd-lite -g $bad" "$tftpd" -n -g $bad "$d"
done

# A reader that takes a hundred blocks a second; $T/got grows meanwhile.
cat >"$T/reader.py" <<'END'
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(30)
s.sendto(b"\0\1slow\0octet\0", ("127.0.0.1", 69))
with open(sys.argv[1], "wb") as f:
    due = 1
    while True:
        block, peer = s.recvfrom(1024)
        if block[2:4] == due.to_bytes(2, "big"):  # else sent again
            f.write(block[4:])
            f.flush()
            due += 1
        s.sendto(b"\0\4" + block[2:4], peer)
        if len(block) < 516:
            break
        time.sleep(0.01)
END
head -c 256100 "$d/big" >"$d/slow" && chmod a+r "$d/slow"
# read_slowly: in the background, until a part of it is there
read_slowly() {
	rm -f "$T/got"
	python3 "$T/reader.py" "$T/got" 2>"$T/download.err" &
	pid_download=$!
	wait_for 30 begun
}
read_whole() { wait "$pid_download" && cmp "$d/slow" "$T/got"; }
handed tftp udp:127.0.0.1:69 "$tftpd" -u "$user" -g 60 "$d"
read_slowly
kill -USR1 "$pid_tftp"
check 'TFTP: who asks during the restart is served' asks tftp://127.0.0.1/small
check 'by the new one' readies tftp 2
check 'a transfer under way came whole' read_whole
read_slowly
kill -USR2 "$pid_tftp"
check 'one beside the old one' wait_for 30 readies tftp 3
check 'answers at once' asks tftp://127.0.0.1/small
check_not 'while the old one still sends' cmp -s "$d/slow" "$T/got"
check 'to the end' read_whole
stop tftp
check 'both end with 0' test $? -eq 0

# -E: two hosts with copies say the same; without it, they do not.
mkdir "$T/other" && cp -p "$d/small" "$T/other/" && chmod -R a+rX "$T/other"
tag() { curl -sS -I "http://$1/small" | tr -d '\r' | sed -n 's/^ETag: //p'; }
for option in -E -L; do
	start one hold tcp:127.0.0.1:80 -- "$httpd" $option -u "$user" "$d"
	start two hold tcp:127.0.0.2:80 -- "$httpd" $option -u "$user" "$T/other"
	ready one ready: && ready two ready:
	[ $option != -E ] || check '-E: copies have the same ETag' test "$(tag 127.0.0.1)" = "$(tag 127.0.0.2)"
	[ $option = -E ] || check 'without -E they have not' test "$(tag 127.0.0.1)" != "$(tag 127.0.0.2)"
	stop one
	stop two
done
finish
