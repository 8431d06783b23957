#include "config.h"

#include <stdlib.h>

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
	for (size_t i = 0; i < c->set.rules.n[RULE_SUBNET]; i++)
		if (!rules_line(&c->set.rules, RULE_SUBNET, i)->subnet->proxy)
			return true;
	return c->set.rules.n[RULE_SUBNET6] > 0;
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
