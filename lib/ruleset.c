#include "ruleset.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "rulesfile.h"

/* -i replaces the interface lines. */
static void
replace_interfaces(struct rules *rules, const struct ruleset_options *o, struct diag *diag)
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

/* What diagnostics of the whole call it: the file, if it is one. */
static const char *
whole_name(const struct ruleset_options *o)
{
	const struct ruleset_source *first = &o->source[0];

	return o->sources == 1 && !first->is_rule && !ruleset_is_input(first) ? first->text : "rules";
}

/* Rules that are of use to nobody of our family. */
static void
check_somebody(const struct rules *rules, const struct ruleset_options *o, struct diag *diag)
{
	if (o->family == RULES_IP4 && rules->n[RULE_SUBNET] == 0)
		diag_add(diag, false,
		    "%s: there is no subnet line%s, so there is nobody to serve: "
		    "subnet 10.0.0.0/24 range=10.0.0.50-10.0.0.99, or subnet 10.0.0.0/24 proxy",
		    whole_name(o), rules->nets[RULES_IP6] ? " of IPv4" : "");
	if (o->family == RULES_IP6 && rules->n[RULE_SUBNET6] + rules->n[RULE_RA] == 0)
		diag_add(diag, false,
		    "%s: there is no subnet line of IPv6 and no ra line, so there is nobody to serve: "
		    "subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1fff, the same with netboot, or ra none",
		    whole_name(o));
}

static void
read_sources(struct rules *rules, const struct ruleset_options *o, struct diag *diag)
{
	const struct rulesfile_access access = { o->reach, o->as };
	size_t rule = 0;
	char name[24];

	rulesfile_follow(rules, &access);
	for (size_t i = 0; i < o->sources; i++) {
		const struct ruleset_source *s = &o->source[i];

		if (s->is_rule) {
			snprintf(name, sizeof(name), "-e%zu", ++rule);
			rules_read(rules, name, s->text, strlen(s->text), diag);
		} else {
			rulesfile_read(rules, s->text, &access, diag);
		}
	}
	rulesfile_follow(rules, NULL);
	replace_interfaces(rules, o, diag);
	rules_finish(rules, diag);
	if (diag->errors == 0)
		check_somebody(rules, o, diag);
}

void
ruleset_load(struct ruleset *s, const struct ruleset_options *o, const struct hostsdirs *before,
    const struct ruleset_diags *diag)
{
	*s = (struct ruleset){ .dirs = { .inotify = -1 }, .rules = { .family = o->family, .names = o->names } };
	read_sources(&s->rules, o, diag->rules);
	if (diag->rules->errors > 0)
		return;
	if (getrandom(&s->hosts.seed, sizeof(s->hosts.seed), 0) < 0)
		s->hosts.seed = (uint64_t)(uintptr_t)s;
	if (hosts_add_rules(&s->hosts, &s->rules) < 0)
		diag_no_memory(diag->rules, "rules");
	s->dirs.before = before;
	s->dirs.as = o->as;
	s->dirs.reach = o->reach;
	hostsdirs_open(&s->dirs, &s->rules, &s->hosts, diag->files);
	s->dirs.before = NULL;
	if (s->dirs.n < s->rules.n[RULE_HOSTS])
		diag_add(diag->rules, false, "a hosts directory cannot be read");
}

bool
ruleset_is_input(const struct ruleset_source *source)
{
	return !source->is_rule && strcmp(source->text, "-") == 0;
}

void
ruleset_free(struct ruleset *s)
{
	hostsdirs_close(&s->dirs);
	hosts_free(&s->hosts);
	rules_free(&s->rules);
}
