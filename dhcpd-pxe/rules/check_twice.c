/* What two host lines claim. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "reader.h"

enum claim_kind { CLAIM_MAC, CLAIM_UUID, CLAIM_ID, CLAIM_ADDR };

struct claim {
	enum claim_kind kind;
	const void *bytes;
	size_t len;
	size_t line; /* of the rules */
};

/* Without `out` they are counted. */
static void
put(struct claim *out, size_t *n, struct claim c)
{
	if (out)
		out[*n] = c;
	++*n;
}

static void
put_host(const struct host *h, size_t line, struct claim *out, size_t *n)
{
	for (size_t m = 0; m < h->macs; m++)
		put(out, n, (struct claim){ CLAIM_MAC, h->mac[m], sizeof(h->mac[m]), line });
	if (h->has_uuid)
		put(out, n, (struct claim){ CLAIM_UUID, h->uuid, sizeof(h->uuid), line });
	if (h->id_len)
		put(out, n, (struct claim){ CLAIM_ID, h->id, h->id_len, line });
	if (h->addr)
		put(out, n, (struct claim){ CLAIM_ADDR, &h->addr, sizeof(h->addr), line });
}

static size_t
gather(const struct rules *r, struct claim *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n[RULE_HOST]; i++)
		put_host(rules_line(r, RULE_HOST, i)->host, r->of[RULE_HOST][i], out, &n);
	return n;
}

static int
compare(const struct claim *a, const struct claim *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->len);
}

static int
in_order(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int rc = compare(x, y);

	return rc ? rc : x->line < y->line ? -1 : x->line > y->line;
}

static void
say(struct reader *r, const struct claim *c)
{
	static const char *const key[] = { "mac", "uuid", "client-id", "addr" };
	const uint8_t *bytes = c->bytes;
	char text[3 * 255 + 1] = "";
	uint32_t addr;

	if (c->kind == CLAIM_ADDR) {
		memcpy(&addr, bytes, sizeof(addr));
		num_ip4_text(addr, text);
	} else if (c->kind == CLAIM_UUID) {
		num_uuid_text(bytes, text);
	} else {
		for (size_t i = 0; i < c->len; i++)
			snprintf(text + strlen(text), 4, "%s%02x", i ? ":" : "", bytes[i]);
	}
	/* boards are known to share a UUID; their MAC addresses may tell them apart */
	reader_fault(r, c->kind == CLAIM_UUID || c->kind == CLAIM_ID, key[c->kind], text);
}

/* Sorted, so that a hundred thousand hosts are no quadratic matter. */
void
reader_check_twice(struct reader *r)
{
	size_t n = gather(r->rules, NULL);
	struct claim *claim = n ? calloc(n, sizeof(*claim)) : NULL;

	if (!claim)
		return;
	gather(r->rules, claim);
	qsort(claim, n, sizeof(*claim), in_order);
	for (size_t i = 1; i < n; i++) {
		const struct rule *first = &r->rules->line[claim[i - 1].line];

		if (compare(&claim[i], &claim[i - 1]) != 0)
			continue;
		r->rule = r->rules->line[claim[i].line];
		reader_refuse(r, "given already at %s:%u", first->where.file, first->where.line);
		say(r, &claim[i]);
	}
	free(claim);
}
