#!/bin/sh
# Root opens nothing by name where a lesser user could have put a link: the lease
# file and what lies beside it, the access log, hosts directories, rules.  And what
# it did before goes on: files of its own, of an administrator's home, old ones.
# shellcheck disable=SC2012,SC2154 # plain names; start sets pid_NAME
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need setpriv python3 curl
need_nobody
chmod 755 "$T"
mkdir "$T/root" "$T/own" "$T/www" "$T/home"
chown nobody "$T/own"
chown daemon "$T/home"
chmod 700 "$T/home"
echo hello >"$T/www/a"
cd "$T" || exit 1
as() { setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups "$@"; }
D=$BIN/dhcpd-pxe/dhcpd-pxe
H=$BIN/httpd-boot/httpd-boot
F=$BIN/tftpd-lite/tftpd-lite
R='subnet 127.0.0.0/8 range=127.0.0.100-127.0.0.200'
dhcpd() { start d "$D" -i lo -e "$R" -e 'boot file=x' "$@"; }
owner() { test "$(stat -c %U "$1")" = "$2"; }
# Of root's file nothing is in what the last check's command wrote.
not_printed() {
	cp err said
	check_not "  nothing of it is printed" grep -q '"secret"' said
}
lease() { echo "4000000000 02:00:00:00:00:$1 127.0.0.1$2 * 01:02:00:00:00:00:$1"; }

# ---- links ----------------------------------------------------------------------
echo secret >root/secret && chmod 600 root/secret
echo precious >root/emptied
as ln -s ../root/made own/access.log
check_rc 3 "the access log is a link to where root could write: no start" "$H" -l 127.0.0.1:80 -a own/access.log www
said "  and what to do is said" 'user nobody is not permitted to; give it the log'
as sh -c 'echo "* * * * * root id" >own/leases; ln -s ../root/cron own/leases.damaged'
dhcpd -l own/leases
ready d 'ready: lo'
stop d
as sh -c 'rm -f own/leases*; ln -s ../root/secret own/leases'
check_rc 3 "a lease file that is a link to root's: no start" timeout 20 "$D" -i lo -e "$R" -e 'boot file=x' -l own/leases
check_not "nothing of it is copied" grep -rq secret own
as sh -c 'rm -f own/leases*; echo junk >own/leases; ln -s ../root/emptied own/leases.new'
dhcpd -l own/leases
ready d 'ready: lo'
stop d
check "a link in the place of the new lease file: what it leads to stays" grep -q precious root/emptied
check "and the damaged line is kept" grep -q junk own/leases.damaged
as sh -c 'rm -f own/*; ln -s ../root own/dir'
check_rc 3 "a directory on the way that is a link" timeout 20 "$D" -i lo -e "$R" -e 'boot file=x' -l own/dir/leases
mkdir own/hosts && chown nobody own/hosts
as ln -s ../../root/secret own/hosts/52-54-00-00-00-01
dhcpd -e "hosts own/hosts" -l own/leases
ready d 'ready: lo'
check "a machine's file that is a link to root's is not read" grep -q '52-54-00-00-00-01.*cannot read it: Permission denied' d.log
check_not "and not printed" grep -q secret d.log
stop d
as ln -s ../root/secret own/map
check_rc 2 "rewrite rules that are a link" "$F" -l 127.0.0.1:69 -m own/map www
as ln -s ../root/secret own/rules
check_rc 2 "rules that are a link" timeout 20 "$D" -i lo -f own/rules -l own/leases
not_printed
as sh -c 'rm own/rules; mkdir own/rules.d; ln -s ../../root/secret own/rules.d/a.rules'
for d in dhcpd-pxe dhcpd6-pxe; do
	check_rc 2 "$d: a link in a directory of rules that is included" timeout 20 "$BIN/$d/$d" -i lo -e 'include own/rules.d' -e 'boot file=x' -l own/leases
	said "  and why is said" 'own/rules.d/a.rules: cannot read the rules: Permission denied'
	not_printed
done
check "root's directory holds what it did" test "$(ls root | tr '\n' ' ')" = 'emptied secret '

# isoextract and pxeprobe stay root until they have opened what the command line names:
# there a link of another user's leads no further than that user could go.
I=$BIN/isoextract/isoextract
P=$BIN/pxeprobe/pxeprobe
rm -rf own/* && mkdir own/theirs && chown nobody own/theirs
as sh -c 'ln -s ../root own/out; ln -s ../root/secret own/link; ln -s theirs own/inside'
python3 - >package <<'PY'
import sys
def member(name, mode, data):
    head = "070701" + "".join("%08x" % n for n in (1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0))
    raw = head.encode() + name.encode() + b"\0"
    raw += bytes(-len(raw) % 4) + data
    return raw + bytes(-len(raw) % 4)
sys.stdout.buffer.write(member("made", 0o100644, b"made") + member("TRAILER!!!", 0, b""))
PY
check "a package of one file" sh -c "'$I' -l package | grep -q 'path=\"\{0,1\}made'"
for out in own/out own/out/new; do
	check_rc 3 "isoextract -C $out: a link to root's directory" "$I" -C $out package
done
check_rc 0 "a link to a directory of the user's own" "$I" -C own/inside package
check "  has the file" test -e own/theirs/made
# The link is exchanged when rights are given up, before the image comes; Landlock would refuse it.
rm own/theirs/made && mkfifo pipe
start exchange "$SRC/tests/without-landlock" "$I" -C own/inside pipe
check "isoextract -C, without Landlock: rights are given up" wait_for 10 grep -q '^NoNewPrivs:.*1' "/proc/$pid_exchange/status"
as ln -sfn ../root own/inside
check "the image comes" timeout 60 cp package pipe
check_rc 0 "it is extracted" wait "$pid_exchange"
check "where the link led when it was looked at" test -e own/theirs/made
cp package root/package && chmod 600 root/package && as ln -s ../root/package own/package
check_rc 3 "an image that is a link to root's file" "$I" -C own/theirs/image own/package
said "  and why is said" "a link of another user's leads there"
check_rc 2 "sums" "$I" -l -s @own/link package
as mkdir own/profiles && as ln -s ../../root/secret own/profiles/x.profile
check_rc 2 "a profile" "$I" -b -P own/profiles package
not_printed
ip link add e0 type veth peer name e1 && ip link set e0 up && ip link set e1 up
for output in -o -d -M; do
	check_rc 3 "pxeprobe $output" timeout 60 "$P" -i e0 -k bios -t 1 $output own/out/made
done
check_rc 2 "-m" timeout 60 "$P" -i e0 -k bios -t 1 -m own/link
not_printed
check_rc 2 "-r" "$P" -r own/link
check_rc 2 "-D" "$P" -D own/link own/link
not_printed
rm root/package
check "root's directory still holds what it did" test "$(ls root | tr '\n' ' ')" = 'emptied secret '

# ---- what goes on ----------------------------------------------------------------
rm -rf own/*
dhcpd -l own/leases
ready d 'ready: lo'
check "a new lease file is the user's" owner own/leases nobody
stop d
lease 01 01 >own/leases && chown root own/leases && chmod 644 own/leases
dhcpd -v -l own/leases
ready d 'ready: lo'
check "one that root made there before becomes the user's" owner own/leases nobody
check "with what it held" grep -q '02:00:00:00:00:01 127.0.0.101' own/leases
stop d
{ lease 02 02; for _ in $(seq 1200); do lease 01 01; done; echo broken; } >root/leases
dhcpd -v -l root/leases
ready d 'ready: lo'
check "in root's directory it is shortened at the start" test "$(wc -l <root/leases)" -eq 2
check "and remains root's" owner root/leases root
check "damaged lines are kept" grep -qx broken root/leases.damaged
check "the leases are read" grep -q '2 leases read' d.log
stop d
check "no file is left over" test "$(ls root | tr '\n' ' ')" = 'emptied leases leases.control leases.damaged leases.offers secret '
dhcpd -l root/leases
ready d 'ready: lo'
stop d
check "a short one stays as it is" test "$(ls root | tr '\n' ' ')" = 'emptied leases leases.control leases.damaged leases.offers secret '
printf '%s\nboot file=x\n' "$R" >root/rules && chmod 600 root/rules
start r "$D" -i lo -f root/rules -l own/leases
ready r 'ready: lo'
check "rules that only root can read are read at the start" grep -q 'root/rules cannot be read any more' r.log
stop r
printf '%s\nboot file=x\n' "$R" >home/rules && chown daemon home/rules && chmod 600 home/rules
start r "$D" -i lo -f home/rules -l home/leases
ready r 'ready: lo'
check "an administrator's home: files there are made as that user" owner home/leases daemon
stop r
as ln -s ../root/secret own/link && cp -P own/link home/link && chown -h daemon home/link
check_rc 2 "a link in it leads no further than the administrator could go" timeout 20 "$D" -i lo -f home/link -l own/leases
mkdir -m 700 root/hosts && echo 'host addr=127.0.0.150' >root/hosts/52-54-00-00-00-02 && chmod 600 root/hosts/52-54-00-00-00-02
start r "$D" -v -i lo -e "$R" -e 'boot file=x' -e "hosts root/hosts" -l own/leases
ready r 'ready: lo'
check_not "a hosts directory of root's is read at the start" grep -q 'cannot' r.log
stop r
start w "$H" -l 127.0.0.1:80 -a own/access.log www
ready w 'ready:'
check "a new access log is the user's" owner own/access.log nobody
mv own/access.log own/access.log.1
kill -HUP "$pid_w"
check "and opened again" wait_for 5 test -e own/access.log
stop w
start w "$H" -l 127.0.0.1:80 -a root/access.log www
ready w 'ready:'
curl -s -o /dev/null http://127.0.0.1/a
check "one in root's directory is written as well" wait_for 5 grep -q 'GET /a' root/access.log
stop w
echo 's/^b$/a/' >root/map && chmod 600 root/map
start f "$F" -l 127.0.0.1:69 -m root/map www
ready f 'ready:'
stop f
check "rewrite rules that only root can read" test $? -eq 0
finish
