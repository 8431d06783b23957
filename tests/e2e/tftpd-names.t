#!/bin/sh
# The names clients ask for: slashes, backslashes, links, case, rewrite rules;
# nothing outside the directory, nothing but regular files.
# shellcheck disable=SC2154,SC2034 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
need python3 curl
d=$T/root/tftp
mkdir -p "$d/EFI/Boot" "$d/sub" "$d/0A4D0002" "$d/127.0.0.1" "$T/root/tftp-side"
echo loader >"$d/grubx64.efi"
echo boot >"$d/EFI/Boot/BootX64.efi"
echo hidden >"$d/.disk"
echo mine >"$d/127.0.0.1/config"
echo secret >"$T/root/secret"
echo secret >"$T/root/tftp-side/file"
ln -s ../grubx64.efi "$d/sub/inside"
ln -s "$d/EFI" "$d/absolute"
ln -s ../../secret "$d/sub/outside"
ln -s "$T/root/secret" "$d/outside"
ln -s "$T/root/tftp-side" "$d/side"
mkfifo "$d/fifo"
ln -s fifo "$d/tofifo"
mknod "$d/null" c 1 3 2>/dev/null
echo unreadable >"$d/private" && chmod 600 "$d/private"
chmod -R o+rX "$T/root" && chmod 600 "$d/private"

# gets NAME TEXT / misses NAME: with the name exactly as written
gets() {
	check "\"$1\" is found" sh -c "[ \"\$(python3 '$T/get' '$1')\" = '$2' ]"
}
misses() {
	check "\"$1\" is error ${2:-1}" sh -c "python3 '$T/get' '$1' 2>&1 | grep -q 'error ${2:-1}:'"
}
cat >"$T/get" <<EOF
import sys
sys.path.insert(0, "$SRC/tests/e2e"); sys.dont_write_bytecode = True
from tftpd import *
try: sys.stdout.buffer.write(Client().get(sys.argv[1])[0])
except Refused as e: sys.exit(str(e))
EOF

start tftpd "$BIN/tftpd-lite/tftpd-lite" -u "$user" "$d"
ready tftpd ready
gets //grubx64.efi loader
gets 'EFI\Boot\BootX64.efi' boot
gets '\EFI\\Boot//BootX64.efi' boot
gets ./sub/../grubx64.efi loader
gets .disk hidden
gets sub/inside loader
gets absolute/Boot/BootX64.efi boot
misses ../secret
misses /etc/passwd
misses ../tftp-side/file
misses sub/outside
misses outside
misses side/file
misses fifo
misses tofifo
misses null
misses EFI
misses efi/boot/bootx64.efi
misses "$d/grubx64.efi"
[ "$user" = root ] || misses private 2
check 'curl: links inside are followed' sh -c "[ \"\$(curl -s tftp://127.0.0.1/sub/inside)\" = loader ]"
stop tftpd

cat >"$T/map" <<'EOF'
# one tree per client, a loader renamed
s|^config$|{ip}/config|l
s|^hex/|{ip-hex}/|
s/^(.*)\.0$/\1.efi/i
EOF
echo hex >"$d/127.0.0.1/x" && mkdir "$d/7F000001" && echo hex >"$d/7F000001/who"
start mapped "$BIN/tftpd-lite/tftpd-lite" -u "$user" -im "$T/map" "$d"
ready mapped ready
gets efi/boot/BOOTX64.EFI boot
gets 'Sub\..\GRUBX64.EFI' loader
misses efi/boot/bootx64.ef
misses OUTSIDE
gets config mine
gets hex/WHO hex
gets grubx64.0 loader
gets GrubX64.0 loader
printf 's/^new$/grubx64.efi/\n' >"$T/map2" && mv "$T/map2" "$T/map"
kill -HUP "$pid_mapped"
wait_for 5 grep -q 'reread 1 rules' "$T/mapped.log"
gets new loader
misses config
printf 's/(/x/\nnonsense\n' >"$T/map"
kill -HUP "$pid_mapped"
wait_for 5 grep -q 'old rules stay in force' "$T/mapped.log"
gets new loader
check 'every mistake is named' grep -q "$T/map:2: a rule is s/EXPRESSION/" "$T/mapped.log"
stop mapped

check_rc 2 'a broken map ends the start' "$BIN/tftpd-lite/tftpd-lite" -nm "$T/map" "$d"
said 'with file and line' "$T/map:1: expression"
printf 's/a/b/g\n\n# no\ns|x|{ip}|\n' >"$T/map"
check_rc 0 'a good one is checked' "$BIN/tftpd-lite/tftpd-lite" -nv -m "$T/map" "$d"
"$BIN/tftpd-lite/tftpd-lite" -nv -m "$T/map" "$d" >"$T/map.again"
check 'printed rules load and print the same' sh -c "'$BIN/tftpd-lite/tftpd-lite' -nv -m '$T/map.again' '$d' | cmp - '$T/map.again' && grep -c . '$T/map.again' | grep -qx 2"

# ---- one tree per Ethernet address, as dnsmasq's tftp-unique-root=mac
if lan && host one 10.77.0.11/24 && host six; then
	ip -n one link set eth0 address 52:54:00:ab:cd:01
	ip addr add fd77::1/64 dev br0 nodad
	ip -n six addr add fd77::2/64 dev eth0 nodad && ip -n six link set eth0 address 52:54:00:ab:cd:02
	for n in 01 02; do mkdir "$d/52-54-00-ab-cd-$n" && echo "$n" >"$d/52-54-00-ab-cd-$n/who"; done
	echo nobody >"$d/who"
	printf 's|^|{mac-}/|\n' >"$T/macs"
	start macs "$BIN/tftpd-lite/tftpd-lite" -u "$user" -m "$T/macs" "$d"
	ready macs ready
	check 'by Ethernet address' test "$(on one curl -s -m 10 tftp://10.77.0.1/who)" = 01
	check 'over IPv6' test "$(on six curl -s -m 10 'tftp://[fd77::1]/who')" = 02
	check 'one that is not known: the rule is passed over' test "$(curl -s -m 10 tftp://127.0.0.1/who)" = nobody
	check 'no call was refused' test "$(grep -c 'this program does not make it' "$T/macs.log")" -eq 0
	stop macs
fi
finish
