#include <stdio.h>
#include <string.h>

#include "num.h"
#include "boot_script.h"

static void
ipxe_trail_next(struct boot_script *t, struct script_action *out)
{
	ipxe_next(t->reader, out);
}

static void
ipxe_trail_result(struct boot_script *t, bool ok)
{
	ipxe_result(t->reader, ok);
}

static bool
ipxe_trail_push(struct boot_script *t, const struct url *at, const struct fetched *f)
{
	/* Names in a chained script are relative to that script. */
	t->at = *at;
	return ipxe_push(t->reader, (const char *)f->data, f->kept);
}

static bool
beside(struct boot_script *t, const char *name, struct url *out)
{
	return url_join(&t->at, name, out);
}

/* Settings that come from the lease: by the option's number ("${209:string}")
 * and, some, by name. */
static void
ipxe_lease_settings(const struct dhcp_msg *ack, struct ipxe *i)
{
	static const struct {
		uint8_t code;
		const char *name;
	} options[] = { { DHCP_HOSTNAME, "hostname" }, { DHCP_DOMAIN, "domain" }, { DHCP_ROOT_PATH, "root-path" },
		{ DHCP_TFTP_NAME, "66" }, { DHCP_BOOT_FILE, "67" }, { DHCP_PXELINUX_CONFIG, "209" },
		{ DHCP_PXELINUX_PREFIX, "210" } };
	char number[8];
	size_t len;

	for (size_t k = 0; k < sizeof(options) / sizeof(options[0]); k++) {
		const uint8_t *v = dhcp_get(ack, options[k].code, &len);

		if (!v)
			continue;
		/* A NUL follows in any case. */
		snprintf(number, sizeof(number), "%u", options[k].code);
		ipxe_set(i, number, (const char *)v);
		ipxe_set(i, options[k].name, (const char *)v);
	}
}

static void
ipxe_settings(struct attempt *w, struct ipxe *i)
{
	const struct dhcp_client *d = boot_lease(w);
	char text[NUM_UUID_TEXT];
	const char *machine = w->persona.machine;

	ipxe_lease_settings(&d->ack, i);
	ipxe_set(i, "mac", num_mac_text(d->id.mac, ':', text));
	ipxe_set(i, "uuid", num_uuid_text(d->id.uuid, text));
	ipxe_set(i, "ip", num_ip4_text(d->addr, text));
	ipxe_set(i, "netmask", num_ip4_text(d->mask, text));
	ipxe_set(i, "gateway", num_ip4_text(d->router, text));
	ipxe_set(i, "dns", d->dns_n ? num_ip4_text(d->dns[0], text) : "");
	ipxe_set(i, "next-server", num_ip4_text(d->last.siaddr, text));
	ipxe_set(i, "filename", d->boot.name);
	ipxe_set(i, "platform", strcmp(machine, "bios") == 0 ? "pcbios" : "efi");
	ipxe_set(i, "buildarch",
	    strcmp(machine, "bios") == 0          ? "i386" :
	        strcmp(machine, "efi-arm64") == 0 ? "arm64" :
	        strcmp(machine, "efi-ia32") == 0  ? "i386" :
	                                            "x86_64");
	ipxe_set(i, "version", "1.0.0+");
	ipxe_set(i, "ifname", "net0");
}

bool
boot_ipxe_script(struct attempt *w, const struct url *at, const char *text, size_t len)
{
	struct ipxe *i = ipxe_new();
	struct boot_script t = { .w = w,
		.at = *at,
		.reader = i,
		.next = ipxe_trail_next,
		.result = ipxe_trail_result,
		.push = ipxe_trail_push,
		.find = beside,
		.handles = true };
	bool boots = false;

	w->fetcher.tftp = &persona_tftp_ipxe;
	w->fetcher.http = &persona_http_ipxe;
	if (i && ipxe_push(i, text, len)) {
		ipxe_settings(w, i);
		boots = boot_follow(&t);
	}
	ipxe_free(i);
	return boots;
}
