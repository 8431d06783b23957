#!/bin/sh
# The harness itself (tests/lib.sh): what the other tests rely on.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
need python3 bash

# ---- start NAME hold: bound when it returns -------------------------------------------
# A binder that is slow to come up, as on a busy machine.
mkdir "$T/slow"
printf '#!/bin/sh\nsleep 0.3\nexec %s "$@"\n' "$(command -v python3)" >"$T/slow/python3"
chmod +x "$T/slow/python3"
connects() { bash -c 'exec 3<>"/dev/tcp/$0/$1"' 127.0.0.1 "$1"; }
slowly() { PATH=$T/slow:$PATH; }
fast=$PATH
slowly
start tcp hold tcp:127.0.0.1:80 tcp:127.0.0.1:81 -- sleep 60
check 'start NAME hold: the first connection is taken' connects 80
check 'and the second socket is bound too' connects 81
start udp hold udp:127.0.0.1:69 -- sleep 60
check 'a datagram socket is bound too' grep -q ' 0100007F:0045 ' /proc/net/udp
PATH=$fast
check 'its PID is that of the command' test "$(tr '\0' ' ' <"/proc/$pid_tcp/cmdline")" = 'sleep 60 '
ls -l "/proc/$pid_tcp/fd" >"$T/fds"
check 'which has the two sockets' test "$(grep -c socket: "$T/fds")" -eq 2
check_not 'and nothing else of the binder' grep bound "$T/fds"
(start again hold tcp:127.0.0.1:80 -- sleep 60) >"$T/again"
check 'a binder that fails fails the test, at once' grep -qx 'not ok - again binds its sockets' "$T/again"
stop tcp
stop udp

# ---- checks that cannot pass by seeing nothing -----------------------------------------
# fails NAME COMMAND...: prints "not ok"
fails() {
	fails_name=$1
	shift
	("$@") >"$T/printed"
	check "$fails_name" grep -q '^not ok - x' "$T/printed"
}
echo word >"$T/words"
check_not 'check_not: a word that is not there' grep -q other "$T/words"
fails 'check_not: one that is' check_not x grep -q word "$T/words"
fails 'check_not: no file' check_not x grep -q word "$T/nowhere"
fails 'check_not: no such command' check_not x no-such-command
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
printf 'yiaddr=10.77.0.50\nopt54=0a4d0001\norder=53,54\n' >"$T/reply"
check 'has: two lines' has yiaddr=10.77.0.50 opt54=0a4d0001
check_not 'has: a dot is a dot' has yiaddr=10.77.0.5.
check 'hasnt: two options' hasnt opt43= opt60=
check_not 'hasnt: one of them is there' hasnt opt43= opt54=
: >"$T/reply"
check_not 'hasnt: no reply' hasnt opt43=
finish
