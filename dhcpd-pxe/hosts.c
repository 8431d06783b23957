#include "hosts.h"

#include <stdlib.h>
#include <string.h>

/* What a host is known by; part of what is hashed. */
enum id_kind { ID_MAC = 1, ID_CLIENT, ID_UUID, ID_ADDR };

struct entry {
	struct hashtab_node node;
	const struct host *host;
	uint8_t kind, len;
	uint8_t bytes[];
};

static uint64_t
hash_of(const struct hosts *h, enum id_kind kind, const void *bytes, size_t len)
{
	return hashtab_hash(h->seed + kind, bytes, len);
}

static bool
is(const struct entry *e, enum id_kind kind, const void *bytes, size_t len)
{
	return e->kind == kind && e->len == len && memcmp(e->bytes, bytes, len) == 0;
}

static int
add(struct hosts *h, const struct host *host, enum id_kind kind, const void *bytes, size_t len)
{
	struct hashtab *t = kind == ID_ADDR ? &h->by_addr : &h->by_id;
	struct entry *e = calloc(1, sizeof(*e) + len);

	if (!e)
		return -1;
	e->host = host;
	e->kind = (uint8_t)kind;
	e->len = (uint8_t)len;
	memcpy(e->bytes, bytes, len);
	if (hashtab_add(t, &e->node, hash_of(h, kind, bytes, len)) == 0)
		return 0;
	free(e);
	return -1;
}

static void
take_out(struct hosts *h, const struct host *host, enum id_kind kind, const void *bytes, size_t len)
{
	struct hashtab *t = kind == ID_ADDR ? &h->by_addr : &h->by_id;
	struct hashtab_node *n = hashtab_first(t, hash_of(h, kind, bytes, len));

	while (n) {
		struct entry *e = HASHTAB_ENTRY(n, struct entry, node);

		n = hashtab_next(n);
		if (e->host != host || !is(e, kind, bytes, len))
			continue;
		hashtab_remove(t, &e->node);
		free(e);
	}
}

int
hosts_add(struct hosts *h, const struct host *host)
{
	for (size_t i = 0; i < host->macs; i++)
		if (add(h, host, ID_MAC, host->mac[i], sizeof(host->mac[i])) < 0)
			return -1;
	if (host->id_len && add(h, host, ID_CLIENT, host->id, host->id_len) < 0)
		return -1;
	if (host->has_uuid && add(h, host, ID_UUID, host->uuid, sizeof(host->uuid)) < 0)
		return -1;
	if (host->addr && add(h, host, ID_ADDR, &host->addr, sizeof(host->addr)) < 0)
		return -1;
	return 0;
}

void
hosts_remove(struct hosts *h, const struct host *host)
{
	for (size_t i = 0; i < host->macs; i++)
		take_out(h, host, ID_MAC, host->mac[i], sizeof(host->mac[i]));
	if (host->id_len)
		take_out(h, host, ID_CLIENT, host->id, host->id_len);
	if (host->has_uuid)
		take_out(h, host, ID_UUID, host->uuid, sizeof(host->uuid));
	if (host->addr)
		take_out(h, host, ID_ADDR, &host->addr, sizeof(host->addr));
}

int
hosts_add_rules(struct hosts *h, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n[RULE_HOST]; i++)
		if (hosts_add(h, rules_line(rules, RULE_HOST, i)->host) < 0)
			return -1;
	return 0;
}

/* The first of each kind stays: a MAC address says more than a UUID, which
 * boards are known to share. */
static void
find(const struct hosts *h, struct client *c, enum id_kind kind, const void *bytes, size_t len)
{
	struct hashtab_node *n = hashtab_first(&h->by_id, hash_of(h, kind, bytes, len));

	for (; n; n = hashtab_next(n)) {
		const struct entry *e = HASHTAB_ENTRY(n, struct entry, node);
		const struct host **to = e->host->own ? &c->file : &c->host;

		if (!*to && is(e, kind, bytes, len))
			*to = e->host;
	}
}

void
hosts_find(const struct hosts *h, struct client *c)
{
	c->host = NULL;
	c->file = NULL;
	if (h->by_id.n == 0)
		return;
	if (c->has_mac)
		find(h, c, ID_MAC, c->mac, sizeof(c->mac));
	if (c->key_len)
		find(h, c, ID_CLIENT, c->key, c->key_len);
	if (c->pxe.has_uuid)
		find(h, c, ID_UUID, c->pxe.uuid, sizeof(c->pxe.uuid));
}

bool
hosts_reserved(const struct hosts *h, uint32_t addr, const struct client *c)
{
	struct hashtab_node *n;
	bool kept = false;

	if (h->by_addr.n == 0)
		return false;
	n = hashtab_first(&h->by_addr, hash_of(h, ID_ADDR, &addr, sizeof(addr)));
	for (; n; n = hashtab_next(n)) {
		const struct entry *e = HASHTAB_ENTRY(n, struct entry, node);

		if (!is(e, ID_ADDR, &addr, sizeof(addr)))
			continue;
		if (e->host == c->host || e->host == c->file)
			return false;
		kept = true;
	}
	return kept;
}

static void
free_entries(struct hashtab *t)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *n; (n = hashtab_step(t, &walk));)
		free(HASHTAB_ENTRY(n, struct entry, node));
	hashtab_free(t);
}

void
hosts_free(struct hosts *h)
{
	free_entries(&h->by_id);
	free_entries(&h->by_addr);
}
