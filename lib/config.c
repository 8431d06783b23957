#include "config.h"

#include <stdlib.h>

#include "log.h"

struct config *
config_load(const struct config_options *o, const struct hostsdirs *before, struct diag *diag, struct diag *file_diag)
{
	struct config *c = calloc(1, sizeof(*c));

	if (c)
		ruleset_load(&c->set, &o->from, before, &(struct ruleset_diags){ diag, file_diag });
	return c;
}

struct config *
config_reload(const struct config_options *o, const struct config *old)
{
	struct diag diag = { 0 }, file_diag = { 0 };
	struct config *c;

	for (size_t i = 0; i < o->from.sources; i++)
		if (ruleset_is_input(&o->from.source[i])) {
			log_err("the rules came from standard input and cannot be read again");
			return NULL;
		}
	c = config_load(o, &old->set.dirs, &diag, &file_diag);
	diag_log(&diag);
	diag_log(&file_diag);
	if (c && diag.errors > 0) {
		config_free(c);
		c = NULL;
	}
	diag_free(&diag);
	diag_free(&file_diag);
	return c;
}

void
config_follow_hosts(struct config *c)
{
	struct hostsdirs *dirs = &c->set.dirs;
	struct diag diag = { 0 };
	size_t missing = dirs->missing;
	size_t changed = hostsdirs_update(dirs, &diag);

	if (dirs->missing < missing)
		log_info("hosts: a directory that was missing is there now");
	diag_log(&diag);
	diag_free(&diag);
	if (changed)
		log_info("hosts: %zu changed, %zu files in force", changed, hostsdirs_count(dirs));
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
