#!/bin/sh
# What is wrong is said, all of it, with file, line and key; nothing starts.
# The sentences of the other ways to fail; reloads; bad packets.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
mkdir -m 755 "$T/state" "$T/hosts"

cat >"$T/bad" <<'EOF'
subnet 10.0.0.0/24 range=10.0.0.10-10.0.1.20
subnet 10.0.1.0/24 range=10.0.1.0-10.0.1.9
subnet 10.0.2.0/255.255.250.0
subnet 10.0.3.7/24
subnet 10.0.4.0/24 range=10.0.4.20-10.0.4.10 lease=10x
subnet 10.0.5.0/24 range=10.0.5.9-10.0.5.255
subnet 10.0.6.0/24 proxy range=10.0.6.9-10.0.6.20
host mac=52:54:00:00:00 addr=10.0.0.5
host mac=52:54:00:00:00:01 addr=172.16.0.1
host mac=52:54:00:00:00:02 addr=10.0.0.6
host mac=52:54:00:00:00:02 addr=10.0.0.6
boot arch=efi-x65 file=a
boot arch=bios arch=bios file=a
boot colour=blue file=a
boot client=pxe
boot file=http://{sever}/x
option 300 u8=1
option 53 u8=1
option 209
option 1 ip=255.255.250.0
deny host=maybe
bott file=x
boot file="open
menu prompt="x" item="y"
interface
boot mac=52:54:00:zz:* file=a
boot subnet=10.99.0.0/16 file=a
option 3 u8=1
option 12.1 text=x
option 1 hex=00
EOF
check_rc 2 "broken rules: exit 2" "$dhcpd" -f "$T/bad" -i lo -e 'subnet 10.0.9.0/24 rnge=1' -l "$T/never"
cp "$T/err" "$T/said"
said "a complaint begins with file and line" "^$T/bad:1: range"
cp "$T/err" "$T/said"
for want in \
	'bad:1: range "10.0.0.10-10.0.1.20": 10.0.1.20 is outside 10.0.0.0/24' \
	"bad:2: range \"10.0.1.0-10.0.1.9\": 10.0.1.0 is the network's own address" \
	'bad:3: subnet "10.0.2.0/255.255.250.0": 255.255.250.0 is not a netmask' \
	'bad:4: subnet "10.0.3.7/24": host bits are set: the network is 10.0.3.0/24' \
	'bad:5: range "10.0.4.20-10.0.4.10": the first address is above the last' \
	'bad:5: lease "10x": not a time' \
	'bad:6: range "10.0.5.9-10.0.5.255": 10.0.5.255 is the broadcast address' \
	'bad:7: subnet "proxy": a proxy gives no addresses' \
	'bad:8: mac "52:54:00:00:00": "52:54:00:00:00" is not a MAC address' \
	'bad:9: addr "172.16.0.1": no subnet line holds this address' \
	'bad:11: mac "52:54:00:00:00:02": already given at' \
	'bad:11: addr "10.0.0.6": already given at' \
	'bad:12: arch "efi-x65": no such architecture' \
	'bad:13: arch "bios": given twice on this line' \
	'bad:14: colour "blue": no such key' \
	'bad:15: boot "": which file? file=' \
	'bad:16: file "http://{sever}/x": no such template {sever}' \
	'bad:17: option "300": an option is given by its number, 1 to 254' \
	'bad:18: option "53": cannot be set' \
	'bad:19: option "": no value' \
	'bad:20: ip "255.255.250.0": option 1 (subnet mask) is one contiguous netmask' \
	'bad:21: host "maybe": either known or unknown' \
	'bad:22: line "bott": no such line' \
	'bad:23: file "' \
	'bad:24: menu "": either prompt= or item=' \
	'bad:25: interface "": which one?' \
	'bad:26: mac "52:54:00:zz:*": not a MAC address' \
	'bad:27: subnet "10.99.0.0": no subnet line lies within it' \
	'bad:28: u8 "1": option 3 (routers) is a list of addresses, as in ip=10.0.0.1,10.0.0.2 (RFC 2132)' \
	'bad:29: option "12.1": it has no suboptions: option 12 (host name) is text' \
	'bad:30: warning: hex "00": option 1 (subnet mask) is one contiguous netmask' \
	'-e1:1: rnge "1": no such key'; do
	check "$want" grep -qF -e "$want" "$T/said"
done
check "nothing was started" test ! -e "$T/never"

lan
cat >"$T/good" <<EOF
interface br0
subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59 lease=10m
boot arch=bios file=undionly.kpxe
boot client=ipxe file=undionly.kpxe
boot client=http file=x.efi
hosts $T/hosts
EOF
check_rc 0 "-n checks good rules" "$dhcpd" -n -f "$T/good"
said "and warns of a file that its clients cannot load" 'good:5: warning: file "x.efi": HTTP Boot clients need a URL'
check_rc 0 "-n -v prints them" "$dhcpd" -nv -f "$T/good"
cp "$T/out" "$T/again"
check_rc 0 "what it prints is read back" "$dhcpd" -nv -f "$T/again"
cp "$T/out" "$T/third"
check "to the same" cmp "$T/third" "$T/again"
check "and is not nothing" test -s "$T/third"
printf 'subnet 10.77.0.0/24 proxy\nboot file=x\nhosts %s/not/hosts.d\n' "$T" >"$T/early"
check_rc 0 "a hosts directory that is not there yet: -nv" "$dhcpd" -nv -f "$T/early"
said "warns" 'early:3: warning: hosts ".*hosts.d": there is no such directory yet'
"$dhcpd" -nv -f "$T/early" >"$T/printed" 2>/dev/null
check "prints the rules" grep -q '^hosts .*hosts.d' "$T/printed"
: >"$T/file"
check_rc 2 "a hosts directory that is a file" "$dhcpd" -n -e "subnet 10.77.0.0/24 proxy" -e "hosts $T/file"
# shellcheck disable=SC2016 # the inner shell's own parameters
start input sh -c 'exec "$@" <"$0"' "$T/early" "$dhcpd" -u "$user" -i br0 -f - -e 'boot file=y'
ready input ready
kill -HUP "$pid_input"
check "rules from standard input: no reload" wait_for 3 grep -q 'cannot be read again' "$T/input.log"
check "rules from standard input: it lives on" stop input
# shellcheck disable=SC2016 # the inner shell's own parameters
check_rc 2 "faulty rules from standard input" sh -c 'echo "boot fle=x" | "$0" -n -f -' "$dhcpd"
said "are named" '^stdin:1: fle "x": no such key'
check_rc 2 "a rules file that is not there" "$dhcpd" -f "$T/none"
cp "$T/err" "$T/said"
check "is named" grep -qx "$T/none: cannot read the rules: No such file or directory" "$T/said"
sentence() { # RC NAME PATTERN ARGUMENT...
	sentence_rc=$1 sentence_name=$2 sentence_pattern=$3
	shift 3
	check_rc "$sentence_rc" "$sentence_name" timeout 120 "$dhcpd" -u "$user" -l "$T/state/leases" "$@"
	said "$sentence_name: says '$sentence_pattern'" "^dhcpd-pxe: .*$sentence_pattern"
}
some='subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59'
check_rc 2 "no subnet" "$dhcpd" -e 'boot file=x'
said "no subnet: says so" '^rules: there is no subnet line'
sentence 2 "no such interface" 'no interface "eth7" here' -i eth7 -e "$some"
ip link add bare0 type veth peer name bare1
sentence 3 "no address" 'bare0" has no IPv4 address and is down; give it one' -i bare0 -e "$some"
sentence 3 "no interface fits" 'no interface has an address in 10.78.0.0/24' -e 'subnet 10.78.0.0/24 proxy'
sentence 2 "no such interface, -n" 'no interface "eth7" here' -n -i eth7 -e "$some"
sentence 2 "no such user, -n" 'no such user "nosuch"' -n -u nosuch -e "$some"
check_rc 0 "rules for another host" "$dhcpd" -n -e "$some" -e 'interface eth7'
said "rules for another host: a warning" 'no interface "eth7" here'
sentence 2 "no such user" 'no such user "nosuch"' -u nosuch -i br0 -e "$some"
sentence 3 "no directory for leases" 'cannot open the directory of the lease file' -l "$T/no/such/leases" -i br0 -e "$some"
sentence 3 "leases that are a directory" 'cannot open the lease file' -l "$T/state" -i br0 -e "$some"
check_rc 2 "an argument too many" "$dhcpd" -n -f "$T/good" more
check_rc 2 "an unknown option" "$dhcpd" -Z
check_rc 2 "an empty command" "$dhcpd" -x '' -e "$some"
check_rc 0 "--help" "$dhcpd" --help
if [ "$user" = nobody ]; then
	check_rc 3 "no root rights" setpriv --bounding-set -all --inh-caps -all --reuid 65534 --clear-groups -- \
		"$dhcpd" -i br0 -e 'subnet 10.77.0.0/24 proxy'
	said "no root rights: says what is missing" 'start as root, or with CAP_NET_BIND_SERVICE'
fi

host pc
ip addr add 10.99.0.1/24 dev bare0
ip link set bare0 up
start dhcpd "$dhcpd" -u "$user" -v -f "$T/good" -l "$T/state/leases" -x "cat >$T/state/events"
chmod 777 "$T/state"
ready dhcpd ready
lives() { ask persona=plain mac=52:54:00:00:00:77; }
sentence 3 "a second one on the same port" 'port 67 on br0 is in use' -f "$T/good" -l "$T/state/other"
check "iPXE is sent iPXE" ask persona=ipxe type=discover
check "by a line that means it" has file=undionly.kpxe
check "REQUEST" ask persona=ipxe type=request 54=ip:10.77.0.1 50=ip:10.77.0.50
check "the log says which" wait_for 3 grep -q 'boot mac=.* client=ipxe rule=.*good:4 file="undionly.kpxe"' "$T/dhcpd.log"
check "the event command was told" wait_for 3 grep -q '^lease mac=.* ip=10.77.0.50 .*client=ipxe' "$T/state/events"

check "a second directory" mkdir -p "$T/later"
chmod 755 "$T" "$T/later"
start early "$dhcpd" -u "$user" -v -i bare0 -e 'subnet 10.99.0.0/24 proxy' -e 'boot file=x' -e "hosts $T/later/deep/hosts.d"
ready early ready
check "a directory that is missing is warned of" grep -q 'there is no such directory yet' "$T/early.log"
mkdir -p "$T/later/deep/new"
echo 'boot file=y' >"$T/later/deep/new/52-54-00-19-93-5b"
mv "$T/later/deep/new" "$T/later/deep/hosts.d"
check "and read when it appears" wait_for 4 grep -q 'hosts: 1 changed, 1 files in force' "$T/early.log"
echo 'boot file=y' >"$T/later/deep/hosts.d/52-54-00-19-93-5c"
check "and watched then" wait_for 4 grep -q 'hosts: 1 changed, 2 files in force' "$T/early.log"
check "the one without a directory ends" stop early

echo 'boot file=x colour=red' >>"$T/good"
kill -HUP "$pid_dhcpd"
check "a broken file on SIGHUP is reported" wait_for 5 grep -q 'good:7: colour "red"' "$T/dhcpd.log"
check "and the old rules stay" wait_for 5 grep -q 'the rules stay as they were' "$T/dhcpd.log"
check "in force" lives
cat >"$T/good" <<EOF
interface br0
subnet 10.77.0.0/24 range=10.77.0.80-10.77.0.89 lease=10m
boot arch=bios file=new.0
host mac=52:54:00:00:00:77 addr=10.77.0.77
hosts $T/hosts
EOF
kill -HUP "$pid_dhcpd"
check "good rules on SIGHUP" wait_for 5 grep -q 'ready: .*10.77.0.80-10.77.0.89' "$T/dhcpd.log"
check "are in force" ask persona=bios mac=52:54:00:00:00:78
check "address and file" grep -qx 'yiaddr=10.77.0.8[0-9]' "$T/reply"
check "file" has file=new.0

machine=$T/hosts/52-54-00-19-93-5b
printf 'host addr=10.77.0.31 name=bootstrap\nboot file=own/{host}.0\n' >"$T/half" && mv "$T/half" "$machine"
check "a machine's file is noticed" wait_for 3 grep -q 'hosts: 1 changed, 1 files in force' "$T/dhcpd.log"
check "its machine" ask persona=bios mac=52:54:00:19:93:5b
check "gets what it says" has file=own/bootstrap.0
check "address too" has yiaddr=10.77.0.31
echo 'boot file=x colour=red' >"$machine"
check "a broken one is reported" wait_for 3 grep -q '52-54-00-19-93-5b:1: colour "red"' "$T/dhcpd.log"
check "and that the old one stays" wait_for 3 grep -q '52-54-00-19-93-5b: warning: what it said before stays in force' "$T/dhcpd.log"
check "its machine still" ask persona=bios mac=52:54:00:19:93:5b
check "gets what it said" has file=own/bootstrap.0
check "its address too" has yiaddr=10.77.0.31
printf 'host addr=10.77.0.31 name=again\nboot file=own/{host}.0\n' >"$machine"
check "the same address, said again" wait_for 3 grep -q '1 changed, 1 files in force' "$T/dhcpd.log"
check "is no clash with itself" ask persona=bios mac=52:54:00:19:93:5b
check "but in force" has file=own/again.0
echo 'boot file=x colour=red' >"${machine%b}c"
check "a file that was never good is reported" wait_for 3 grep -q '52-54-00-19-93-5c:1: colour "red"' "$T/dhcpd.log"
check "and only itself ignored" ask persona=bios mac=52:54:00:19:93:5c
check "the rules are for it" has file=new.0
rm "${machine%b}c"
echo 'host addr=10.78.0.31' >"$machine"
check "an address outside is reported" wait_for 3 grep -q '52-54-00-19-93-5b:1: addr "10.78.0.31": no subnet line' "$T/dhcpd.log"
echo 'boot file=third' >"$machine"
third() { ask persona=bios mac=52:54:00:19:93:5b && has file=third; }
check "mended, it is in force" wait_for 3 third
echo 'boot file=twin' >"${machine%5b}5B"
check "a second file for a machine is reported" wait_for 3 grep -q '52-54-00-19-93-5B: warning: ignored: 52-54-00-19-93-5b is for the same machine' "$T/dhcpd.log"
check "the first stays in force" third
rm "$machine"
twin() { ask persona=bios mac=52:54:00:19:93:5b && has file=twin; }
check "until it goes" wait_for 3 twin
rm "${machine%5b}5B"
check "one that goes is noticed" wait_for 3 grep -q '0 files in force' "$T/dhcpd.log"

storm() { # random, cut, long and lying packets to a port
	on pc python3 - "$1" <<'EOF'
import os, random, socket, subprocess, sys
port = int(sys.argv[1])
random.seed(port)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
ask = os.environ["SRC"] + "/tests/dhcp-ask"
hexes = [subprocess.run([ask, "print=hex", "persona=" + p], stdout=subprocess.PIPE, check=True).stdout for p in ("edk2", "ipxe", "bootp")]
good = [bytes.fromhex(h.decode().replace("\n", "")) for h in hexes]
for g in good:
    for n in range(len(g)):
        s.sendto(g[:n], ("255.255.255.255", port))
    for _ in range(1500):
        b = bytearray(g)
        for _ in range(random.randint(1, 8)):
            b[random.randrange(len(b))] = random.randrange(256)
        s.sendto(bytes(b[:28]) + os.urandom(6) + bytes(b[34:]), ("255.255.255.255", port))
for _ in range(500):
    s.sendto(os.urandom(random.randint(0, 1400)), ("255.255.255.255", port))
s.sendto(g[:240] + b"\xff" + os.urandom(20000), ("255.255.255.255", port))
EOF
}
on pc ip addr add 10.77.0.200/24 dev eth0
begin=$(date +%s)
for port in 67 68 4011; do
	check "bad packets to port $port" storm "$port"
	check "it lives on" lives
done
check "and says so a few times a second only" test "$(grep -c 'is dropped' "$T/dhcpd.log")" -lt $((200 + 30 * ($(date +%s) - begin)))
check "SIGTERM: 0" stop dhcpd
start quiet "$dhcpd" -u "$user" -f "$T/good" -l "$T/state/quiet" -x "cat >$T/state/many"
ready quiet ready
flood() { # good messages of three clients: DISCOVER, and REQUEST of an address that is not theirs
	on pc python3 - <<'EOF'
import os, socket, subprocess, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
ask = os.environ["SRC"] + "/tests/dhcp-ask"
def make(*more):
    out = subprocess.run([ask, "print=hex", "persona=bios", *more], stdout=subprocess.PIPE, check=True).stdout
    return bytes.fromhex(out.decode().replace("\n", ""))
kinds = [make("mac=52:54:00:00:01:0%d" % i, *more) for i in range(3)
         for more in ([], ["type=request", "54=ip:10.77.0.1", "50=ip:10.78.0.9"])]
for i in range(3000):
    s.sendto(kinds[i % 6], ("255.255.255.255", 67))
    if i % 50 == 0:
        time.sleep(0.005)
EOF
}
begin=$(date +%s)
check "a flood of good messages" flood
check "it lives on" lives
sleep 1
check "and a second later" lives
check "it logs some of them" sh -c "[ \$(grep -c ' offer ' $T/quiet.log) -gt 2 ]"
# 4 answers per second to each of the three, of two lines at most, and one on those left out
most=$((20 + 25 * ($(date +%s) - begin + 2)))
check "but few" test "$(wc -l <"$T/quiet.log")" -lt "$most"
check "and how many it left out" grep -q '[0-9]* requests* w[a-z]* not shown' "$T/quiet.log"
check "SIGTERM: 0" stop quiet
check "the event command saw the end" grep -q '^lease ' "$T/state/events"
finish
