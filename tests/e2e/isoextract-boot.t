#!/bin/sh
# isoextract -b: images that nobody knows, links, options, profiles of one's own
# and broken ones.  (isoextract-families.t has those that are known.)
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso python3

iso=$BIN/isoextract/isoextract
profiles=$SRC/isoextract/profiles

. "$SRC/tests/e2e/isoextract-trees.sh"

# ---- nobody's ------------------------------------------------------------------------
tree unknown
put k64 kernels/bzImage
put i kernels/initrd.img readme
put sdboot EFI/BOOT/BOOTAA64.EFI
facts STRANGE
expect 'boot name=STRANGE family=unknown arch=x86_64 kernel=kernels/bzImage initrd=kernels/initrd.img args="" linux=6.1.0-9-amd64'
expect 'loader path=EFI/BOOT/BOOTAA64.EFI arch=arm64 signed=no kind=systemd-boot size=20000'
mkdir "$T/alone" && cp "$iso" "$T/alone/"
if [ -e /usr/local/share/pxe-tools/profiles ]; then
	skip 'without profiles: some are installed here'
else
	check 'without profiles: kernels are found all the same' "$T/alone/isoextract" -b "$T/unknown.iso"
	cp "$T/out" "$T/alone/facts"
	cp "$T/err" "$T/alone/why"
	check 'of no family' grep -q '^boot name=STRANGE family=unknown arch=x86_64 kernel=kernels/bzImage ' "$T/alone/facts"
	check 'with a warning' grep -q 'no profiles in .*-P' "$T/alone/why"
fi
tree nothing
put i readme
facts DATA
check 'no kernel at all is an answer of no' test $rc -eq 1
check 'and said' grep -q 'no kernel was found' "$D.err"

# ---- links ------------------------------------------------------------------------------
tree links
put k64 real/kernel-1.2
put i real/initrd-1.2
ln -s real/kernel-1.2 "$D/linux"
ln -s real/initrd-1.2 "$D/initrd.gz"
facts LINKS
expect 'boot name="Debian installer" family=debian-installer arch=x86_64 kernel=linux initrd=initrd.gz args="" linux=6.1.0-9-amd64'

# ---- options -------------------------------------------------------------------------------
tree rocky
put k64 images/pxeboot/vmlinuz
put i images/pxeboot/initrd.img BaseOS/repodata/repomd.xml
facts Rocky-9-3-x86_64-dvd
check '-b -C extracts as well' sh -c '"$1" -b -P "$2" -C "$3" - <"$4"' - "$iso" "$profiles" "$T/both" "$T/rocky.iso"
cp "$T/out" "$T/both.facts"
check 'and says it' grep -q '^boot ' "$T/both.facts"
check 'all files' diff -r "$T/rocky" "$T/both"
"$iso" -bj -P "$profiles" "$T/rocky.iso" >"$T/json"
check 'JSON lines' python3 -c '
import json, sys
r = [json.loads(line) for line in open(sys.argv[1])]
assert r[0]["record"] == "boot" and r[0]["needs"] == "*", r' "$T/json"
cat >"$T/own" <<-'EOF'
	# ours
	family own title="Our system {volume}"
	when volume=STRANGE
	boot kernel=kernels/bz* initrd={dir}initrd.img args="root={base}/{1} \"quoted\"" label="(ours)" needs=data/*
EOF
mkdir "$T/empty"
"$iso" -b -P "$T/own" "$T/unknown.iso" >"$T/own.facts" 2>"$T/own.err" || sed 's/^/# /' "$T/own.err"
check 'a profile of one'"'"'s own' grep -qF 'boot name="Our system STRANGE (ours)" family=own arch=x86_64 kernel=kernels/bzImage initrd=kernels/initrd.img args="root={base}/Image \"quoted\"" needs=data/*' "$T/own.facts"
cat >"$T/broken" <<-'EOF'
	famly own
	boot initrd=x args="{nonsense}"
	when
	boot kernel="unterminated
EOF
check_rc 2 'a broken profile' "$iso" -b -P "$T/broken" "$T/unknown.iso"
said 'its first line' 'broken:1: "famly"'
said 'its template' 'broken:2: "args"'
said 'what is missing' 'broken:2: "kernel"'
said 'an empty condition' 'broken:3: "when"'
said 'its last line' 'broken:4: '
finish
