#!/bin/sh
# The dashboard and the alerts of compose/many/metrics beside what the daemons really
# write: no name that they do not write, none that is nowhere shown, and no alert while
# everything is well.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/pxeprobe.sh
. "$SRC/tests/e2e/pxeprobe.sh"
PATH=$PATH:$SRC/build/peers/bin
metrics=$SRC/compose/many/metrics
m=$T/m
mkdir "$m" && chmod 777 "$m"
lan
ip -6 addr add fd00:77::1/64 dev br0 nodad
host c
tree
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/boot.ipxe"
start dhcp "$BIN/dhcpd-pxe/dhcpd-pxe" -u root -i br0 -l "$T/leases" -M "$m/dhcpd-pxe.prom" \
	-e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.90 probe=off' -e 'boot client=ipxe file=http://{server}/boot.ipxe' -e 'boot arch=bios file=undionly.kpxe'
start dhcp6 "$BIN/dhcpd6-pxe/dhcpd6-pxe" -u root -i br0 -l "$T/leases6" -M "$m/dhcpd6-pxe.prom" -e 'subnet fd00:77::/64 range=fd00:77::100-fd00:77::1ff'
start tftp hold udp:10.77.0.1:69 -- "$BIN/tftpd-lite/tftpd-lite" -u "$user" -M "$m/tftpd-lite.prom" "$T/tftp"
start web hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -u "$user" -M "$m/httpd-boot.prom" "$T/tftp"
for each in dhcp dhcp6 tftp web; do ready $each ready: || { finish; }; done
boots 'a machine boots' -k bios -M "$m/pxeprobe.prom"

# ---- the dashboard's questions to a real Prometheus, which asks for the files over HTTP
cat >"$T/panels.py" <<'END'
import json, sys, urllib.parse, urllib.request
def ask(expr):
    url = "http://10.77.0.1:9090/api/v1/query?" + urllib.parse.urlencode({"query": expr})
    return json.load(urllib.request.urlopen(url, timeout=60))["data"]["result"]
if len(sys.argv) == 1:  # each of the five was read twice or more
    sys.exit(len(ask('count_over_time(up[1m]) >= 2 and max_over_time(up[1m]) == 1')) != 5)
panels = json.load(open(sys.argv[1]))["panels"]
asked = empty = 0
for panel in panels:
    for target in panel.get("targets", []):
        expr = target["expr"].replace("$__rate_interval", "10m").replace("$host", ".*")
        assert "$" not in expr, expr
        asked += 1
        # there was no fault, nothing was refused, and nobody asked over IPv6
        none = "pxeprobe_faults" in expr or "_refused_" in expr or ("dhcpd6_" in expr and "> 0" in expr)
        if not none and not ask(expr):
            empty += 1
            print("nothing:", panel["title"], expr)
print(asked, "questions")
sys.exit(empty > 0 or asked < 40)
END
if command -v prometheus >/dev/null; then
	{
		printf 'global: { scrape_interval: 1s }\nscrape_configs:\n'
		for f in "$m"/*.prom; do
			printf '  - { job_name: %s, metrics_path: /%s, static_configs: [ { targets: [ "10.77.0.1:9100" ] } ] }\n' "${f##*/}" "${f##*/}"
		done
	} >"$T/prometheus.yml"
	start files hold tcp:10.77.0.1:9100 -- "$BIN/httpd-boot/httpd-boot" -u "$user" "$m"
	ready files ready:
	start prometheus prometheus --config.file="$T/prometheus.yml" --storage.tsdb.path="$T/tsdb" --web.listen-address=10.77.0.1:9090
	check 'Prometheus reads what the daemons write' wait_for 60 python3 "$T/panels.py" 2>/dev/null
	boots 'a machine boots while it does' -k bios -M "$m/pxeprobe.prom"
	# the daemons write every 5 s, and it is then read
	counted() { python3 "$T/panels.py" "$metrics/dashboard.json" >"$T/panels"; }
	check 'and each panel of the dashboard has something to show' wait_for 60 counted
	sed 's/^/# /' "$T/panels"
	stop prometheus
	stop files
else
	skip "the dashboard's questions: no prometheus here"
fi
for each in dhcp dhcp6 tftp web; do stop $each; done

# A fault is written only where there is one.
cat >"$T/names.py" <<'END'
import glob, json, re, sys
shown = open(sys.argv[1] + "/alerts.rules.yml").read() + open(sys.argv[1] + "/dashboard.json").read()
json.loads(open(sys.argv[1] + "/dashboard.json").read())
name = r"\b(?:dhcpd6?_pxe|tftpd_lite|httpd_boot|pxeprobe)_[a-z0-9_]+"
base = lambda n: re.sub(r"_(bucket|sum|count)$", "", n)
written = {base(n) for f in glob.glob(sys.argv[2] + "/*.prom") for n in re.findall("^" + name, open(f).read(), re.M)} | {"pxeprobe_faults"}
# dhcpd6-pxe counts as dhcpd-pxe does; the dashboard shows a part of it
used = {base(n) for n in re.findall(name, shown)}
v4 = {n for n in written if not n.startswith("dhcpd6_")}
print("not written:", *sorted(used - written))
print("not shown:", *sorted(v4 - used))
sys.exit(bool(used - written or v4 - used or len(written) < 40))
END
check 'every name that is used is written, and every one that is written is shown' python3 "$T/names.py" "$metrics" "$m"
check 'the dashboard has no panel beside another one' python3 -c '
import json, sys
seen = set()
panels = json.load(open(sys.argv[1]))["panels"]
for p in panels:
    g = p["gridPos"]
    cells = {(x, y) for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])}
    assert not cells & seen, p["title"]
    assert g["x"] + g["w"] <= 24 and (p["type"] == "row" or p["targets"])
    seen |= cells
assert len({p["id"] for p in panels}) == len(panels)' "$metrics/dashboard.json"

command -v promtool >/dev/null || {
	skip 'the rules themselves: no promtool here (package prometheus)'
	finish
}
check 'promtool takes the rules' promtool check rules "$metrics/alerts.rules.yml"
cd "$metrics" || exit 1
check 'each alert fires for what it is there for' promtool test rules alerts.test.yml
for f in "$m"/*.prom; do
	name=${f##*/}
	check "promtool has nothing to say of $name" promtool check metrics <"$f"
done
# What they wrote, as it was for an hour; but for the clock, which the test's own begins at 0.
{
	printf 'rule_files: [%s/alerts.rules.yml]\ntests:\n  - interval: 1m\n    input_series:\n' "$metrics"
	sed -n '/_start_time_\|_finished_/d; /^#/d; s/"/\\"/g; s/^\(.*\) \([0-9.e+-]*\)$/      - { series: "\1", values: "\2x60" }/p' "$m"/*.prom
	printf '    promql_expr_test:\n      - expr: ALERTS\n        eval_time: 30m\n        exp_samples: []\n'
	printf '      - expr: count({__name__=~"(dhcpd_pxe|tftpd_lite|httpd_boot|pxeprobe)_.+"}) > 100\n        eval_time: 30m\n        exp_samples: [ { labels: "{}", value: %s } ]\n' \
		"$(cat "$m"/dhcpd-pxe.prom "$m"/tftpd-lite.prom "$m"/httpd-boot.prom "$m"/pxeprobe.prom | grep -v -c -e '^#' -e '_start_time_' -e _finished_)"
} >"$T/well.yml"
check 'no alert while all is well' promtool test rules "$T/well.yml"
finish
