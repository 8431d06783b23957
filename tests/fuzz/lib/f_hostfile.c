/* Files of a hosts directory: any bytes are read or diagnosed.  A good one
 * is found by its machine, keeps its own address when it is read again, and its
 * lines, printed, read back to lines that print the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "hostfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char main_rules[] = "subnet 10.0.0.0/24 range=10.0.0.50-10.0.0.59\n"
                                 "subnet 10.1.0.0/24 proxy\n"
                                 "host mac=52:54:00:00:00:01 addr=10.0.0.4\n";

static void
check_line(const struct rule *rule, const struct rules_machine *m)
{
	struct rules again = { 0 };
	struct diag diag = { 0 };
	char *text = rules_text(rule), *second;

	assert(text && !strchr(text, '\n'));
	rules_read_host(&again,
	    &(struct rules_machine){ m->name, { MACHINEID_MAC, 6, { 0x52, 0x54, 0, 1, 2, 3 } }, text, strlen(text) },
	    &diag);
	assert(diag.errors == 0 && again.lines == 1);
	second = rules_text(&again.line[0]);
	assert(second && strcmp(text, second) == 0);
	free(text);
	free(second);
	diag_free(&diag);
	rules_free(&again);
}

static void
check_file(struct hostfile *f, struct hosts *hosts, struct hostfile_scope *scope, const struct rules_machine *m)
{
	static const uint8_t mac[] = { 0x52, 0x54, 0, 1, 2, 3 };
	const struct hosts_who who = { .mac = mac };
	struct hosts_found c;
	struct diag diag = { 0 };
	struct hostfile *again;

	assert(f->host && f->host->own == &f->rules);
	for (size_t i = 0; i < f->host->addrs.n; i++)
		assert(f->host->addrs.addr[i] != 0x0a000004 && f->host->addrs.addr[i] >> 8 == 0x0a0000);
	for (size_t i = 0; i < f->rules.lines; i++)
		check_line(&f->rules.line[i], m);
	assert(hosts_add(hosts, f->host) == 0);
	hosts_find(hosts, &who, NULL, &c);
	assert(c.file == f->host && !c.host);
	scope->before = f;
	again = hostfile_read(m, scope, &diag);
	assert(again && again->host->addrs.n == f->host->addrs.n);
	scope->before = NULL;
	if (f->host->addrs.n) /* another machine's, which has it first */
		assert(!hostfile_read(m, scope, &diag) && diag.errors > 0);
	hosts_remove(hosts, f->host);
	hosts_find(hosts, &who, NULL, &c);
	assert(!c.file);
	hostfile_free(again);
	diag_free(&diag);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rules_machine m = { "hosts.d/52-54-00-01-02-03", { MACHINEID_MAC, 6, { 0x52, 0x54, 0, 1, 2, 3 } },
		(const char *)data, size };
	struct rules rules = { 0 };
	struct hosts hosts = { .seed = 1 };
	struct hostfile_scope scope = { &rules, &hosts, NULL };
	struct diag diag = { 0 };
	struct hostfile *f;

	if (size > 16384)
		return 0;
	rules_read(&rules, "rules", main_rules, sizeof(main_rules) - 1, &diag);
	rules_finish(&rules, &diag);
	assert(diag.n == 0 && hosts_add_rules(&hosts, &rules) == 0);
	f = hostfile_read(&m, &scope, &diag);
	assert(!f == (diag.errors > 0));
	if (f) {
		check_file(f, &hosts, &scope, &m);
		hostfile_free(f);
	}
	hosts_free(&hosts);
	rules_free(&rules);
	diag_free(&diag);
	return 0;
}
