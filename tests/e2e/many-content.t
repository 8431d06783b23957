#!/bin/sh
# A tree that is kept the same on several hosts, and a file that is replaced while it is
# loaded: over TFTP, over HTTP, and through a cache in front of two origins.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
need curl python3
PATH=$PATH:$SRC/build/peers/bin
many=$SRC/compose/many
master=$T/master copy=$T/copy
mkdir -p "$master/debian"
head -c 5000000 /dev/urandom >"$master/debian/image"
echo menu >"$master/boot.ipxe"
cp "$master/debian/image" "$T/old"

# ---- who loads goes on with the old one: a slow client of each server
cat >"$T/reader.py" <<'END'
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(60)
s.sendto(b"\0\1debian/image\0octet\0blksize\0" + b"8192\0", ("10.77.0.1", 69))
with open(sys.argv[1], "wb") as f:
    due = 0
    while True:
        packet, peer = s.recvfrom(10000)
        if packet[1] == 6:
            due = 1
        elif int.from_bytes(packet[2:4], "big") == due:
            f.write(packet[4:])
            f.flush()
            due += 1
            time.sleep(0.01)
        s.sendto(b"\0\4" + (due - 1).to_bytes(2, "big"), peer)
        if packet[1] == 3 and len(packet) < 8196:
            break
END
lan
replaced() { head -c 5000000 /dev/urandom >"$master/debian/image.new" && mv "$master/debian/image.new" "$master/debian/image" && cp "$master/debian/image" "$T/new"; }
start web hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -u "$user" -r 1M "$master"
start tftp hold udp:10.77.0.1:69 -- "$BIN/tftpd-lite/tftpd-lite" -u "$user" -b 65464 "$master"
chmod -R a+rX "$T/master" && chmod 755 "$T"
ready web ready: && ready tftp ready:
curl -sS -o "$T/by-http" http://10.77.0.1/debian/image &
pid_http=$!
python3 "$T/reader.py" "$T/by-tftp" &
pid_reader=$!
check 'both have begun' wait_for 30 test -s "$T/by-http" -a -s "$T/by-tftp"
replaced
curl -sS -o "$T/by-http2" http://10.77.0.1/debian/image &
pid_http2=$!
wait $pid_http
check 'HTTP: who had begun has the old one' cmp "$T/old" "$T/by-http"
wait $pid_reader
check 'TFTP: who had begun has the old one' cmp "$T/old" "$T/by-tftp"
wait $pid_http2
check 'HTTP: who comes now has the new one' cmp "$T/new" "$T/by-http2"
python3 "$T/reader.py" "$T/by-tftp"
check 'TFTP: who comes now has the new one' cmp "$T/new" "$T/by-tftp"
stop web
stop tftp

# ---- site-sync
command -v rsync >/dev/null || {
	skip 'site-sync and the cache: no rsync here'
	finish
}
check_rc 1 'a master without sums' "$many/site-sync" "$master" "$copy"
said 'is told what to do' 'has no SHA256SUMS (site-sync -s makes it)'
check_not 'and nothing is served' test -e "$copy/boot.ipxe"
check 'sums are made' "$many/site-sync" -s "$master"
check 'the first copy' "$many/site-sync" "$master" "$copy"
check 'is the same' diff -r "$master" "$copy"
inode=$(stat -c %i "$copy/debian/image")
check 'again' "$many/site-sync" "$master" "$copy"
check 'what has not changed is left alone' test "$(stat -c %i "$copy/debian/image")" = "$inode"
# a byte that changed on the way, size and time as before
cp -a "$master" "$T/bad"
printf X | dd of="$T/bad/debian/image" bs=1 seek=3000000 conv=notrunc 2>/dev/null
touch -d '2020-01-01' "$T/bad/debian/image"
echo 'menu of the bad one' >"$T/bad/boot.ipxe"
check_rc 1 'a byte that is another one' "$many/site-sync" "$T/bad" "$copy"
said 'names the file' 'debian/image: FAILED'
check 'and nothing changed, the menu neither' diff -r "$master" "$copy"
cp -a "$master" "$T/more" && echo more >"$T/more/more"
check_rc 1 'a file without a sum' "$many/site-sync" "$T/more" "$copy"
said 'is named' 'no sum for more'
check_rc 3 'a master that is not there' "$many/site-sync" "$T/nowhere" "$copy"
check 'and all is as it was' diff -r "$master" "$copy"
rm "$master/boot.ipxe" && echo new >"$master/debian/new name" && replaced && "$many/site-sync" -s "$master"
check 'files come, go and change' "$many/site-sync" "$master" "$copy"
check 'the same again' diff -r "$master" "$copy"
for bad in '' one -x '-s' '-c a' 'a b c'; do
	# shellcheck disable=SC2086 # words
	check_rc 2 "site-sync $bad" "$many/site-sync" $bad
done

# ---- the same by casync, of which a host fetches the parts that it lacks
casync=$SRC/build/peers/root/usr/lib/casync/protocols
[ ! -d "$casync" ] || export CASYNC_PROTOCOL_PATH="$casync"
if command -v casync >/dev/null && [ "$user" = nobody ]; then
	check 'an index' "$many/site-sync" -c "$master" "$T/sync"
	chmod -R a+rX "$T/sync"
	start index hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -u "$user" -v "$T/sync"
	ready index ready:
	index=http://10.77.0.1/site.caidx
	check 'casync: the first copy' "$many/site-sync" $index "$T/far"
	check 'is the same' diff -r "$master" "$T/far"
	same_modes() { [ "$(cd "$1" && find . -printf '%m %p\n' | sort)" = "$(cd "$2" && find . -printf '%m %p\n' | sort)" ]; }
	check 'who may read it, too' same_modes "$master" "$T/far"
	fetched() { grep -c ' get "' "$T/index.log"; }
	first=$(fetched)
	check 'again' "$many/site-sync" $index "$T/far"
	check 'what has not changed is not fetched' test $(($(fetched) - first)) -le 3
	cp "$master/debian/image" "$T/image" && printf XYZ | dd of="$T/image" bs=1 seek=2500000 conv=notrunc 2>/dev/null
	mv "$T/image" "$master/debian/image" && "$many/site-sync" -c "$master" "$T/sync" && chmod -R a+rX "$T/sync"
	before=$(fetched)
	check 'three bytes change' "$many/site-sync" $index "$T/far"
	check 'the same again' diff -r "$master" "$T/far"
	check 'a part was fetched' test $((($(fetched) - before) * 5)) -le "$first"
	# a chunk that is not what its name says
	replaced && "$many/site-sync" -c "$master" "$T/sync" && chmod -R a+rX "$T/sync"
	cp -a "$T/far" "$T/as-it-was"
	find "$T/sync/default.castr" -name '*.cacnk' -newer "$T/as-it-was/debian/image" -size +1k | while read -r chunk; do
		printf 'XXXX' | dd of="$chunk" bs=1 seek=600 conv=notrunc 2>/dev/null
	done
	check_rc 3 'chunks that are not what they are called' "$many/site-sync" $index "$T/far"
	check 'and nothing changes' diff -r "$T/as-it-was" "$T/far"
	stop index
else
	skip 'casync: not here, or not root'
fi

# slow DIR FILE: DIR on a disk, in FILE, of which half a megabyte a second is read
slow() {
	[ -e "$2" ] || { truncate -s 64M "$2" && mkfs.ext4 -q "$2"; } || return 1
	mount -o loop "$2" "$1" && device=$(mountpoint -d "$1") || return 1
	group=/sys/fs/cgroup/blkio/${T##*/}
	if [ -d /sys/fs/cgroup/blkio ]; then
		mkdir -p "$group" && echo "$device 500000" >"$group/blkio.throttle.read_bps_device"
	else
		group=/sys/fs/cgroup/${T##*/}
		echo +io >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null
		mkdir -p "$group" && echo "$device rbps=500000" >"$group/io.max"
	fi
}

# ---- the cache, with an origin that has the new one before the other has
{ [ "$user" = nobody ] && command -v nginx >/dev/null; } || {
	skip 'the cache: no nginx here, or not root'
	finish
}
cp "$T/new" "$T/before"
mkdir "$T/nginx" && chmod 777 "$T/nginx" "$T"
for n in 1 2; do
	"$many/site-sync" "$master" "$T/o$n" && chmod -R a+rX "$T/o$n" "$T/master"
	ip addr add 127.0.1.$n/8 dev lo 2>/dev/null
	start origin$n hold tcp:127.0.1.$n:80 -- "$BIN/httpd-boot/httpd-boot" -E -u "$user" "$T/o$n"
	ready origin$n ready:
done
sed "s|@DIR@|$T/nginx|; s|@DIR@|$T/nginx|g; s|@SIZE@|100m|; s|@USER@|nobody $(id -gn nobody)|; s|@ORIGINS@|server 127.0.1.1:80; server 127.0.1.2:80;|
	s|listen 80 |listen 10.77.0.1:80 |; /listen \[::\]/d" "$many/nginx-cache.conf" >"$T/nginx.conf"
start nginx nginx -c "$T/nginx.conf" -p "$T/nginx" -g 'daemon off;'
via_cache() { curl -sf -o "$T/via" http://10.77.0.1/debian/image; }
check 'through the cache' wait_for 30 via_cache
check 'it is the file' cmp "$T/before" "$T/via"
check 'a part of it' curl -sf -r 1500000-3500000 -o "$T/via" http://10.77.0.1/debian/image
check 'is that part' sh -c "tail -c +1500001 '$T/before' | head -c 2000001 | cmp - '$T/via'"
: >"$T/o1/empty" && : >"$T/o2/empty" && touch -r "$T/before" "$T/o1/empty" "$T/o2/empty"
check 'an empty file has no first megabyte' curl -sf -o "$T/via" http://10.77.0.1/empty
check_not 'one that is not there' curl -sf -o "$T/via" http://10.77.0.1/nothing
replaced && "$many/site-sync" -s "$master"
# seen: every download until the new one comes is the old one, the new one, or broken off
seen() {
	if via_cache; then
		if cmp -s "$T/via" "$T/before"; then echo old; elif cmp -s "$T/via" "$T/new"; then echo new; else echo mixed; fi
	else echo broken; fi >>"$T/seen"
	[ "$(tail -n 3 "$T/seen" | sort -u)" = new ] && [ "$(wc -l <"$T/seen")" -ge 3 ]
}
: >"$T/seen"
"$many/site-sync" "$master" "$T/o1"
for _ in 1 2 3 4 5 6 7 8; do seen && break; done
"$many/site-sync" "$master" "$T/o2"
check 'after both origins have it the cache has it' wait_for 60 seen
sort "$T/seen" | uniq -c | sed 's/^/# /'
check_not 'a mixture of two was never seen' grep -q mixed "$T/seen"

# ---- a cache whose disk is slow, and which has just been started
stop nginx
mkdir "$T/slow" "$T/slow/n"
if slow "$T/slow" "$T/disk" 2>/dev/null; then
	sed "s|$T/nginx|$T/slow/n|g; s|worker_processes auto|worker_processes 1|" "$T/nginx.conf" >"$T/slow.conf"
	on_disk() {
		mkdir -p "$T/slow/n" && chmod 777 "$T/slow" "$T/slow/n"
		# shellcheck disable=SC2016 # the inner shell's
		start nginx sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" nginx -c "$T/slow.conf" -p "$T/slow/n" -g 'daemon off;'
		wait_for 30 curl -sf -o /dev/null http://10.77.0.1/debian/new%20name
	}
	on_disk && via_cache && via_cache
	stop nginx
	umount "$T/slow" && slow "$T/slow" "$T/disk" && on_disk
	for n in 1 2 3 4; do curl -sf -o "$T/via$n" http://10.77.0.1/debian/image & done
	for n in $(seq 20); do curl -s -o /dev/null "http://10.77.0.1/nothing-$n"; done
	check 'others do not wait for the disk' test -z "$(find "$T"/via? -size +4800k)"
	stop nginx
	umount "$T/slow"
	rmdir "$group"
else
	skip 'a slow disk: none can be made here'
fi
finish
