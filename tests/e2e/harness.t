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
finish
