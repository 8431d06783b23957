/* Rules files: any bytes are read or diagnosed; good rules, printed, read
 * back to lines that print the same. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(const struct rule *rule, enum rules_family family)
{
	struct rules again = { .family = family };
	struct diag f = { 0 };
	char *text = rules_text(rule), *second;

	assert(text && !strchr(text, '\n'));
	rules_read(&again, "again", text, strlen(text), &f);
	assert(f.errors == 0 && again.lines == 1);
	assert(again.line[0].kind == rule->kind && again.line[0].families == rule->families);
	second = rules_text(&again.line[0]);
	assert(second && strcmp(text, second) == 0);
	free(text);
	free(second);
	diag_free(&f);
	rules_free(&again);
}

/* By the daemon of one family. */
static void
check_rules(enum rules_family family, const char *text, size_t size, const struct rules_machine *m)
{
	struct rules r = { .family = family };
	struct diag f = { 0 };

	rules_read(&r, "file", text, size, &f);
	rules_finish(&r, &f);
	assert(f.errors > 0 || f.n < 100000);
	if (f.errors == 0)
		for (size_t i = 0; i < r.lines; i++) {
			assert(r.line[i].families);
			check_line(&r.line[i], family);
		}
	rules_free(&r);
	diag_free(&f);
	r.family = family;
	rules_read_host(&r, m, &f);
	rules_finish(&r, &f);
	rules_free(&r);
	diag_free(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rules_machine m = { "file", { MACHINEID_MAC, 6, { 0x52, 0x54, 0, 1, 2, 3 } }, (const char *)data, size };
	char name[600];

	if (size > 16384)
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)size, (const char *)data);
	if (!machineid_read(name, &m.id))
		machineid_read("52-54-00-01-02-03", &m.id);
	check_rules(RULES_IP4, m.text, size, &m);
	check_rules(RULES_IP6, m.text, size, &m);
	return 0;
}
