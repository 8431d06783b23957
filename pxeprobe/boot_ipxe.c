/* iPXE runs a script. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "boot_loaders.h"
#include "boot_script.h"
#include "ipxefile.h"
#include "machine.h"
#include "num.h"
#include "pxe.h"

struct ipxe_boot {
	struct boot_script s; /* first: its functions are called with it */
	bool offline;         /* the script runs before iPXE has asked for an address */
};

static bool
ipxe_find(struct boot_script *s, const char *name, struct url *out)
{
	if (((struct ipxe_boot *)(void *)s)->offline) {
		finding_add(&s->a->findings, FAULT_SCRIPT_ERROR,
		    "%.150s: loads \"%.120s\" before it has an address; it must say \"dhcp\" first", s->at.path, name);
		return false;
	}
	return url_join(&s->at, name, out);
}

/* An address, where there is one: `isset` asks. */
static void
set_address(struct script *i, const char *name, uint32_t addr)
{
	char text[NUM_IP4_TEXT];

	if (addr)
		script_set(i, name, num_ip4_text(addr, text));
}

/* Who sent an answer, option 54. */
static void
set_sender(struct script *i, const char *name, const struct dhcp_msg *m)
{
	uint32_t addr = 0;

	dhcp_get_addr(m, DHCP_SERVER_ID, &addr);
	set_address(i, name, addr);
}

/* What iPXE knows of the network that it came by. */
static void
set_network(const struct attempt *a, struct script *i)
{
	const struct dhcp_client *d = boot_lease(a);
	const struct dhcp6_round *six = a->six[a->rounds - 1];
	char text[INET6_ADDRSTRLEN];

	if (six) {
		script_set(i, "ip6", inet_ntop(AF_INET6, &six->addr, text, sizeof(text)));
		script_set(i, "filename", six->url);
		return;
	}
	set_address(i, "ip", d->addr);
	set_sender(i, "dhcp-server", &d->ack);
	set_address(i, "netmask", d->mask);
	set_address(i, "gateway", d->router);
	set_address(i, "dns", d->dns_n ? d->dns[0] : 0);
	/* net0's own settings come before the proxy's (dhcp.c, dhcp_register_settings). */
	set_address(i, "next-server", d->ack.siaddr ? d->ack.siaddr : d->last.siaddr);
	script_set(i, "filename", d->ack.file[0] ? d->ack.file : d->boot.name);
}

static void
set_digits(struct script *i, const char *name, const uint8_t *bytes, size_t len)
{
	char digits[2 * 250 + 1] = "";

	for (size_t k = 0; k < len && k < 250; k++)
		snprintf(digits + 2 * k, 3, "%02x", bytes[k]);
	script_set(i, name, digits);
}

/* What "${175.190:string}" is made of: the answer's options by number, and those in 43
 * and 175. */
static void
set_options(struct script *i, const struct dhcp_msg *m)
{
	char name[24];
	size_t len, sub;
	const uint8_t *v, *inside;

	for (unsigned code = 1; code < 255; code++) {
		if (!(v = dhcp_get(m, (uint8_t)code, &len)))
			continue;
		snprintf(name, sizeof(name), " option %u", code);
		set_digits(i, name, v, len);
		for (unsigned k = 1; (code == DHCP_VENDOR || code == DHCP_IPXE) && k < 255; k++)
			if ((inside = pxe_find_sub(v, len, (uint8_t)k, &sub))) {
				snprintf(name, sizeof(name), " option %u.%u", code, k);
				set_digits(i, name, inside, sub);
			}
	}
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
	/* Of QEMU's cards, whose ROM the persona is. */
	static const char rom_lacks[] =
	    "certstat colour console cpair iflinkwait imgextract imgmem imgtrust imgverify"
	    " ipstat lotest md5sum neighbour nslookup ntp param params pciscan ping profstat"
	    " sha1sum sha256sum shim time usbscan vcreate vdestroy";
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
	set_options(i, &d->ack);
	script_set(i, "mac", num_mac_text(d->id.mac, ':', text));
	script_set(i, "uuid", num_uuid_text(d->id.uuid, text));
	set_network(a, i);
	/* What a proxy says, and what it says on port 4011. */
	if (d->choice.boot != OFFER_NOBODY && d->choice.boot != d->choice.lease) {
		const struct dhcp_msg *proxy = &d->offer[d->choice.boot].msg;

		set_sender(i, "proxydhcp/dhcp-server", proxy);
		set_address(i, "proxydhcp/next-server", proxy->siaddr);
		script_set(i, "proxydhcp/filename", proxy->file);
	}
	if (d->choice.ask) {
		set_sender(i, "pxebs/dhcp-server", &d->last);
		set_address(i, "pxebs/next-server", d->last.siaddr);
		script_set(i, "pxebs/filename", d->last.file);
	}
	script_set(i, "platform", machine_ipxe_platform(m));
	script_set(i, "buildarch", m->ipxe ? m->ipxe : "");
	script_set(i, "version", "1.0.0+");
	script_set(i, "ifname", "net0");
	if (a->any_initrd)
		script_set(i, " any initrd", "yes");
	script_set(i, " lacks", a->ipxe_read ? a->ipxe_lacks : rom_lacks);
	if (!a->ipxe_read)
		script_set(i, " build unknown", "yes");
}

/* dhcp, ifconf: asks as iPXE does, whatever it may boot. */
static bool
ipxe_dhcp(struct boot_script *s)
{
	struct ipxe_boot *b = (struct ipxe_boot *)(void *)s;
	struct attempt *a = s->a;
	struct persona before = a->persona;
	bool ok;

	if (!b->offline)
		return true;
	a->persona.rule = RULE_ADDRESS;
	ok = boot_dhcp(a);
	a->persona = before;
	if (ok) {
		a->fetcher.tftp = &persona_tftp_ipxe;
		a->fetcher.http = &persona_http_ipxe;
		b->offline = false;
		ipxe_settings(a, s->reader);
	}
	return ok;
}

/* iPXE makes up the DHCP answer that the next program sees from its settings
 * (fakedhcp.c). */
static void
ipxe_leave(struct boot_script *s)
{
	struct attempt *a = s->a;

	snprintf(a->pxelinux_config, sizeof(a->pxelinux_config), "%.255s", script_value(s->reader, "209"));
	snprintf(a->pxelinux_prefix, sizeof(a->pxelinux_prefix), "%.255s", script_value(s->reader, "210"));
}

static enum boot_next
run_script(struct attempt *a, const struct url *at, const char *text, size_t len, bool offline)
{
	struct script *reader = script_ipxe();
	struct ipxe_boot b = { .s = { .a = a,
		                   .reader = reader,
		                   .at = *at,
		                   .find = ipxe_find,
		                   .dhcp = ipxe_dhcp,
		                   .leave = ipxe_leave,
		                   .relative = true,
		                   .handles = true },
		.offline = offline };
	enum boot_next next = BOOT_FAILS;

	a->fetcher.tftp = &persona_tftp_ipxe;
	a->fetcher.http = &persona_http_ipxe;
	if (reader && script_push(reader, text, len)) {
		ipxe_settings(a, reader);
		next = boot_script_run(&b.s);
	}
	script_free(reader);
	return next;
}

enum boot_next
boot_ipxe_script(struct attempt *a, const struct url *at, const char *text, size_t len)
{
	return run_script(a, at, text, len, false);
}

/* On EFI, iPXE looks for a script before anything else since 2021, over the network since
 * 2024 (efi_autoexec.c): beside the program that came over HTTP, at the root of the TFTP
 * server.  False when there is none. */
static bool
run_autoexec(struct attempt *a, const struct url *at, const struct fetched *f, enum boot_next *next)
{
	struct boot_file file = { .what = "look", .missing = FAULT_NONE, .keep = BOOT_SCRIPT };
	bool efi = machine_is_efi(machine_named(a->persona.machine));
	struct fetched script;
	struct url u;
	bool found;

	if (!efi || !f->kept || !memmem(f->data, f->kept, "autoexec.ipxe", 13))
		return false;
	if (at->scheme[0] == 't') {
		u = *at;
		snprintf(u.path, sizeof(u.path), "autoexec.ipxe");
	} else if (!url_join(at, "autoexec.ipxe", &u)) {
		return false;
	}
	a->fetcher.tftp = &persona_tftp_ipxe;
	a->fetcher.http = &persona_http_ipxe;
	found = boot_fetch(a, &file, &u, &script);
	if (found)
		*next = run_script(a, &u, (const char *)script.data, script.kept, true);
	fetch_free(&script);
	return found;
}

enum boot_next
boot_ipxe(struct attempt *a, const struct url *at, const struct fetched *f)
{
	/* LINUX_EFI_INITRD_MEDIA_GUID */
	static const uint8_t media[16] = { 0x27, 0xe4, 0x68, 0x55, 0xfc, 0x68, 0x3d, 0x4f, 0xac, 0x74, 0xca, 0x55, 0x52,
		0x31, 0xcc, 0x68 };
	struct ipxefile inside;
	struct persona before = a->persona;
	enum boot_next next = BOOT_ROUND;

	a->any_initrd = f->kept && memmem(f->data, f->kept, media, sizeof(media));
	ipxefile_read(f->data, f->kept, &inside);
	a->ipxe_read = true;
	snprintf(a->ipxe_lacks, sizeof(a->ipxe_lacks), "%s", inside.readable ? inside.lacks : "");
	persona_become_ipxe(&before, &a->persona);
	if (inside.script) {
		next = run_script(a, at, inside.script, inside.len, true);
	} else if (run_autoexec(a, at, f, &next)) {
		; /* it has run */
	} else if (before.ipxe && !inside.readable) {
		finding_warn(&a->findings, FAULT_IPXE_LOOP, "unless it has a script inside: server %s, file %s",
		    at->host, at->path);
		next = boot_unknown(a,
		    "iPXE is sent iPXE (%.150s); whether that has a script inside cannot be read out of the file",
		    at->path);
	} else if (before.ipxe && a->ipxes++ > 0) {
		/* A server may answer otherwise the second time, but not for ever. */
		finding_add(&a->findings, FAULT_IPXE_LOOP, "server %s, file %s", at->host, at->path);
		next = BOOT_FAILS;
	}
	ipxefile_free(&inside);
	return next;
}
