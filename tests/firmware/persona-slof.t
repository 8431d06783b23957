#!/bin/sh
# pxeprobe's slof asks what the Open Firmware of POWER machines asks.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
# shellcheck source=tests/firmware/persona.sh
. "$(dirname "$0")/persona.sh"

need qemu-system-ppc64
lab bios
host probe
served_tree
dns --dhcp-boot=text
real slof 'sent .*/text'
begins 'SLOF' slof 3
finish
