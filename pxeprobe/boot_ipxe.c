/* iPXE runs a script. */
#include <stdio.h>
#include <string.h>

#include "boot_loaders.h"
#include "boot_script.h"
#include "ipxefile.h"
#include "machine.h"
#include "num.h"

static bool
ipxe_find(struct boot_script *s, const char *name, struct url *out)
{
	return url_join(&s->at, name, out);
}

static void
ipxe_settings(struct attempt *a, struct script *i)
{
	/* Set by the option's number ("${209:string}") and by name. */
	static const struct {
		uint8_t code;
		const char *name;
	} options[] = { { DHCP_HOSTNAME, "hostname" }, { DHCP_DOMAIN, "domain" }, { DHCP_ROOT_PATH, "root-path" },
		{ DHCP_TFTP_NAME, "66" }, { DHCP_BOOT_FILE, "67" }, { DHCP_PXELINUX_CONFIG, "209" },
		{ DHCP_PXELINUX_PREFIX, "210" } };
	const struct dhcp_client *d = boot_lease(a);
	const struct machine *m = machine_named(a->persona.machine);
	char number[8], text[NUM_UUID_TEXT];
	size_t len;

	for (size_t k = 0; k < sizeof(options) / sizeof(options[0]); k++) {
		const uint8_t *v = dhcp_get(&d->ack, options[k].code, &len);

		if (!v)
			continue;
		/* A NUL follows in any case. */
		snprintf(number, sizeof(number), "%u", options[k].code);
		script_set(i, number, (const char *)v);
		script_set(i, options[k].name, (const char *)v);
	}
	script_set(i, "mac", num_mac_text(d->id.mac, ':', text));
	script_set(i, "uuid", num_uuid_text(d->id.uuid, text));
	script_set(i, "ip", num_ip4_text(d->addr, text));
	script_set(i, "netmask", num_ip4_text(d->mask, text));
	script_set(i, "gateway", num_ip4_text(d->router, text));
	script_set(i, "dns", d->dns_n ? num_ip4_text(d->dns[0], text) : "");
	/* net0's own settings come before the proxy's (dhcp.c, dhcp_register_settings). */
	script_set(i, "next-server", num_ip4_text(d->ack.siaddr ? d->ack.siaddr : d->last.siaddr, text));
	script_set(i, "filename", d->ack.file[0] ? d->ack.file : d->boot.name);
	script_set(i, "platform", machine_ipxe_platform(m));
	script_set(i, "buildarch", m->ipxe ? m->ipxe : "");
	script_set(i, "version", "1.0.0+");
	script_set(i, "ifname", "net0");
}

enum boot_next
boot_ipxe_script(struct attempt *a, const struct url *at, const char *text, size_t len)
{
	struct script *reader = script_ipxe();
	struct boot_script s = {
		.a = a, .reader = reader, .at = *at, .find = ipxe_find, .relative = true, .handles = true
	};
	enum boot_next next = BOOT_FAILS;

	a->fetcher.tftp = &persona_tftp_ipxe;
	a->fetcher.http = &persona_http_ipxe;
	if (reader && script_push(reader, text, len)) {
		ipxe_settings(a, reader);
		next = boot_script_run(&s);
	}
	script_free(reader);
	return next;
}

enum boot_next
boot_ipxe(struct attempt *a, const struct url *at, const struct fetched *f)
{
	struct ipxefile inside;
	struct persona ipxe;
	enum boot_next next = BOOT_ROUND;

	ipxefile_read(f->data, f->kept, &inside);
	persona_become_ipxe(&a->persona, &ipxe);
	if (inside.script) {
		a->persona = ipxe;
		next = boot_ipxe_script(a, at, inside.script, inside.len);
	} else if (a->persona.ipxe && !inside.readable) {
		finding_warn(&a->findings, FAULT_IPXE_LOOP, "unless it has a script inside: server %s, file %s",
		    at->host, at->path);
		next = boot_unknown(a,
		    "iPXE is sent iPXE (%.150s); whether that has a script inside cannot be read out of the file",
		    at->path);
	} else if (a->persona.ipxe && a->ipxes++ > 0) {
		/* A server may answer otherwise the second time, but not for ever. */
		finding_add(&a->findings, FAULT_IPXE_LOOP, "server %s, file %s", at->host, at->path);
		next = BOOT_FAILS;
	} else {
		a->persona = ipxe;
	}
	ipxefile_free(&inside);
	return next;
}
