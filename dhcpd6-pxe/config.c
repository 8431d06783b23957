#include "config.h"

#include <stdlib.h>

#include "leases.h"

struct config *
config_load(const struct config_options *o, const struct hostsdirs *before, struct diag *diag, struct diag *file_diag)
{
	struct config *c = calloc(1, sizeof(*c));

	if (c)
		ruleset_load(&c->set, &o->from, before, &(struct ruleset_diags){ diag, file_diag });
	return c;
}

bool
config_serves(const struct config *c)
{
	return c->set.rules.n[RULE_SUBNET6] > 0;
}

uint32_t
config_longest_s(const struct config *c)
{
	uint32_t longest = LEASES_OFFER_S;

	for (size_t i = 0; i < c->set.rules.n[RULE_SUBNET6]; i++) {
		const struct subnet6 *s = rules_line(&c->set.rules, RULE_SUBNET6, i)->subnet6;

		longest = s->lease_s > longest ? s->lease_s : longest;
		longest = s->decline_s > longest ? s->decline_s : longest;
	}
	return longest;
}

void
config_free(struct config *c)
{
	if (!c)
		return;
	ruleset_free(&c->set);
	ifaces_free(&c->ifaces);
	free(c);
}
