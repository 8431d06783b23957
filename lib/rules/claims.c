#include "claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr6.h"
#include "num.h"

enum claim_kind { CLAIM_MAC, CLAIM_UUID, CLAIM_ID, CLAIM_DUID, CLAIM_ADDR, CLAIM_ADDR6 };

struct claim {
	enum claim_kind kind;
	const void *bytes;
	size_t len;
	struct in6_addr net; /* of its address: a machine may have one in each; 0: it has none, */
	bool none;           /* so that this is its only line */
	size_t line;         /* of the rules */
};

/* Without `out` they are only counted. */
static void
claim_add(struct claim *out, size_t *n, struct claim c)
{
	if (out)
		out[*n] = c;
	++*n;
}

static void
claim_bytes(struct claim *out, size_t *n, struct claim c, const void *bytes, size_t len)
{
	c.bytes = bytes;
	c.len = len;
	if (len)
		claim_add(out, n, c);
}

/* What a line says of the machine in one network. */
static void
claim_machine(struct claim *out, size_t *n, const struct host *h, struct claim c)
{
	c.kind = CLAIM_MAC;
	for (size_t m = 0; m < h->macs; m++)
		claim_bytes(out, n, c, h->mac[m], sizeof(h->mac[m]));
	c.kind = CLAIM_UUID;
	claim_bytes(out, n, c, h->uuid, h->has_uuid ? sizeof(h->uuid) : 0);
	c.kind = CLAIM_ID;
	claim_bytes(out, n, c, h->id, h->id_len);
	c.kind = CLAIM_DUID;
	claim_bytes(out, n, c, h->duid, h->duid_len);
}

static void
claim_addrs(struct claim *out, size_t *n, const struct rules *r, const struct host *h, struct claim c)
{
	for (size_t i = 0; i < h->addrs.n; i++) {
		const uint32_t *addr = &h->addrs.addr[i];
		const struct subnet *s = rules_network(r, *addr);
		uint32_t net = s ? s->net : *addr;

		memcpy(c.net.s6_addr, &net, sizeof(net));
		claim_machine(out, n, h, c);
		claim_add(out, n, (struct claim){ .kind = CLAIM_ADDR, addr, sizeof(*addr), .line = c.line });
	}
}

static void
claim_addrs6(struct claim *out, size_t *n, const struct rules *r, const struct host *h, struct claim c)
{
	for (size_t i = 0; i < h->addrs6.n; i++) {
		const struct in6_addr *addr = &h->addrs6.addr[i];
		const struct subnet6 *s = rules_network6(r, addr);

		c.net = s ? s->net : *addr;
		claim_machine(out, n, h, c);
		claim_add(out, n, (struct claim){ .kind = CLAIM_ADDR6, addr, sizeof(*addr), .line = c.line });
	}
}

/* A line with addresses of the other family alone may stand beside one with ours. */
static size_t
claim_all(const struct rules *r, struct claim *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n[RULE_HOST]; i++) {
		const struct host *h = rules_line(r, RULE_HOST, i)->host;
		struct claim c = { .line = r->of[RULE_HOST][i], .none = h->addrs.n + h->addrs6.n == 0 };

		if (c.none)
			claim_machine(out, &n, h, c);
		if (r->family == RULES_IP4)
			claim_addrs(out, &n, r, h, c);
		else
			claim_addrs6(out, &n, r, h, c);
	}
	return n;
}

static int
claim_compare(const struct claim *a, const struct claim *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->len);
}

static int
claim_order(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int rc = claim_compare(x, y);

	if (rc == 0 && x->none != y->none)
		return x->none ? -1 : 1;
	if (rc == 0)
		rc = addr6_cmp(&x->net, &y->net);
	return rc ? rc : x->line < y->line ? -1 : x->line > y->line;
}

static void
claim_report(struct reader *r, const struct claim *c, const struct rule *first)
{
	static const char *const key[] = { "mac", "uuid", "client-id", "duid", "addr", "addr" };
	const bool is_addr = c->kind == CLAIM_ADDR || c->kind == CLAIM_ADDR6;
	const uint8_t *bytes = c->bytes;
	char text[3 * 255 + 1] = "";
	uint32_t addr;

	if (c->kind == CLAIM_ADDR) {
		memcpy(&addr, bytes, sizeof(addr));
		num_ip4_text(addr, text);
	} else if (c->kind == CLAIM_ADDR6) {
		addr6_text(c->bytes, text);
	} else if (c->kind == CLAIM_UUID) {
		num_uuid_text(bytes, text);
	} else {
		for (size_t i = 0; i < c->len; i++)
			snprintf(text + strlen(text), 4, "%s%02x", i ? ":" : "", bytes[i]);
	}
	r->rule = r->rules->line[c->line];
	if (is_addr || c->none)
		reader_refuse(r, "already given at %s:%u", first->where.file, first->where.line);
	else if (first->where.file == r->rule.where.file && first->where.line == r->rule.where.line)
		reader_refuse(r, "two addresses in one subnet");
	else
		reader_refuse(r, "already given at %s:%u, and not with an address of another subnet", first->where.file,
		    first->where.line);
	/* boards are known to share a UUID; their MAC addresses may tell them apart */
	reader_report(r, c->kind == CLAIM_UUID || c->kind == CLAIM_ID || c->kind == CLAIM_DUID, key[c->kind], text);
}

/* Sorted, so that a hundred thousand hosts do not take quadratic time. */
void
claims_check(struct reader *r)
{
	size_t n = claim_all(r->rules, NULL);
	struct claim *claim = n ? calloc(n, sizeof(*claim)) : NULL;

	if (!claim)
		return;
	claim_all(r->rules, claim);
	qsort(claim, n, sizeof(*claim), claim_order);
	for (size_t i = 1; i < n; i++)
		if (claim_compare(&claim[i], &claim[i - 1]) == 0 &&
		    (claim[i - 1].none || addr6_cmp(&claim[i].net, &claim[i - 1].net) == 0))
			claim_report(r, &claim[i], &r->rules->line[claim[i - 1].line]);
	free(claim);
}
