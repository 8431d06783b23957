#include "listing6.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "addr6.h"
#include "facts.h"
#include "leaseline6.h"
#include "num.h"

struct entry {
	struct in6_addr addr;
	size_t at; /* in the text: later lines are further on */
	size_t len;
};

struct list {
	struct entry *of;
	size_t n, room, damaged;
};

static bool
list6_add(struct list *l, struct entry e)
{
	struct entry *more;

	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 1024;

		more = realloc(l->of, room * sizeof(*more));
		if (!more)
			return false;
		l->of = more;
		l->room = room;
	}
	l->of[l->n++] = e;
	return true;
}

static bool
list6_read(struct list *l, const struct leasecmd_text *f)
{
	for (size_t at = 0; at < f->len;) {
		const char *nl = memchr(f->text + at, '\n', f->len - at);
		size_t len = nl ? (size_t)(nl - f->text) - at : f->len - at;
		struct leaseline line;

		switch (leaseline6_parse(f->text + at, len, &line)) {
		case LEASELINE_LEASE:
			if (!list6_add(l, (struct entry){ line.addr, at, len }))
				return false;
			break;
		case LEASELINE_DAMAGED:
			l->damaged++;
			break;
		default:
			break;
		}
		at += len + 1;
	}
	return true;
}

static int
listing6_by_addr_and_age(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = addr6_cmp(&x->addr, &y->addr);

	return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

static int
listing6_print_line(struct facts_out *o, const struct leaseline *l, FILE *to)
{
	char addr[INET6_ADDRSTRLEN], mac_text[NUM_MAC_TEXT], until[32], duid[3 * DHCP6_DUID_MAX];
	uint8_t mac[6];
	time_t t = (time_t)l->expiry;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || strftime(until, sizeof(until), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(until, sizeof(until), "%lld", (long long)l->expiry);
	facts_begin(o, "lease");
	facts_put(o, "addr", addr6_text(&l->addr, addr));
	if (dhcp6_duid_mac((struct dhcp6_bytes){ l->duid, l->duid_len }, mac))
		facts_put(o, "mac", num_mac_text(mac, ':', mac_text));
	facts_put(o, "state", l->duid_len ? "bound" : "declined");
	facts_put(o, "until", until);
	if (*l->name)
		facts_put(o, "name", l->name);
	if (l->duid_len) {
		for (size_t i = 0; i < l->duid_len; i++)
			snprintf(duid + 3 * i, 4, "%02x:", l->duid[i]);
		duid[3 * l->duid_len - 1] = '\0';
		facts_put(o, "duid", duid);
		facts_put_num(o, "iaid", l->iaid);
	}
	return facts_end(o, to);
}

/* The last line for each address. */
static int
list6_print(const struct list *l, const struct leasecmd_input *in, FILE *to)
{
	struct facts_out o = { .json = in->json };
	struct leaseline line;
	int rc = 0;

	for (size_t i = 0; i < l->n && rc == 0; i++) {
		const struct entry *e = &l->of[i];

		if (i + 1 < l->n && addr6_cmp(&e->addr, &l->of[i + 1].addr) == 0)
			continue;
		leaseline6_parse(in->leases.text + e->at, e->len, &line);
		if (line.expiry > in->now)
			rc = listing6_print_line(&o, &line, to);
	}
	facts_out_free(&o);
	return rc;
}

int
listing6_print(const struct leasecmd_input *in, FILE *to, size_t *damaged)
{
	struct list l = { 0 };
	int rc = list6_read(&l, &in->leases) ? 0 : -1;

	if (rc == 0 && l.n > 0)
		qsort(l.of, l.n, sizeof(*l.of), listing6_by_addr_and_age);
	if (rc == 0)
		rc = list6_print(&l, in, to);
	*damaged = l.damaged;
	free(l.of);
	return rc;
}
