#!/bin/sh
# pxeprobe's http-arm64 asks what AAVMF's HTTP Boot asks, then what shim asks; GRUB
# comes up without a network then, in both.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
# shellcheck source=tests/firmware/persona.sh
. "$(dirname "$0")/persona.sh"

lab http-arm64
host probe
served_tree
web
dns --dhcp-match=set:http,93,19 --dhcp-option-force=tag:http,60,HTTPClient --dhcp-boot=tag:http,http://10.77.0.1/shimaa64.efi
real http-arm64 'get "/*grubaa64.efi" 200'
ask_alike http-arm64
# HttpBootDxe leaves one byte of its option 55 unset: 235 in OVMF, 0 in AAVMF.
sed 's/\( 55=[0-9a-f]*3c\)00\(4361 \)/\1eb\2/' "$T/real.all" >"$T/real.txt"
mv "$T/probe.all" "$T/probe.txt"
compare 'AAVMF HTTP Boot, shim' 8
check 'and it would stop at the prompt of GRUB' grep -qE '^fault name=grub-(no-network|without-http) severity=error persona=http-arm64' "$T/report"
finish
