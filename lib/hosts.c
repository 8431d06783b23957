#include "hosts.h"

#include <stdlib.h>
#include <string.h>

/* What a host is known by; part of what is hashed. */
enum host_id_kind { ID_MAC = 1, ID_CLIENT, ID_UUID, ID_ADDR };

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

static int
id_add(struct hosts *h, const struct host *host, struct host_id id)
{
	struct hashtab *t = id.kind == ID_ADDR ? &h->by_addr : &h->by_id;
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
	struct hashtab *t = id.kind == ID_ADDR ? &h->by_addr : &h->by_id;
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
	for (size_t i = 0; i < host->addrs.n && rc == 0; i++)
		rc = act(h, host, (struct host_id){ ID_ADDR, &host->addrs.addr[i], sizeof(uint32_t) });
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

static bool
can_have(const struct hosts_link *link, uint32_t addr)
{
	return !link || link->has(link->arg, addr);
}

/* The address of the line that is on the client's link. */
static bool
addr_on(const struct host *host, const struct hosts_link *link, uint32_t *addr)
{
	/* most have only one, and then it does not matter */
	for (size_t i = 0; host->addrs.n > 1 && i < host->addrs.n; i++)
		if (can_have(link, *addr = host->addrs.addr[i]))
			return true;
	return false;
}

/* Of several lines for one machine, that with an address on its link; else the first. */
static bool
is_better(const struct host *host, const struct host *than, const struct hosts_link *link)
{
	for (size_t i = 0; i < than->addrs.n; i++)
		if (can_have(link, than->addrs.addr[i]))
			return false;
	for (size_t i = 0; i < host->addrs.n; i++)
		if (can_have(link, host->addrs.addr[i]))
			return true;
	return host->where.line < than->where.line;
}

/* Sets the host line and the file that this identifies, unless they are known
 * already: the most reliable kind is looked up first, as boards are known to
 * share a UUID. */
static void
hosts_find_by(const struct hosts *h, struct host_id id, const struct hosts_link *link, struct hosts_found *out)
{
	struct hashtab_node *n = hashtab_first(&h->by_id, id_hash(h, &id));
	const struct host *host = NULL, *file = NULL;

	for (; n; n = hashtab_next(n)) {
		const struct entry *e = HASHTAB_ENTRY(n, struct entry, node);
		const struct host **to = e->host->own ? &file : &host;

		if (entry_is(e, &id) && (!*to || is_better(e->host, *to, link)))
			*to = e->host;
	}
	out->host = out->host ? out->host : host;
	out->file = out->file ? out->file : file;
}

void
hosts_find(const struct hosts *h, const struct hosts_who *who, const struct hosts_link *link, struct hosts_found *out)
{
	*out = (struct hosts_found){ 0 };
	if (h->by_id.n == 0)
		return;
	if (who->mac)
		hosts_find_by(h, (struct host_id){ ID_MAC, who->mac, 6 }, link, out);
	if (who->id_len)
		hosts_find_by(h, (struct host_id){ ID_CLIENT, who->id, who->id_len }, link, out);
	if (who->uuid)
		hosts_find_by(h, (struct host_id){ ID_UUID, who->uuid, 16 }, link, out);
	out->addr_of = out->file && out->file->addrs.n ? out->file : out->host;
	if (out->addr_of && out->addr_of->addrs.n && !addr_on(out->addr_of, link, &out->addr))
		out->addr = out->addr_of->addrs.addr[0];
}

bool
hosts_reserved(const struct hosts *h, uint32_t addr, const struct hosts_found *but)
{
	const struct host_id id = { ID_ADDR, &addr, sizeof(addr) };
	struct hashtab_node *n;
	bool reserved = false;

	if (h->by_addr.n == 0)
		return false;
	n = hashtab_first(&h->by_addr, id_hash(h, &id));
	for (; n; n = hashtab_next(n)) {
		const struct entry *e = HASHTAB_ENTRY(n, struct entry, node);

		if (!entry_is(e, &id))
			continue;
		if (e->host == but->host || e->host == but->file)
			return false;
		reserved = true;
	}
	return reserved;
}

bool
hosts_have_addr(const struct hosts *h, uint32_t addr)
{
	const struct host_id id = { ID_ADDR, &addr, sizeof(addr) };
	struct hashtab_node *n = h->by_addr.n ? hashtab_first(&h->by_addr, id_hash(h, &id)) : NULL;

	for (; n; n = hashtab_next(n))
		if (entry_is(HASHTAB_ENTRY(n, struct entry, node), &id))
			return true;
	return false;
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
