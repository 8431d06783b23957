#include "hosts.h"

#include <stdlib.h>
#include <string.h>

/* What a host is known by; part of what is hashed. */
enum host_id_kind { ID_MAC = 1, ID_CLIENT, ID_UUID, ID_DUID, ID_ADDR, ID_ADDR6 };

struct host_id {
	enum host_id_kind kind;
	const void *bytes;
	size_t len;
};

struct entry {
	struct hashtab_node node;
	const struct host *host;
	uint8_t kind, len;
	uint8_t bytes[];
};

static uint64_t
id_hash(const struct hosts *h, const struct host_id *id)
{
	return hashtab_hash(h->seed + id->kind, id->bytes, id->len);
}

static bool
entry_is(const struct entry *e, const struct host_id *id)
{
	return e->kind == id->kind && e->len == id->len && memcmp(e->bytes, id->bytes, id->len) == 0;
}

static bool
id_is_addr(const struct host_id *id)
{
	return id->kind == ID_ADDR || id->kind == ID_ADDR6;
}

static int
id_add(struct hosts *h, const struct host *host, struct host_id id)
{
	struct hashtab *t = id_is_addr(&id) ? &h->by_addr : &h->by_id;
	struct entry *e = calloc(1, sizeof(*e) + id.len);

	if (!e)
		return -1;
	e->host = host;
	e->kind = (uint8_t)id.kind;
	e->len = (uint8_t)id.len;
	memcpy(e->bytes, id.bytes, id.len);
	if (hashtab_add(t, &e->node, id_hash(h, &id)) == 0)
		return 0;
	free(e);
	return -1;
}

static int
id_remove(struct hosts *h, const struct host *host, struct host_id id)
{
	struct hashtab *t = id_is_addr(&id) ? &h->by_addr : &h->by_id;
	struct hashtab_node *n = hashtab_first(t, id_hash(h, &id));

	while (n) {
		struct entry *e = HASHTAB_ENTRY(n, struct entry, node);

		n = hashtab_next(n);
		if (e->host != host || !entry_is(e, &id))
			continue;
		hashtab_remove(t, &e->node);
		free(e);
	}
	return 0;
}

/* Calls `act` for everything that the host is known by, until it fails. */
static int
id_each(struct hosts *h, const struct host *host, int (*act)(struct hosts *, const struct host *, struct host_id))
{
	int rc = 0;

	for (size_t i = 0; i < host->macs && rc == 0; i++)
		rc = act(h, host, (struct host_id){ ID_MAC, host->mac[i], sizeof(host->mac[i]) });
	if (host->id_len && rc == 0)
		rc = act(h, host, (struct host_id){ ID_CLIENT, host->id, host->id_len });
	if (host->has_uuid && rc == 0)
		rc = act(h, host, (struct host_id){ ID_UUID, host->uuid, sizeof(host->uuid) });
	if (host->duid_len && rc == 0)
		rc = act(h, host, (struct host_id){ ID_DUID, host->duid, host->duid_len });
	for (size_t i = 0; i < host->addrs.n && rc == 0; i++)
		rc = act(h, host, (struct host_id){ ID_ADDR, &host->addrs.addr[i], sizeof(uint32_t) });
	for (size_t i = 0; i < host->addrs6.n && rc == 0; i++)
		rc = act(h, host, (struct host_id){ ID_ADDR6, &host->addrs6.addr[i], sizeof(struct in6_addr) });
	return rc;
}

int
hosts_add(struct hosts *h, const struct host *host)
{
	return id_each(h, host, id_add);
}

void
hosts_remove(struct hosts *h, const struct host *host)
{
	id_each(h, host, id_remove);
}

int
hosts_add_rules(struct hosts *h, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n[RULE_HOST]; i++)
		if (hosts_add(h, rules_line(rules, RULE_HOST, i)->host) < 0)
			return -1;
	return 0;
}

/* Where the client is, for either family. */
struct place {
	const struct hosts_link *link;
	const struct hosts_link6 *link6;
	bool six;
};

static size_t
addr_count(const struct host *host, const struct place *p)
{
	return p->six ? host->addrs6.n : host->addrs.n;
}

static bool
can_have(const struct host *host, const struct place *p, size_t i)
{
	if (p->six)
		return !p->link6 || p->link6->has(p->link6->arg, &host->addrs6.addr[i]);
	return !p->link || p->link->has(p->link->arg, host->addrs.addr[i]);
}

/* Which of the line's addresses is on the client's link; their number: none. */
static size_t
addr_on(const struct host *host, const struct place *p)
{
	size_t i = 0, n = addr_count(host, p);

	while (i < n && !can_have(host, p, i))
		i++;
	return i;
}

/* Of several lines for one machine, that with an address on its link; else the first. */
static bool
is_better(const struct host *host, const struct host *than, const struct place *p)
{
	if (addr_on(than, p) < addr_count(than, p))
		return false;
	return addr_on(host, p) < addr_count(host, p) || host->where.line < than->where.line;
}

/* Sets the host line and the file that this identifies, unless they are known
 * already: the most reliable kind is looked up first, as boards are known to
 * share a UUID. */
static void
hosts_find_by(const struct hosts *h, struct host_id id, const struct place *p, struct hosts_found *out)
{
	struct hashtab_node *n = hashtab_first(&h->by_id, id_hash(h, &id));
	const struct host *host = NULL, *file = NULL;

	for (; n; n = hashtab_next(n)) {
		const struct entry *e = HASHTAB_ENTRY(n, struct entry, node);
		const struct host **to = e->host->own ? &file : &host;

		if (entry_is(e, &id) && (!*to || is_better(e->host, *to, p)))
			*to = e->host;
	}
	out->host = out->host ? out->host : host;
	out->file = out->file ? out->file : file;
}

static void
hosts_find_at(const struct hosts *h, const struct hosts_who *who, const struct place *p, struct hosts_found *out)
{
	*out = (struct hosts_found){ 0 };
	if (h->by_id.n == 0)
		return;
	if (who->mac)
		hosts_find_by(h, (struct host_id){ ID_MAC, who->mac, 6 }, p, out);
	if (who->id_len)
		hosts_find_by(h, (struct host_id){ ID_CLIENT, who->id, who->id_len }, p, out);
	if (who->duid_len)
		hosts_find_by(h, (struct host_id){ ID_DUID, who->duid, who->duid_len }, p, out);
	if (who->uuid)
		hosts_find_by(h, (struct host_id){ ID_UUID, who->uuid, 16 }, p, out);
	out->addr_of = out->file && addr_count(out->file, p) ? out->file : out->host;
}

/* The one on the link, or the first, which then is of no use to it; -1: there is none. */
static int
addr_best(const struct host *host, const struct place *p)
{
	size_t i = host ? addr_on(host, p) : 0, n = host ? addr_count(host, p) : 0;

	return n == 0 ? -1 : i < n ? (int)i : 0;
}

void
hosts_find(const struct hosts *h, const struct hosts_who *who, const struct hosts_link *link, struct hosts_found *out)
{
	const struct place p = { .link = link };
	int i;

	hosts_find_at(h, who, &p, out);
	i = addr_best(out->addr_of, &p);
	out->addr = i < 0 ? 0 : out->addr_of->addrs.addr[i];
}

void
hosts_find6(const struct hosts *h, const struct hosts_who *who, const struct hosts_link6 *link, struct hosts_found *out)
{
	const struct place p = { .link6 = link, .six = true };
	int i;

	hosts_find_at(h, who, &p, out);
	i = addr_best(out->addr_of, &p);
	out->has_addr6 = i >= 0;
	if (out->has_addr6)
		out->addr6 = out->addr_of->addrs6.addr[i];
}

static bool
reserved(const struct hosts *h, struct host_id id, const struct hosts_found *but)
{
	struct hashtab_node *n = h->by_addr.n ? hashtab_first(&h->by_addr, id_hash(h, &id)) : NULL;
	bool found = false;

	for (; n; n = hashtab_next(n)) {
		const struct entry *e = HASHTAB_ENTRY(n, struct entry, node);

		if (!entry_is(e, &id))
			continue;
		if (but && (e->host == but->host || e->host == but->file))
			return false;
		found = true;
	}
	return found;
}

bool
hosts_reserved(const struct hosts *h, uint32_t addr, const struct hosts_found *but)
{
	return reserved(h, (struct host_id){ ID_ADDR, &addr, sizeof(addr) }, but);
}

bool
hosts_reserved6(const struct hosts *h, const struct in6_addr *addr, const struct hosts_found *but)
{
	return reserved(h, (struct host_id){ ID_ADDR6, addr, sizeof(*addr) }, but);
}

bool
hosts_have_addr(const struct hosts *h, uint32_t addr)
{
	return hosts_reserved(h, addr, NULL);
}

bool
hosts_have_addr6(const struct hosts *h, const struct in6_addr *addr)
{
	return hosts_reserved6(h, addr, NULL);
}

bool
hosts_known(const struct hosts_found *found)
{
	return found->host || found->file;
}

const char *
hosts_name(const struct hosts_found *found)
{
	if (found->file && found->file->name)
		return found->file->name;
	return found->host ? found->host->name : NULL;
}

static bool
has_tag(const struct host *h, const char *tag)
{
	for (size_t i = 0; h && i < h->tag.n; i++)
		if (strcmp(h->tag.item[i], tag) == 0)
			return true;
	return false;
}

bool
hosts_tagged(const struct hosts_found *found, const char *tag)
{
	return has_tag(found->file, tag) || has_tag(found->host, tag);
}

void
hosts_free(struct hosts *h)
{
	struct hashtab *const tables[] = { &h->by_id, &h->by_addr };

	for (size_t i = 0; i < 2; i++) {
		struct hashtab_walk walk = { 0 };

		for (struct hashtab_node *n; (n = hashtab_step(tables[i], &walk));)
			free(HASHTAB_ENTRY(n, struct entry, node));
		hashtab_free(tables[i]);
	}
}
