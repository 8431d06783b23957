#include "listing.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "facts.h"
#include "leaseline.h"
#include "num.h"

struct entry {
	uint32_t addr;
	bool offer;
	size_t at; /* in its text: later lines are further on */
	size_t len;
};

struct list {
	struct entry *of;
	size_t n, room, damaged;
	bool unsorted;
};

static bool
list_add(struct list *l, struct entry e)
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
	l->unsorted |= l->n > 0 && l->of[l->n - 1].addr >= e.addr;
	l->of[l->n++] = e;
	return true;
}

static bool
list_read(struct list *l, const struct leasecmd_text *f, bool offers)
{
	for (size_t at = 0; at < f->len;) {
		const char *nl = memchr(f->text + at, '\n', f->len - at);
		size_t len = nl ? (size_t)(nl - f->text) - at : f->len - at;
		struct leaseline line;

		if (!leaseline_parse(f->text + at, len, &line))
			l->damaged++;
		else if (!list_add(l, (struct entry){ line.addr, offers, at, len }))
			return false;
		at += len + 1;
	}
	return true;
}

static int
by_addr_and_age(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	if (x->offer != y->offer)
		return x->offer ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static const char *
until_text(int64_t expiry, char out[32])
{
	time_t t = (time_t)expiry;
	struct tm tm;

	if (expiry == LEASES_FOREVER)
		return "never";
	if (!gmtime_r(&t, &tm) || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(out, 32, "%lld", (long long)expiry);
	return out;
}

/* The identifier that most systems send says no more than their MAC address. */
static bool
is_of_mac(const struct leaseline *l)
{
	return l->key_len == 7 && l->key[0] == 1 && memcmp(l->key + 1, l->mac, sizeof(l->mac)) == 0;
}

static int
print_line(struct facts_out *o, const struct leaseline *l, bool offer, FILE *to)
{
	char text[NUM_IP4_TEXT], mac[NUM_MAC_TEXT], until[32], id[3 * sizeof(l->key)];

	facts_begin(o, "lease");
	facts_put(o, "addr", num_ip4_text(l->addr, text));
	if (l->key_len > 0)
		facts_put(o, "mac", num_mac_text(l->mac, ':', mac));
	facts_put(o, "state", offer ? "offered" : l->key_len > 0 ? "bound" : "declined");
	facts_put(o, "until", until_text(l->expiry, until));
	if (*l->name)
		facts_put(o, "name", l->name);
	if (l->key_len > 0 && l->sent_id && !is_of_mac(l)) {
		for (size_t i = 0; i < l->key_len; i++)
			snprintf(id + 3 * i, 4, "%02x:", l->key[i]);
		id[3 * l->key_len - 1] = '\0';
		facts_put(o, "client-id", id);
	}
	return facts_end(o, to);
}

static bool
is_in_force(const struct leaseline *l, int64_t now)
{
	return l->expiry > now || (l->expiry == LEASES_FOREVER && l->key_len > 0);
}

/* An offer that a client took up and gave back within the minute is no offer any more. */
static bool
is_newer(const struct leaseline *offer, const struct leaseline *lease)
{
	return offer->addr == lease->addr && offer->expiry - LEASES_OFFER_S >= lease->expiry;
}

/* The last line of its kind for each address. */
static int
list_print(const struct list *l, const struct leasecmd_input *in, FILE *to)
{
	struct facts_out o = { .json = in->json };
	struct leaseline line, offered = { 0 };
	int rc = 0;

	for (size_t i = 0; i < l->n && rc == 0; i++) {
		const struct entry *e = &l->of[i];
		bool last = i + 1 == l->n || l->of[i + 1].addr != e->addr;

		if (!last && l->of[i + 1].offer == e->offer)
			continue;
		leaseline_parse((e->offer ? in->offers : in->leases).text + e->at, e->len, &line);
		if (e->offer && !last) {
			offered = line;
			continue;
		}
		if (is_in_force(&line, in->now))
			rc = print_line(&o, &line, e->offer, to);
		else if (is_newer(&offered, &line) && is_in_force(&offered, in->now))
			rc = print_line(&o, &offered, true, to);
	}
	facts_out_free(&o);
	return rc;
}

int
listing_print(const struct leasecmd_input *in, FILE *to, size_t *damaged)
{
	struct list l = { 0 };
	int rc = list_read(&l, &in->leases, false) && list_read(&l, &in->offers, true) ? 0 : -1;

	if (rc == 0 && l.unsorted)
		qsort(l.of, l.n, sizeof(*l.of), by_addr_and_age);
	if (rc == 0)
		rc = list_print(&l, in, to);
	*damaged = l.damaged;
	free(l.of);
	return rc;
}
