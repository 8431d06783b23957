#include "hostfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

/* What only the main rules and the other files can tell. */
static void
hostfile_check(
    const struct hostfile *f, const struct rules_machine *m, const struct hostfile_scope *scope, struct diag *diag)
{
	const struct hosts_found itself = { .file = scope->before ? scope->before->host : NULL };

	if (f->rules.n[RULE_HOST] > 1)
		diag_add(diag, false, "%s:%u: host \"\": a machine has one host line", m->name,
		    rules_line(&f->rules, RULE_HOST, 1)->where.line);
	for (size_t i = 0; i < f->host->addrs.n; i++) {
		uint32_t addr = f->host->addrs.addr[i];
		const char *why = NULL;
		char text[NUM_IP4_TEXT];

		if (!rules_giver(scope->rules, addr))
			why = "no subnet line that gives addresses holds it";
		else if (hosts_reserved(scope->hosts, addr, &itself))
			why = "another host has it";
		for (size_t k = 0; k < i && !why; k++)
			if (subnet_holds(rules_giver(scope->rules, addr), f->host->addrs.addr[k]))
				why = "a second address in one subnet";
		if (why)
			diag_add(diag, false, "%s:%u: addr \"%s\": %s", m->name, f->host->where.line,
			    num_ip4_text(addr, text), why);
	}
}

struct hostfile *
hostfile_read(const struct rules_machine *m, const struct hostfile_scope *scope, struct diag *diag)
{
	struct hostfile *f = calloc(1, sizeof(*f));
	size_t before = diag->errors;

	if (!f || !(f->name = strdup(strrchr(m->name, '/') + 1))) {
		free(f);
		diag_add(diag, false, "%s: out of memory", m->name);
		return NULL;
	}
	f->id = m->id;
	f->there = true;
	f->text = malloc(m->len ? m->len : 1);
	if (f->text)
		memcpy(f->text, m->text, f->len = m->len);
	rules_read_host(&f->rules, m, diag);
	rules_finish(&f->rules, diag);
	f->bare = (struct host){ .own = &f->rules };
	rules_host_is(&f->bare, &f->id);
	f->host = f->rules.n[RULE_HOST] ? rules_line(&f->rules, RULE_HOST, 0)->host : &f->bare;
	if (diag->errors == before)
		hostfile_check(f, m, scope, diag);
	if (diag->errors == before)
		return f;
	hostfile_free(f);
	return NULL;
}

void
hostfile_free(struct hostfile *f)
{
	rules_free(&f->rules);
	free(f->text);
	free(f->name);
	free(f);
}
