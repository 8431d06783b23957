#!/bin/sh
# The Debian packages under a booted systemd: installed, enabled, machines boot,
# upgraded while they run, rules broken and mended with reload, uploads and `once',
# the log rotated, pxe-up@ with a late card, removed, purged, nothing left.
# systemd is PID 1 of a container (systemd-nspawn) made with debootstrap; the
# network is the container's own.
# shellcheck disable=SC2016,SC2154 # $ is for the container's shell; start sets pid_nspawn
SRC=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/long/build.sh
. "$SRC/tests/long/build.sh"
# shellcheck source=tests/long/debs.sh
. "$SRC/tests/long/debs.sh"


# What apt would install with them, so that the container needs no network.
packages_root='systemd,systemd-sysv,dbus,iproute2,procps,logrotate,cpio,libarchive13,libcurl4,libpcap0.8,libnettle8,curl,ca-certificates,ipxe,pxelinux,syslinux-common'
# LIVE: a directory of an earlier run, with root and debs in it
if [ -z "${IN_NETNS:-}" ] && [ -z "${LIVE:-}" ]; then
	build_start debootstrap dpkg-buildpackage systemd-nspawn
	build 'debootstrap makes a root' root/bin/systemctl "debootstrap --variant=minbase --include=$packages_root \"\$1\" root \"\$2\"
		rm -rf root/var/cache/apt/archives/*.deb root/var/lib/apt/lists/*"
	debs "$LIVE/debs" 0.1.0 'nocheck parallel=2' || {
		tail -n 30 "$LIVE/debs/log" | sed 's/^/# /'
		echo 'not ok - the packages are built'
		exit 1
	}
	echo 'ok - the packages are built'
	if ! command -v lintian >/dev/null; then echo 'skip - no lintian'; elif
		# nothing at all, or a reason in debian/*lintian-overrides
		lintian --allow-root -EIL +pedantic "$LIVE"/debs/*.changes >"$LIVE/lintian" 2>&1 && ! grep '^[EWIPX]: ' "$LIVE/lintian"
	then echo 'ok - lintian has nothing to say'; else
		sed 's/^/# /' "$LIVE/lintian"
		echo 'not ok - lintian has nothing to say'
	fi
fi

# shellcheck source=tests/lib.sh
. "$SRC/tests/lib.sh"
need systemd-nspawn nsenter xorriso python3 dpkg-deb

# ---- the container, and what goes into it ------------------------------------------
root=$LIVE/root
mkdir -p "$root/old" "$root/new" "$root/images"
names='dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot isoextract pxeprobe pxe-tools'
for name in $names; do cp "$LIVE/debs/${name}"_[0-9]*.deb "$root/old/"; done
# A later version: another number, and another unit, which asks for daemon-reload.
for deb in "$root"/old/*.deb; do
	rm -rf "$T/deb" && dpkg-deb -R "$deb" "$T/deb"
	sed -i 's/^Version: .*/Version: 0.2.0-1/' "$T/deb/DEBIAN/control"
	find "$T/deb" -name '*.service' -exec sed -i '1i # a later version' {} +
	dpkg-deb --root-owner-group -b "$T/deb" "$root/new" >/dev/null
done
# A kernel is recognised by its first bytes and its place.
mkdir -p "$T/tree/debian-installer/amd64" "$T/tree/.disk"
python3 - "$T/tree/debian-installer/amd64/linux" <<'END'
import sys
k = bytearray(20000)
k[0x1fe:0x200] = b"\x55\xaa"; k[0x202:0x206] = b"HdrS"; k[0x206:0x208] = b"\x0f\x02"; k[0x211] = 1; k[0x236:0x238] = b"\x03\x00"
open(sys.argv[1], "wb").write(k)
END
echo initrd | gzip >"$T/tree/debian-installer/amd64/initrd.gz"
echo 'Debian test' >"$T/tree/.disk/info"
xorriso -as mkisofs -quiet -R -o "$root/images/deb.iso" "$T/tree" 2>/dev/null
cp "$T/tree/debian-installer/amd64/linux" "$T/tree/debian-installer/amd64/initrd.gz" "$root/images"
# The cards are an administrator's work; a machine is a namespace with one.
cat >"$root/net.sh" <<'END'
ip link add br0 type bridge forward_delay 0 && ip addr add 10.77.0.1/24 dev br0 && ip link set br0 up
ip netns add client && ip link add c0 type veth peer name eth0 netns client
ip link set c0 master br0 up && ip -n client link set lo up && ip -n client link set eth0 up
END

start nspawn systemd-nspawn -q -D "$root" --private-network -b --register=no --keep-unit --machine=pxetest
leader=
# (its first children only set the container up)
find_leader() { leader=$(pgrep -P "$pid_nspawn" -x systemd) && [ "$leader" ]; }
inside() { timeout 250 nsenter -a -r -t "$leader" -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive sh -c "$1"; }
wait_for 60 find_leader
up() { inside 'systemctl is-system-running' | grep -qE '^(running|degraded)$'; }
check 'systemd is PID 1 and done' wait_for 180 up
[ "$failed" = 0 ] || {
	sed 's/^/# /' "$T/nspawn.log" | tail -n 30
	finish
}
check 'a network with a machine' inside 'sh -e /net.sh'
files() { inside "find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/tmp -o -path /old -o -path /new \) -prune -o -print" | sort >"$T/files.$1"; }
files before
inside 'getent passwd; getent group' >"$T/users.before"

state() { inside "systemctl show -P ActiveState $1"; }
is() { [ "$(state "$1")" = "$2" ]; }
journal() { inside "journalctl -q -o cat -u $1 ${3:-}" | grep -qE -e "$2"; }
boots() { # NAME PERSONAS
	check "$1" inside "ip netns exec client timeout 200 pxeprobe -i eth0 -m 52:54:00:12:34:56 -k $2"
}

# ---- install -----------------------------------------------------------------------
check 'dpkg installs them' inside 'dpkg -i /old/*.deb'
for unit in dhcpd-pxe.service tftpd-lite.socket httpd-boot.socket; do
	check "$unit does not run by itself" is $unit inactive
done
check 'users of their own' inside 'getent passwd _dhcpd-pxe && getent passwd _dhcpd6-pxe && getent passwd _tftpd-lite && getent passwd _httpd-boot'
check 'the directories to serve' inside 'test -d /srv/tftp -a -d /srv/http-boot'
check 'examples' inside 'dhcpd-pxe -n -f /usr/share/doc/dhcpd-pxe/examples/rules'
check 'man pages name the paths of the installation' inside '! zgrep -l /usr/local/share /usr/share/man/man?/isoextract.1.gz /usr/share/man/man?/pxe-facts.5.gz'

check_not 'no rules: it does not start' inside 'systemctl start dhcpd-pxe'
check '... and says which file is missing' wait_for 10 journal dhcpd-pxe '/etc/dhcpd-pxe/rules: cannot read the rules: No such file'
check '... once: nobody but a person can help' is dhcpd-pxe failed
inside ': >/etc/dhcpd-pxe/rules'
check_not 'empty rules: no either' inside 'systemctl start dhcpd-pxe'
check '... and says what is missing' wait_for 10 journal dhcpd-pxe 'there is no subnet line, so there is nobody to serve'

cat >"$root/etc/dhcpd-pxe/rules" <<'END'
subnet 10.77.0.0/24 range=10.77.0.128-10.77.0.254
hosts /var/lib/dhcpd-pxe/hosts.d
boot client=ipxe file=http://{server}/boot.ipxe
boot client=http arch=efi-x64 file=http://{server}/ipxe.efi
boot arch=efi-x64 file=ipxe.efi
boot arch=bios file=undionly.kpxe
END
inside 'cp /usr/lib/ipxe/undionly.kpxe /boot/ipxe.efi /srv/tftp && cp /boot/ipxe.efi /images/linux /images/initrd.gz /srv/http-boot && chmod a+r /srv/*/* &&
	printf "#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n" >/srv/http-boot/boot.ipxe'
inside 'echo "OPTIONS=\"-a /var/log/httpd-boot/access.log\"" >>/etc/default/httpd-boot; echo OPTIONS=-c >>/etc/default/tftpd-lite; install -d -o _tftpd-lite /srv/tftp/in'
check 'enabled and started' inside 'systemctl enable --now dhcpd-pxe.service tftpd-lite.socket httpd-boot.socket'
check 'another instance, on a port of its own' inside 'systemctl enable --now httpd-boot@8080.socket tftpd-lite@6969.socket && curl -m 60 -sf http://10.77.0.1:8080/boot.ipxe && curl -m 60 -sf tftp://10.77.0.1:6969/undionly.kpxe -o /dev/null'
boots 'three machines boot' bios,efi-x64,http-x64
users() { inside "ps -C $1 -o user:20=" | sort -u | tr -d ' '; }
for tool in dhcpd-pxe tftpd-lite httpd-boot; do
	check "$tool runs as _$tool" test "$(users $tool)" = "_$tool"
done
for unit in dhcpd-pxe.service tftpd-lite.service httpd-boot.service httpd-boot@8080.service tftpd-lite@6969.service; do
	check "$unit: systemd-analyze security of 3 at most" inside "systemd-analyze security --threshold=30 $unit"
done

# ---- rules: broken, mended ---------------------------------------------------------
lease() { inside "awk '{ print \$3 }' /var/lib/dhcpd-pxe/leases | tail -n 1"; }
pid() { inside "systemctl show -P MainPID $1"; }
before=$(pid dhcpd-pxe)
inside 'cp /etc/dhcpd-pxe/rules /root/good && echo "boot arhc=bios file=x" >>/etc/dhcpd-pxe/rules'
check_not 'reload with a fault in the rules fails' inside 'systemctl reload dhcpd-pxe'
check '... says where and why' wait_for 10 journal dhcpd-pxe '^/etc/dhcpd-pxe/rules:7: .*arhc'
check '... and the server goes on' test "$(pid dhcpd-pxe)" = "$before" -a "$(state dhcpd-pxe)" = active
boots '... with the old rules' bios
check 'mended, reload works' inside 'cp /root/good /etc/dhcpd-pxe/rules && systemctl reload dhcpd-pxe'
check '... and they are read' wait_for 10 journal dhcpd-pxe 'rules read again'

# ---- once, uploads, the log ----------------------------------------------------------
check 'a machine of its own' inside 'echo "boot file=undionly.kpxe once" >/var/lib/dhcpd-pxe/hosts.d/52-54-00-12-34-56'
check '... is taken up' wait_for 10 journal dhcpd-pxe 'hosts: 1 changed'
boots '... boots that' bios
check '... once' wait_for 10 inside 'test -e /var/lib/dhcpd-pxe/hosts.d/52-54-00-12-34-56.done'
check 'an upload below /srv/tftp' inside 'echo stored >/tmp/up && curl -m 60 -sf -T /tmp/up tftp://10.77.0.1/in/up && grep -q stored /srv/tftp/in/up'
check_not 'none where the owner is root' inside 'curl -m 60 -sf -T /tmp/up tftp://10.77.0.1/up'
check 'the log names no empty user' inside '! journalctl -q -u tftpd-lite | grep "user \"\""'
inside 'printf "DIRECTORY=/var/lib/tftpd-lite\nOPTIONS=-c\n" >/etc/default/tftpd-lite@6969 && systemctl restart tftpd-lite@6969.service'
check 'an upload to the state directory' inside 'curl -m 60 -sf -T /tmp/up tftp://10.77.0.1:6969/up && grep -q stored /var/lib/tftpd-lite/up'
check 'the access log' inside 'grep -q "GET /boot.ipxe" /var/log/httpd-boot/access.log'
check 'logrotate' inside 'logrotate -f /etc/logrotate.d/httpd-boot && test -s /var/log/httpd-boot/access.log.1'
check '... after which the new one is written' wait_for 20 inside 'curl -m 60 -s -o /dev/null http://10.77.0.1/none?rotated; grep -q "none?rotated" /var/log/httpd-boot/access.log'
check '... by all instances' wait_for 20 inside 'curl -m 60 -s -o /dev/null http://10.77.0.1:8080/none?other; grep -q "none?other" /var/log/httpd-boot/access.log'
check_not 'nothing was refused' inside 'journalctl -q -u httpd-boot | grep -i "permission denied"'

# ---- a directory that comes late ----------------------------------------------------
inside 'systemctl stop httpd-boot.service && mv /srv/http-boot /srv/away'
start late nsenter -a -r -t "$leader" -- curl -s -m 120 http://10.77.0.1/boot.ipxe
check 'a request before the directory is there: the log says so' wait_for 30 journal httpd-boot.service 'cannot serve "/srv/http-boot": No such file'
inside 'for n in 1 2 3 4 5 6 7 8; do curl -s -m 0.2 -o /dev/null http://10.77.0.1/boot.ipxe; done'
check 'the socket is still open' is httpd-boot.socket active
inside 'mv /srv/away /srv/http-boot'
check 'and who waits is served when it comes' wait_for 60 grep -q '^#!ipxe' "$T/late.log"

# ---- upgrade ------------------------------------------------------------------------
for unit in dhcpd-pxe.service tftpd-lite.service httpd-boot.service httpd-boot@8080.service; do
	pid $unit
done >"$T/pids.old"
address=$(lease)
check 'dpkg upgrades them' inside 'dpkg -i /new/*.deb'
check 'the new version' inside 'test "$(dpkg-query -W -f "\${Version}" dhcpd-pxe)" = 0.2.0-1'
for unit in dhcpd-pxe.service tftpd-lite.service httpd-boot.service httpd-boot@8080.service; do
	check "$unit runs" is $unit active
	check "... from the new unit" test "$(inside "systemctl show -P NeedDaemonReload $unit")" = no
	pid $unit
done >"$T/upgraded"
grep -v '^[0-9]' "$T/upgraded"
check 'each was restarted' test "$(grep '^[0-9]' "$T/upgraded" | cat - "$T/pids.old" | sort | uniq -d | wc -l)" -eq 0
check 'what did not run was not started' is tftpd-lite@1234.service inactive
check 'settings stay' inside 'grep -q access.log /etc/default/httpd-boot && test -s /etc/dhcpd-pxe/rules'
boots 'three machines boot after it' bios,efi-x64,http-x64
check 'with the lease that the machine had' test "$(lease)" = "$address"

# ---- pxe-up@ -------------------------------------------------------------------------
check 'pxe-up writes what it will serve' inside 'pxe-up -w -i br0 /images/deb.iso'
inside 'systemctl start --no-block pxe-up@late0'
check 'a card that is late: said' wait_for 30 journal pxe-up@late0 'there is no interface late0'
check '... tried again' wait_for 60 journal pxe-up@late0 'Scheduled restart job'
check '... other units give way, but do not die' is dhcpd-pxe.service inactive
inside 'ip link add late0 type veth peer name late1 && ip link set late0 up && ip link set late1 up'
check '... without an address: said' wait_for 60 journal pxe-up@late0 'late0 has no IPv4 address'
inside 'ip addr add 10.78.0.1/24 dev late0'
check '... and served when it has come' wait_for 90 is pxe-up@late0 active
check 'ready when all three are' inside 'systemctl show -P StatusText pxe-up@late0 | grep "1 image on late0"'
check 'pxe-up@: systemd-analyze security of 3 at most' inside 'systemd-analyze security --threshold=30 pxe-up@late0.service'
inside 'systemctl stop pxe-up@late0'
check 'pxe-up@br0' inside 'systemctl enable --now pxe-up@br0'
# (the image's kernel is one for BIOS)
boots '... boots a machine from its image' bios
check 'with the lease of dhcpd-pxe.service' test "$(lease)" = "$address"
check 'what is normal is no warning in the journal' sh -c '! grep -q ready' <<END
$(inside 'journalctl -q -o cat -u pxe-up@br0 -p warning')
END
check 'and is there' journal pxe-up@br0 'dhcpd-pxe: ready' '-p info'
check 'stopped, it leaves nothing behind' inside 'systemctl disable --now pxe-up@br0 && ! pgrep -f "[/]var/lib/pxe-tools"'
check 'dhcpd-pxe.service again' inside 'systemctl start dhcpd-pxe tftpd-lite.socket httpd-boot.socket'
boots '... boots' bios
check '... with the lease of pxe-up@' test "$(lease)" = "$address"
inside 'systemctl enable --now pxe-up@late0.service; systemctl start dhcpd-pxe tftpd-lite.socket httpd-boot.socket; curl -m 60 -s -o /dev/null http://10.77.0.1/'

# ---- remove, purge -------------------------------------------------------------------
check 'dpkg removes them' inside "dpkg -r $names"
check_not 'nothing runs any more' inside 'pgrep -x "dhcpd-pxe|tftpd-lite|httpd-boot|pxe-up"'
check 'no port is open' test -z "$(inside 'ss -H -l -n -t -u "sport = :67 or sport = :69 or sport = :80 or sport = :8080 or sport = :6969"')"
check 'rules and leases stay' inside 'test -s /etc/dhcpd-pxe/rules -a -s /var/lib/dhcpd-pxe/leases'
inside 'rm -rf /srv/tftp/* /srv/http-boot/*'
check 'dhcpd-pxe purged: the rules stay, for dhcpd6-pxe' inside 'dpkg -P dhcpd-pxe && test -s /etc/dhcpd-pxe/rules'
check 'dpkg purges them' inside "dpkg -P $names"
check 'systemd knows none of them' test -z "$(inside "systemctl list-unit-files --no-legend 'dhcpd-pxe*' 'tftpd-lite*' 'httpd-boot*' 'pxe-up*'")"
files after
check 'nothing is left' sh -c '! grep .' <<END
$(comm -13 "$T/files.before" "$T/files.after" | grep -vE '^/(var/log/journal|var/lib/dpkg/|var/lib/systemd/|var/lib/logrotate|var/cache|root/good|etc/(passwd|group|shadow|gshadow|subuid|subgid)-$|etc/.pwd.lock|var/log/(dpkg|lastlog))')
END
inside 'getent passwd; getent group' >"$T/users.after"
check 'no user is left' diff "$T/users.before" "$T/users.after"
[ "$failed" = 0 ] || inside 'journalctl -q -n 200 --no-hostname' | sed 's/^/# /'
inside 'systemctl poweroff' >/dev/null 2>&1
finish
