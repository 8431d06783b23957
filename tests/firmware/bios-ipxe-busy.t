#!/bin/sh
# BIOS, iPXE in the card's ROM, and all connections taken: 503 with Retry-After,
# which iPXE waits for and asks again.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab bios
need python3
installer amd64
mkdir "$T/www"
printf '#!ipxe\nchain http://10.77.0.1/boot.ipxe\n' >"$T/www/come-back.ipxe"
up -e 'boot client=ipxe arch=bios file=http://10.77.0.1:8080/come-back.ipxe' "$T/deb.iso"
start few "$BIN/httpd-boot/httpd-boot" -v -c 1 -l 10.77.0.1:8080 "$T/www"
ready few 'ready:'
# has the only connection until the machine has been sent away
start hog python3 -c 'import socket, sys, time
s = socket.create_connection(("10.77.0.1", 8080))
for _ in range(3000):
    if "connect busy" in open(sys.argv[1]).read():
        break
    time.sleep(0.05)' "$T/few.log"
boots 'BIOS, iPXE: told to come back, it does' bios
check 'it was told so' grep -q 'connect busy' "$T/few.log"
check 'and got the script the next time' grep -q 'get "/come-back.ipxe" 200' "$T/few.log"
finish
