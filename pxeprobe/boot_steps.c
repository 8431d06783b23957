#include "boot_steps.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "lan6.h"
#include "num.h"

const struct dhcp_client *
boot_lease(const struct attempt *a)
{
	return &a->round[a->rounds - 1]->client;
}

/* The same over IPv6; what is booted is noted where the loaders look for it. */
static bool
boot_dhcp6(struct attempt *a, struct dhcp_round *noted)
{
	struct dhcp6_round *r = calloc(1, sizeof(*r));
	const struct dhcp6_answer *reply;

	if (!r)
		return false;
	*r = (struct dhcp6_round){ .lan = a->lan,
		.report = a->report,
		.findings = &a->findings,
		.id = a->id,
		.patience_ms = a->patience_ms,
		.again = a->rounds > 1 };
	a->six[a->rounds - 1] = r;
	noted->client.id = a->id;
	noted->client.boot.server_from = "59";
	if (a->rounds > 1 && a->six[a->rounds - 2])
		dhcp6_round_release(a->six[a->rounds - 2]);
	if (!dhcp6_round_run(r, &a->persona))
		return false;
	reply = &r->client.reply;
	snprintf(noted->client.boot.name, sizeof(noted->client.boot.name), "%s", r->url);
	a->fetcher = (struct fetcher){ .lan = a->lan,
		.six = true,
		.addr6 = r->addr,
		.dns_n = reply->dns_n,
		.patience_ms = a->patience_ms,
		.tftp = a->persona.tftp,
		.http = a->persona.http };
	memcpy(a->fetcher.dns6, reply->dns, sizeof(reply->dns));
	return true;
}

bool
boot_dhcp(struct attempt *a)
{
	struct dhcp_round *r;
	const struct dhcp_client *d;
	bool found;

	if (a->rounds == BOOT_ROUNDS || !(r = calloc(1, sizeof(*r)))) {
		finding_add(&a->findings, a->ipxes ? FAULT_IPXE_LOOP : FAULT_SCRIPT_ERROR,
		    "it asks for an address again and again, %zu times so far", a->rounds);
		return false;
	}
	d = &r->client;
	r->lan = a->lan;
	r->report = a->report;
	r->findings = &a->findings;
	r->id = a->id;
	r->patience_ms = a->patience_ms;
	r->before = a->rounds ? a->round[a->rounds - 1] : NULL;
	a->round[a->rounds++] = r;
	if (a->persona.dhcp6)
		return boot_dhcp6(a, r);
	if (a->replay)
		replay_round(a->replay, &a->persona);
	found = dhcp_round_run(r, &a->persona);
	if (found) {
		a->fetcher = (struct fetcher){ .lan = a->lan,
			.addr = d->addr,
			.dns_n = d->dns_n,
			.patience_ms = a->patience_ms,
			.tftp = a->persona.tftp,
			.http = a->persona.http };
		memcpy(a->fetcher.dns, d->dns, sizeof(d->dns));
	}
	/* An address leased before and again is given back once. */
	for (size_t i = 0; i + 1 < a->rounds; i++)
		if (a->round[i]->client.leased && d->leased && a->round[i]->client.addr == d->addr)
			a->round[i]->client.leased = false;
	return found;
}

static void
report_fetched(const struct attempt *a, const char *what, const struct fetched *f)
{
	const char *name = f->final, *failed = f->not_there ? "not found" : f->why;
	size_t len = strlen(f->from);
	char size[32], rate[32];
	struct step s;

	/* For people: who was asked stands in the column before. */
	if (strncmp(name, "tftp://", 7) == 0 && strncmp(name + 7, f->from, len) == 0 && name[7 + len] == '/')
		name += 7 + len + 1;
	step_begin(&s, what);
	snprintf(s.from, sizeof(s.from), "%s", f->from);
	s.ms = f->ms;
	s.timed = true;
	step_put(&s, "file", f->final);
	if (f->fault == FAULT_NONE) {
		step_put_num(&s, "bytes", f->bytes);
		step_put_num(&s, "rate", fetch_rate(f));
		step_put(&s, "how", f->how);
		step_detail(&s, "%s: %s, %s/s, %s", name, report_size(f->bytes, size), report_size(fetch_rate(f), rate),
		    f->how);
	} else {
		step_put(&s, "error", failed);
		step_detail(&s, "%s: %s", name, failed);
	}
	report_step(a->report, &s);
}

static bool
check_route6(const struct attempt *a, const struct url *u, struct fetched *out)
{
	const struct lan6 *l = lan_six(a->lan);
	char host[INET6_ADDRSTRLEN];
	union fetch_addr to;

	if (!fetch_resolve(&a->fetcher, u->host, &to) || lan6_is_on_link(l, &to.in6.sin6_addr) || lan6_has_router(l))
		return true;
	fetch_fail(out, FAULT_ADDRESS_OUTSIDE, "%s is not on this link, and no router advertises itself",
	    fetch_addr_text(&to, host));
	snprintf(out->from, sizeof(out->from), "%s", host);
	return false;
}

/* Does a route lead there?  Without a router only its own network is in reach (iPXE's
 * ipv4_route, and every other stack). */
static bool
check_route(const struct attempt *a, const struct url *u, struct fetched *out)
{
	const struct dhcp_client *d = boot_lease(a);
	char host[INET6_ADDRSTRLEN], addr[NUM_IP4_TEXT], mask[NUM_IP4_TEXT];
	union fetch_addr to;

	if (a->fetcher.six)
		return check_route6(a, u, out);
	if (d->router || !d->mask || !fetch_resolve(&a->fetcher, u->host, &to) ||
	    (ntohl(to.in.sin_addr.s_addr) & d->mask) == (d->addr & d->mask))
		return true;
	fetch_fail(out, FAULT_ADDRESS_OUTSIDE,
	    "%s is outside the network of %s, netmask %s, and the lease names no router", fetch_addr_text(&to, host),
	    num_ip4_text(d->addr, addr), num_ip4_text(d->mask, mask));
	snprintf(out->from, sizeof(out->from), "%s", host);
	return false;
}

/* Option 66 where it names another server than the one asked: what somebody meant. */
static const char *
meant_server(const struct attempt *a, const char *host, char out[80])
{
	const struct dhcp_client *d = a->rounds && !a->fetcher.six ? boot_lease(a) : NULL;
	const uint8_t *v = NULL;
	size_t len = 0;

	out[0] = '\0';
	if (d)
		v = dhcp_get(&d->last, DHCP_TFTP_NAME, &len);
	while (len && v[len - 1] == '\0')
		len--;
	if (len && len < 40 && (len != strlen(host) || memcmp(v, host, len) != 0))
		snprintf(out, 80, "; option 66 says %.*s, which does not count", (int)len, (const char *)v);
	return out;
}

bool
boot_fetch(struct attempt *a, const struct boot_file *file, const struct url *u, struct fetched *out)
{
	uint64_t start = clock_ms();
	char meant[80];
	bool ok;

	*out = (struct fetched){ .keep = file->keep };
	url_text(u, out->final);
	if (!check_route(a, u, out))
		; /* nothing is sent */
	else if (u->scheme[0] == 't')
		fetch_tftp(&a->fetcher, u, out);
	else if (a->fetcher.http)
		fetch_http(&a->fetcher, u, out);
	else
		fetch_fail(out, FAULT_URI_UNFIT, "%s", out->final);
	out->ms = clock_ms() - start;
	ok = out->fault == FAULT_NONE;
	a->bytes += out->bytes;
	if (a->replay)
		replay_file(a->replay, file->what, &a->fetcher, u, out);
	report_fetched(a, file->what, out);
	for (size_t i = 0; i < out->flaws; i++)
		(out->flaw[i].warning ? finding_warn : finding_add)(
		    &a->findings, out->flaw[i].fault, "%s", out->flaw[i].why);
	if (ok && out->bytes == 0)
		finding_add(&a->findings, FAULT_BOOTFILE_EMPTY, "%s", out->final);
	if (!ok && file->missing != FAULT_NONE) {
		bool plain = out->not_there || out->fault == FAULT_HTTP_STATUS;
		bool http_boot = file->missing == FAULT_BOOTFILE_NOT_FOUND && out->fault == FAULT_HTTP_STATUS;

		finding_fatal(&a->findings, plain && !http_boot ? file->missing : out->fault, "%s: %s%s", out->final,
		    out->why, file->missing == FAULT_BOOTFILE_NOT_FOUND ? meant_server(a, u->host, meant) : "");
	}
	return ok;
}

bool
boot_look(struct attempt *a, const struct url *u)
{
	struct boot_file file = { .what = "look" };
	struct fetched f;
	bool answered = boot_fetch(a, &file, u, &f) || f.not_there || f.fault == FAULT_HTTP_STATUS;

	if (!answered)
		finding_warn(&a->findings, f.fault, "%s: %s", f.final, f.why);
	fetch_free(&f);
	return answered;
}

enum boot_next
boot_load(struct attempt *a, const struct url *u, const char *what)
{
	/* Only DHCP names the boot file; what a loader starts is the loader's affair. */
	bool second = strcmp(what, "second") == 0;
	struct boot_file file = {
		.what = what, .missing = second ? FAULT_FILE_LOST : FAULT_BOOTFILE_NOT_FOUND, .keep = BOOTPROG_KEEP
	};
	struct fetched f;

	if (boot_fetch(a, &file, u, &f))
		return boot_start(a, u, &f);
	fetch_free(&f);
	return BOOT_FAILS;
}

enum boot_next
boot_start(struct attempt *a, const struct url *u, struct fetched *f)
{
	a->program = *u;
	a->file = *f;
	f->data = NULL;
	return BOOT_PROGRAM;
}

enum boot_next
boot_unknown(struct attempt *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->end, sizeof(a->end), fmt, ap);
	va_end(ap);
	finding_warn(&a->findings, FAULT_NOT_FOLLOWED, "%s", a->end);
	return BOOT_UNKNOWN;
}
