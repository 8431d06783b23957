#!/bin/sh
# The manifest and the playbook of compose/many: what they start is started here, by their
# own words, with no more rights than they give.  With kubernetes-models (npm) in
# KUBERNETES_MODELS (a node_modules directory) the manifest is held against Kubernetes'
# schema, too; without it only the fields are that these tools need.
. "$(dirname "$0")/../lib.sh"
need python3 setpriv curl
python3 -c 'import yaml' 2>/dev/null || {
	skip 'many-deploy.t: no python3-yaml here'
	exit 0
}
need_nobody
many=$SRC/compose/many
cat >"$T/look.py" <<'END'
import shlex, sys, yaml
docs = list(yaml.safe_load_all(open(sys.argv[1])))
by = {d["kind"]: d for d in docs}
assert sorted(by) == ["ConfigMap", "DaemonSet", "Namespace", "PersistentVolumeClaim"], by
spaces = {d["metadata"].get("namespace") for d in docs} - {None}
assert spaces == {by["Namespace"]["metadata"]["name"]}
ds = by["DaemonSet"]["spec"]
pod = ds["template"]["spec"]
assert ds["selector"]["matchLabels"].items() <= ds["template"]["metadata"]["labels"].items()
assert pod["hostNetwork"] is True and "hostPID" not in pod and "hostIPC" not in pod
volumes = {v["name"]: v for v in pod["volumes"]}
assert volumes["rules"]["configMap"]["name"] == by["ConfigMap"]["metadata"]["name"]
assert volumes["site"]["persistentVolumeClaim"]["claimName"] == by["PersistentVolumeClaim"]["metadata"]["name"]
grace = 0
for c in pod["containers"]:
    security = c["securityContext"]
    assert security["capabilities"]["drop"] == ["ALL"] and not security["allowPrivilegeEscalation"]
    assert set(security["capabilities"]["add"]) <= {"NET_RAW", "NET_BIND_SERVICE"} and security["readOnlyRootFilesystem"]
    assert {m["name"] for m in c["volumeMounts"]} <= set(volumes)
    assert all(isinstance(word, str) for word in c["command"]), c["command"]
    for probe in "livenessProbe", "readinessProbe":
        assert len({"exec", "httpGet", "tcpSocket"} & set(c[probe])) == 1
        if "httpGet" in c[probe]:
            assert c[probe]["httpGet"]["port"] in [p["name"] for p in c["ports"]]
    if "-g" in c["command"]:
        grace = max(grace, int(c["command"][c["command"].index("-g") + 1]))
    capabilities = ",".join("+" + x.lower() for x in security["capabilities"]["add"])
    for what, words in (("command", c["command"]), ("live", c["livenessProbe"].get("exec", {}).get("command", []))):
        open(f"{sys.argv[2]}/{c['name']}.{what}", "w").write(shlex.join(words))
    open(f"{sys.argv[2]}/{c['name']}.caps", "w").write(capabilities)
assert pod["terminationGracePeriodSeconds"] > grace > 0
open(sys.argv[2] + "/rules", "w").write(by["ConfigMap"]["data"]["rules"])
END
check 'the manifest has what the tools need' python3 "$T/look.py" "$many/kubernetes.yaml" "$T"
check 'its rules are rules' "$BIN/dhcpd-pxe/dhcpd-pxe" -n -f "$T/rules"
if [ -d "${KUBERNETES_MODELS:-/nowhere}" ] && command -v node >/dev/null; then
	cat >"$T/models.js" <<-'END'
		const docs = require('js-yaml').loadAll(require('fs').readFileSync(process.argv[2], 'utf8'))
		for (const d of docs) new (require(`kubernetes-models/${d.apiVersion}/${d.kind}`)[d.kind])(d).validate()
	END
	check "Kubernetes' schema" env NODE_PATH="$KUBERNETES_MODELS" node "$T/models.js" "$many/kubernetes.yaml"
else
	skip "Kubernetes' schema: no kubernetes-models here"
fi

# ---- each container's command, with its capabilities alone
lan
mkdir -p "$T/site" /run/pxe && echo menu >"$T/site/boot.ipxe" && chmod -R a+rX "$T"
for name in dhcp tftp http; do
	command=$(sed "s|/etc/dhcpd-pxe/rules|$T/rules|; s|/srv/site|$T/site|; s|^\([a-z-]*\)|$BIN/\1/\1|" "$T/$name.command")
	caps=$(cat "$T/$name.caps")
	# shellcheck disable=SC2086 # words
	start $name setpriv --bounding-set=-all,$caps --inh-caps=-all --no-new-privs $command
	ready $name ready:
done
check 'http is ready' curl -sf http://127.0.0.1/boot.ipxe
for name in dhcp tftp; do
	live() { sh -c "$(cat "$T/$name.live")"; }
	check "$name is live" wait_for 30 live
done
for name in dhcp tftp http; do
	stop $name
	check "$name ends with 0" test $? -eq 0
done
touch -d '1 minute ago' /run/pxe/dhcpd-pxe.prom
check_not 'one that is stuck is not' sh -c "$(cat "$T/dhcp.live")"

check 'the playbook is a list of plays with tasks of ansible.builtin' python3 -c '
import sys, yaml
for play in yaml.safe_load(open(sys.argv[1])):
    for task in play["tasks"] + play["handlers"]:
        assert sum(k.startswith("ansible.builtin.") for k in task) == 1, task' "$many/ansible.yml"
finish
