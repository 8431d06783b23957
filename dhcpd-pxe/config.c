#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "rulesfile.h"

/* -i replaces the interface lines. */
static void
config_replace_interfaces(struct rules *rules, const struct config_options *o, struct diag *diag)
{
	size_t kept = 0;

	if (o->interfaces == 0)
		return;
	for (size_t i = 0; i < rules->lines; i++)
		if (rules->line[i].kind != RULE_INTERFACE)
			rules->line[kept++] = rules->line[i];
	rules->lines = kept;
	for (size_t i = 0; i < o->interfaces; i++) {
		char name[24], line[64];

		snprintf(name, sizeof(name), "-i%zu", i + 1);
		snprintf(line, sizeof(line), "interface %.40s", o->interface[i]);
		rules_read(rules, name, line, strlen(line), diag);
	}
}

static void
config_read_rules(struct rules *rules, const struct config_options *o, struct diag *diag)
{
	size_t rule = 0;
	char name[24];
	const struct rulesfile_access access = { o->reach, o->as };

	rulesfile_follow(rules, &access);
	for (size_t i = 0; i < o->sources; i++) {
		const struct config_source *s = &o->source[i];

		if (s->is_rule) {
			snprintf(name, sizeof(name), "-e%zu", ++rule);
			rules_read(rules, name, s->text, strlen(s->text), diag);
		} else {
			rulesfile_read(rules, s->text, &access, diag);
		}
	}
	rulesfile_follow(rules, NULL);
	config_replace_interfaces(rules, o, diag);
	rules_finish(rules, diag);
	if (diag->errors == 0 && rules->n[RULE_SUBNET] == 0)
		diag_add(diag, false,
		    "%s: there is no subnet line, so there is nobody to serve: "
		    "subnet 10.0.0.0/24 range=10.0.0.50-10.0.0.99, or subnet 10.0.0.0/24 proxy",
		    o->sources == 1 && !o->source[0].is_rule && !config_is_input(&o->source[0]) ? o->source[0].text :
		                                                                                  "rules");
}

struct config *
config_load(const struct config_options *o, const struct hostsdirs *before, struct diag *diag, struct diag *file_diag)
{
	struct config *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->dirs.inotify = -1;
	c->rules.names = o->names;
	config_read_rules(&c->rules, o, diag);
	if (diag->errors > 0)
		return c;
	if (getrandom(&c->hosts.seed, sizeof(c->hosts.seed), 0) < 0)
		c->hosts.seed = (uint64_t)(uintptr_t)c;
	if (hosts_add_rules(&c->hosts, &c->rules) < 0)
		diag_no_memory(diag, "rules");
	c->dirs.before = before;
	c->dirs.as = o->as;
	c->dirs.reach = o->reach;
	hostsdirs_open(&c->dirs, &c->rules, &c->hosts, file_diag);
	c->dirs.before = NULL;
	if (c->dirs.n < c->rules.n[RULE_HOSTS])
		diag_add(diag, false, "a hosts directory cannot be read");
	return c;
}

bool
config_is_input(const struct config_source *s)
{
	return !s->is_rule && strcmp(s->text, "-") == 0;
}

bool
config_serves(const struct config *c)
{
	for (size_t i = 0; i < c->rules.n[RULE_SUBNET]; i++)
		if (!rules_line(&c->rules, RULE_SUBNET, i)->subnet->proxy)
			return true;
	return false;
}

void
config_free(struct config *c)
{
	if (!c)
		return;
	hostsdirs_close(&c->dirs);
	hosts_free(&c->hosts);
	ifaces_free(&c->ifaces);
	rules_free(&c->rules);
	free(c);
}
