#!/bin/sh
# In a container whose manager filters system calls that it does not know
# (systemd-nspawn, older Docker): Landlock is refused with EPERM, and the daemons
# serve without it.
# shellcheck disable=SC2154 # start sets pid_*
. "$(dirname "$0")/../lib.sh"
need python3 curl
case $(uname -m) in
x86_64 | aarch64 | riscv64 | s390x | ppc64le | armv7l | i686) ;;
*) skip "the numbers of system calls are not known here" && exit 0 ;;
esac
cat >"$T/filtered.py" <<'END'
# usage: filtered.py COMMAND...: runs it with landlock_* (444 to 446 everywhere) refused
import ctypes, os, struct, sys
code = [(0x20, 0, 0, 0),            # load the number
        (0x35, 0, 2, 444), (0x25, 1, 0, 446),
        (0x06, 0, 0, 0x00050001),   # EPERM
        (0x06, 0, 0, 0x7FFF0000)]   # allow
text = b"".join(struct.pack("HBBI", *c) for c in code)
buffer = ctypes.create_string_buffer(text)
class Program(ctypes.Structure):
    _fields_ = [("n", ctypes.c_ushort), ("code", ctypes.c_void_p)]
libc = ctypes.CDLL(None, use_errno=True)
program = Program(len(code), ctypes.cast(buffer, ctypes.c_void_p))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0, os.strerror(ctypes.get_errno())
os.execvp(sys.argv[1], sys.argv[1:])
END
mkdir "$T/www" && echo hello >"$T/www/a" && chmod -R a+rX "$T/www"
lan
ip addr add fd00:77::1/64 dev br0 nodad
start tftpd python3 "$T/filtered.py" "$BIN/tftpd-lite/tftpd-lite" -u "$user" "$T/www"
start httpd python3 "$T/filtered.py" "$BIN/httpd-boot/httpd-boot" -u "$user" "$T/www"
mkdir "$T/state" && chmod 777 "$T/state"
start dhcpd python3 "$T/filtered.py" "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.60' -l "$T/state/leases"
start dhcpd6 python3 "$T/filtered.py" "$BIN/dhcpd6-pxe/dhcpd6-pxe" -u "$user" -e 'subnet fd00:77::/64 range=fd00:77::50-fd00:77::60' -l "$T/state/leases6"
for name in tftpd httpd dhcpd dhcpd6; do
	ready $name 'ready' && ok "$name serves"
done
check 'over TFTP' test "$(curl -s -m 20 tftp://10.77.0.1/a)" = hello
check 'over HTTP' test "$(curl -s -m 20 http://10.77.0.1/a)" = hello
finish
