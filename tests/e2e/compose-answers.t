#!/bin/sh
# The example answers, filled in as a machine gets them, before the programs of those who
# read them.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso python3
lan
image a
server
mkdir -p "$state/answers" "$state/machines"
n=0
for example in "$SRC"/compose/answers/*; do
	cp -r "$example" "$state/answers/"
	n=$((n + 1))
	printf 'image=a answers=%s once name=web%d addr=10.77.0.%d\n' "$(basename "$example")" $n $((30 + n)) >"$state/machines/52-54-00-00-00-0$n"
done
check_rc 0 'the examples' "$up" -w -s "$state" -i br0 "$T/a.iso"
check_not '... lack nothing that a machine has' grep 'is not known of' "$T/err"
n=0
for example in "$SRC"/compose/answers/*; do
	n=$((n + 1))
	name=$(basename "$example")
	ln -s "$state/www/answers/52-54-00-00-00-0$n" "$T/$name"
	check "$name: its name is in it" grep -rq "web$n" "$T/$name/"
	check "$name: and where to say that it is done" grep -rq "http://10.77.0.1/in/done-52-54-00-00-00-0$n" "$T/$name/"
	check_not "$name: no word in braces is left" grep -rE '\{(mac|mac-|ip|host|serial|uuid|server|image|base|answers|done)\}' "$T/$name/"
	check_not "$name: no password is written out" grep -rniE 'password.*(changeme|secret|passw0rd)' "$T/$name/"
done

# with PROGRAM NAME COMMAND...: a check, where there is that program
with() {
	command -v "$1" >/dev/null || { skip "$2: no $1 here"; return; }
	shift
	check "$@"
}
with debconf-set-selections 'debian: debconf reads it' debconf-set-selections -c "$T/debian/preseed.cfg"
check 'debian: each line is for an owner, with a question and a type' python3 - "$T/debian/preseed.cfg" <<'PY'
import re, sys
for line in open(sys.argv[1]).read().replace("\\\n", "").splitlines():
    assert not line or line[0] == "#" or re.match(r"(d-i|tasksel|popularity-contest) [a-z0-9/_-]+ (string|boolean|select|multiselect|password|note)( |$)", line), line
PY
with ksvalidator 'fedora: ksvalidator' ksvalidator "$T/fedora/ks.cfg"
check 'fedora: each section has an end' test "$(grep -cE '^%(packages|post|pre)' "$T/fedora/ks.cfg")" = "$(grep -c '^%end$' "$T/fedora/ks.cfg")"
for each in opensuse/autoinst.xml windows/unattend.xml; do
	with xmllint "$each: well formed" xmllint --noout "$T/$each"
done
check 'opensuse: Agama reads JSON' python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); assert d["product"]["id"] and d["scripts"]["post"][0]["content"]' "$T/opensuse/profile.json"
# What Windows' setup knows: passes, and components that say whose they are.
check 'windows: passes and components' python3 - "$T/windows/unattend.xml" <<'PY'
import sys, xml.etree.ElementTree as E
ns = "{urn:schemas-microsoft-com:unattend}"
root = E.parse(sys.argv[1]).getroot()
assert root.tag == ns + "unattend"
passes = [s.get("pass") for s in root.findall(ns + "settings")]
assert passes and set(passes) <= {"windowsPE", "offlineServicing", "generalize", "specialize", "auditSystem", "auditUser", "oobeSystem"} and len(set(passes)) == len(passes), passes
for c in root.iter(ns + "component"):
    assert c.get("publicKeyToken") == "31bf3856ad364e35" and c.get("language") == "neutral" and c.get("versionScope") == "nonSxS", c.attrib
name = root.find(".//%sComputerName" % ns).text
assert len(name) <= 15, name
PY
if python3 -c 'import yaml' 2>/dev/null; then
	check 'ubuntu: autoinstall' python3 - "$T/ubuntu/user-data" <<'PY'
import sys, yaml
text = open(sys.argv[1]).read()
assert text.startswith("#cloud-config\n")
a = yaml.safe_load(text)["autoinstall"]
assert a["version"] == 1
# subiquity's schema: what identity must have; commands are strings or lists of them
assert {"username", "hostname", "password"} <= set(a["identity"])
assert all(isinstance(c, (str, list)) for c in a["late-commands"]), a["late-commands"]
assert a["shutdown"] in ("reboot", "poweroff")
PY
	check 'ubuntu: meta-data' python3 -c 'import sys, yaml; assert yaml.safe_load(open(sys.argv[1]))["instance-id"] == sys.argv[2]' "$T/ubuntu/meta-data" "$(basename "$(readlink -f "$T/ubuntu")")"
else
	skip 'ubuntu: no yaml for Python here'
fi
with cloud-init 'ubuntu: cloud-init' cloud-init schema --config-file "$T/ubuntu/user-data"
finish
