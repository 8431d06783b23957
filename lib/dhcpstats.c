#include "dhcpstats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char messages_help[] = "Messages from clients, and what became of them.";
static const char boot_help[] = "Answers from which a client boots, by the line that says what.";

/* In a label, a backslash and a quote would need one before them. */
static void
rule_label(const struct rule *rule, char out[DHCPSTATS_LABEL])
{
	char file[71];

	snprintf(file, sizeof(file), "%s", rule->where.file);
	for (char *p = file; *p; p++)
		if (*p == '"' || *p == '\\' || (unsigned char)*p < ' ')
			*p = '_';
	snprintf(out, DHCPSTATS_LABEL, "rule=\"%s:%u\"", file, rule->where.line);
}

int
dhcpstats_bind(struct dhcpstats *s, const struct dhcpstats_kind *k, const struct rules *rules, uint64_t *value)
{
	size_t boots = rules->n[RULE_BOOT] < DHCPSTATS_RULES ? rules->n[RULE_BOOT] : DHCPSTATS_RULES, n = 0;
	const size_t messages = (size_t)k->types * k->results;
	struct metrics_row *row = calloc(messages + k->fixed_rows + boots + 1, sizeof(*row));
	char(*label)[DHCPSTATS_LABEL] = calloc(messages + boots, sizeof(*label));

	if (!row || !label) {
		free(row);
		free(label);
		return -1;
	}
	dhcpstats_free(s);
	memset(&value[k->boots], 0, (DHCPSTATS_RULES + 1) * sizeof(*value));
	for (unsigned i = 0; i < messages; i++, n++) {
		snprintf(label[i], sizeof(label[i]), "type=\"%s\",result=\"%s\"", k->type[i / k->results],
		    k->result[i % k->results]);
		row[n] =
		    (struct metrics_row){ k->messages + i, METRICS_COUNTER, "messages_total", label[i], messages_help };
	}
	memcpy(&row[n], k->fixed, k->fixed_rows * sizeof(*row));
	n += k->fixed_rows;
	for (unsigned i = 0; i < boots; i++, n++) {
		rule_label(rules_line(rules, RULE_BOOT, i), label[messages + i]);
		row[n] = (struct metrics_row){ k->boots + i, METRICS_COUNTER, "boot_answers_total", label[messages + i],
			boot_help };
	}
	row[n++] = (struct metrics_row){ k->boots + DHCPSTATS_RULES, METRICS_COUNTER, "boot_answers_total",
		"rule=\"other\"", boot_help };
	*s = (struct dhcpstats){ .table = { k->prefix, row, n }, .label = label };
	return 0;
}

void
dhcpstats_free(struct dhcpstats *s)
{
	free((void *)(uintptr_t)s->table.row);
	free(s->label);
	*s = (struct dhcpstats){ 0 };
}

size_t
dhcpstats_boot(const struct rules *rules, const struct rule *boot)
{
	size_t low = 0, high = rules->n[RULE_BOOT];

	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct rule *rule = rules_line(rules, RULE_BOOT, mid);

		if (rule == boot)
			return mid < DHCPSTATS_RULES ? mid : DHCPSTATS_RULES;
		if ((uintptr_t)rule < (uintptr_t)boot)
			low = mid + 1;
		else
			high = mid;
	}
	return DHCPSTATS_RULES;
}
