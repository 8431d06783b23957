#include "remap.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS 10

/* ---- reading a rule ---------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static bool
rule_error(char error[REMAP_ERROR], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(error, REMAP_ERROR, fmt, args);
	va_end(args);
	return false;
}

/* A copy of the text up to the next unescaped delimiter; *p moves behind it.
 * An escaped delimiter becomes the delimiter itself, except one that means
 * something in an expression, which stays escaped. */
static char *
take_part(const char **p, char delimiter)
{
	static const char special[] = ".[]*^$+?(){}|";
	const char *s = *p;
	char *out = malloc(strlen(s) + 1);
	size_t n = 0;

	for (; out && *s && *s != delimiter; s++) {
		if (s[0] == '\\' && s[1] == delimiter && !strchr(special, delimiter))
			s++;
		else if (s[0] == '\\' && s[1])
			out[n++] = *s++;
		out[n++] = *s;
	}
	if (!out || *s != delimiter) {
		free(out);
		return NULL;
	}
	out[n] = '\0';
	*p = s + 1;
	return out;
}

static bool
take_flags(const char *p, struct remap_rule *rule, int *cflags, char error[REMAP_ERROR])
{
	for (; *p && !isspace((unsigned char)*p); p++) {
		if (*p == 'g')
			rule->global = true;
		else if (*p == 'i')
			*cflags |= REG_ICASE;
		else if (*p == 'l')
			rule->last = true;
		else
			return rule_error(error, "unknown flag '%c'; there are g, i and l", *p);
	}
	while (isspace((unsigned char)*p))
		p++;
	return *p == '\0' || *p == '#' || rule_error(error, "text after the rule");
}

enum variable { VARIABLE_IP, VARIABLE_IP_HEX, VARIABLE_MAC, VARIABLE_MAC_DASH };
static const char *const variables[] = { "{ip}", "{ip-hex}", "{mac}", "{mac-}" };

/* The index of the variable that begins here, or -1. */
static int
variable_at(const char *p)
{
	for (int i = 0; i < (int)(sizeof(variables) / sizeof(variables[0])); i++)
		if (strncmp(p, variables[i], strlen(variables[i])) == 0)
			return i;
	return -1;
}

static bool
check_replacement(struct remap_rule *rule, char error[REMAP_ERROR])
{
	for (const char *p = rule->with; *p; p++) {
		int variable = *p == '{' ? variable_at(p) : -1;

		if (*p == '{' && variable < 0)
			return rule_error(error,
			    "unknown variable at \"%s\"; there are {ip}, {ip-hex}, {mac} and {mac-}, and \\{ is a brace",
			    p);
		rule->mac |= variable >= VARIABLE_MAC;
		if (*p != '\\')
			continue;
		p++;
		if (*p == '\0')
			return rule_error(error, "the replacement ends in \\");
		if (isdigit((unsigned char)*p) && (size_t)(*p - '0') > rule->re.re_nsub)
			return rule_error(error, "\\%c, but the expression has %zu groups", *p, rule->re.re_nsub);
	}
	return true;
}

static bool
compile_rule(struct remap_rule *rule, const char *expression, int cflags, char error[REMAP_ERROR])
{
	int rc = regcomp(&rule->re, expression, cflags);
	char why[128];

	if (rc != 0) {
		regerror(rc, &rule->re, why, sizeof(why));
		return rule_error(error, "expression \"%s\": %s", expression, why);
	}
	if (check_replacement(rule, error))
		return true;
	regfree(&rule->re);
	return false;
}

static bool
parse_rule(const char *line, struct remap_rule *rule, char error[REMAP_ERROR])
{
	const char *p = line + 1;
	char delimiter = *line == 's' ? *p++ : '\0', *expression;
	int cflags = REG_EXTENDED;
	bool good;

	if (!ispunct((unsigned char)delimiter) || delimiter == '\\')
		return rule_error(error, "a rule is s/EXPRESSION/REPLACEMENT/FLAGS");
	expression = take_part(&p, delimiter);
	rule->with = expression ? take_part(&p, delimiter) : NULL;
	rule->line = strdup(line);
	good = rule->with && rule->line;
	if (!good)
		rule_error(error, "a rule has three '%c', this one has fewer", delimiter);
	good = good && take_flags(p, rule, &cflags, error) && compile_rule(rule, expression, cflags, error);
	if (!good) {
		free(rule->with);
		free(rule->line);
	}
	free(expression);
	return good;
}

bool
remap_add(struct remap *m, const char *line, char error[REMAP_ERROR])
{
	struct remap_rule rule = { .with = NULL };

	while (isspace((unsigned char)*line))
		line++;
	if (*line == '\0' || *line == '#')
		return true;
	if (m->n == m->size) {
		size_t size = m->size ? 2 * m->size : 8;
		struct remap_rule *rules = reallocarray(m->rule, size, sizeof(*rules));

		if (!rules)
			return rule_error(error, "out of memory");
		m->rule = rules;
		m->size = size;
	}
	if (!parse_rule(line, &rule, error))
		return false;
	m->mac |= rule.mac;
	m->rule[m->n++] = rule;
	return true;
}

void
remap_free(struct remap *m)
{
	for (size_t i = 0; i < m->n; i++) {
		regfree(&m->rule[i].re);
		free(m->rule[i].with);
		free(m->rule[i].line);
	}
	free(m->rule);
	*m = (struct remap){ .n = 0 };
}

/* ---- applying ---------------------------------------------------------- */

struct text {
	char *out;
	size_t n;
	bool full;
};

static void
remap_append(struct text *t, const char *bytes, size_t len)
{
	if (t->full || len >= REMAP_NAME - t->n) {
		t->full = true;
		return;
	}
	memcpy(t->out + t->n, bytes, len);
	t->n += len;
	t->out[t->n] = '\0';
}

static void
remap_append_replacement(struct text *t, const struct remap_rule *rule, const char *s, const regmatch_t *g,
    const struct remap_client *client)
{
	const char *const values[] = { client->ip, client->ip_hex, client->mac, client->mac_dash };

	for (const char *p = rule->with; *p; p++) {
		int variable = *p == '{' ? variable_at(p) : -1;
		bool group = *p == '\\' && isdigit((unsigned char)p[1]);

		if (variable >= 0) {
			remap_append(t, values[variable], strlen(values[variable]));
			p += strlen(variables[variable]) - 1;
		} else if (*p == '&' || group) {
			const regmatch_t *part = &g[group ? *++p - '0' : 0];

			if (part->rm_so >= 0)
				remap_append(t, s + part->rm_so, (size_t)(part->rm_eo - part->rm_so));
		} else {
			p += *p == '\\';
			remap_append(t, p, 1);
		}
	}
}

/* As sed does it: an empty match right behind another match is none. */
static bool
remap_apply_rule(const struct remap_rule *rule, const char *s, const struct remap_client *client, struct text *t)
{
	regmatch_t g[GROUPS];
	bool any = false, behind = false;

	while (regexec(&rule->re, s, GROUPS, g, any || behind ? REG_NOTBOL : 0) == 0) {
		bool empty = g[0].rm_so == g[0].rm_eo;

		remap_append(t, s, (size_t)g[0].rm_so);
		if (!(empty && behind && g[0].rm_so == 0))
			remap_append_replacement(t, rule, s, g, client);
		s += g[0].rm_eo;
		any = behind = true;
		if (!rule->global || *s == '\0')
			break;
		if (empty) {
			remap_append(t, s++, 1);
			behind = false;
		}
	}
	remap_append(t, s, strlen(s));
	return any;
}

bool
remap_apply(const struct remap *m, const char *name, const struct remap_client *client, char out[REMAP_NAME])
{
	char last[REMAP_NAME];
	struct text t = { .out = out };

	remap_append(&t, name, strlen(name));
	for (size_t i = 0; i < m->n && !t.full; i++) {
		if (m->rule[i].mac && !client->mac)
			continue;
		memcpy(last, out, t.n + 1);
		t = (struct text){ .out = out };
		out[0] = '\0';
		if (remap_apply_rule(&m->rule[i], last, client, &t) && m->rule[i].last)
			break;
	}
	return !t.full;
}
