#include "hostfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr6.h"
#include "num.h"

/* Why the machine cannot have its i-th address; NULL: it can. */
static const char *
addr_fault(const struct host *host, size_t i, const struct hostfile_scope *scope, const struct hosts_found *itself)
{
	uint32_t addr = host->addrs.addr[i];
	const struct subnet *s = rules_giver(scope->rules, addr);

	if (!s)
		return "no subnet line that gives addresses holds it";
	if (hosts_reserved(scope->hosts, addr, itself))
		return "another host has it";
	for (size_t k = 0; k < i; k++)
		if (subnet_holds(s, host->addrs.addr[k]))
			return "a second address in one subnet";
	return NULL;
}

static const char *
addr6_fault(const struct host *host, size_t i, const struct hostfile_scope *scope, const struct hosts_found *itself)
{
	const struct in6_addr *addr = &host->addrs6.addr[i];
	const struct subnet6 *s = rules_network6(scope->rules, addr);

	if (!s)
		return "no subnet line holds it";
	if (hosts_reserved6(scope->hosts, addr, itself))
		return "another host has it";
	for (size_t k = 0; k < i; k++)
		if (subnet6_holds(s, &host->addrs6.addr[k]))
			return "a second address in one subnet";
	return NULL;
}

/* What only the main rules and the other files can tell, of the addresses of our
 * family. */
static void
hostfile_check(
    const struct hostfile *f, const struct rules_machine *m, const struct hostfile_scope *scope, struct diag *diag)
{
	const struct hosts_found itself = { .file = scope->before ? scope->before->host : NULL };
	const bool six = scope->rules->family == RULES_IP6;
	const struct host *host = f->host;

	if (f->rules.n[RULE_HOST] > 1)
		diag_add(diag, false, "%s:%u: host \"\": a machine has one host line", m->name,
		    rules_line(&f->rules, RULE_HOST, 1)->where.line);
	for (size_t i = 0; i < (six ? host->addrs6.n : host->addrs.n); i++) {
		const char *why = six ? addr6_fault(host, i, scope, &itself) : addr_fault(host, i, scope, &itself);
		char text[INET6_ADDRSTRLEN];

		if (!why)
			continue;
		if (six)
			addr6_text(&host->addrs6.addr[i], text);
		else
			num_ip4_text(host->addrs.addr[i], text);
		diag_add(diag, false, "%s:%u: addr \"%s\": %s", m->name, host->where.line, text, why);
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
	f->rules.family = scope->rules->family;
	memcpy(f->rules.nets, scope->rules->nets, sizeof(f->rules.nets));
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
