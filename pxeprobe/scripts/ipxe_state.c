#include "ipxe_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct ipxe_line *
ipxe_line(struct ipxe *i)
{
	return i->interp.depth ? &i->line[i->interp.depth - 1] : NULL;
}

bool
ipxe_other_card(const char *name)
{
	return strncmp(name, "net", 3) == 0 && name[3] > '0' && name[3] <= '9';
}

/* "net0/mac" and "net0.dhcp/mac" are "mac".  What a proxy says is beside that
 * (PROXYDHCP_SETTINGS_NAME, PXEBS_SETTINGS_NAME), and another card has none. */
const char *
ipxe_setting(const char *name, char bare[INTERP_NAME])
{
	const char *slash = strrchr(name, '/');

	if (slash && strncmp(name, "proxydhcp/", 10) != 0 && strncmp(name, "pxebs/", 6) != 0 && !ipxe_other_card(name))
		name = slash + 1;
	snprintf(bare, INTERP_NAME, "%.*s", (int)strcspn(name, ":"), name);
	return bare;
}

bool
ipxe_read_line(struct script_text *t, struct ipxe_line *l)
{
	size_t n = 0;
	bool more = true;
	char *save, *w;

	if (t->pos >= t->len)
		return false;
	while (more && t->pos < t->len) {
		size_t len = strcspn(t->bytes + t->pos, "\n"), use;
		const char *start = t->bytes + t->pos;

		t->pos += len + 1;
		t->line++;
		while (len && (start[len - 1] == '\r' || start[len - 1] == ' '))
			len--;
		more = len && start[len - 1] == '\\';
		use = len - more;
		if (use > IPXE_LINE - 1 - n)
			use = IPXE_LINE - 1 - n;
		memcpy(l->buf + n, start, use);
		n += use;
	}
	l->buf[n] = '\0';
	l->words = l->at = 0;
	l->on_ok = l->on_fail = true;
	l->failed = false;
	for (w = strtok_r(l->buf, " \t\r", &save); w && l->words < IPXE_WORDS; w = strtok_r(NULL, " \t\r", &save)) {
		if (w[0] == '#')
			break;
		l->word[l->words++] = w;
	}
	return true;
}

enum ran
ipxe_ask(struct ipxe *i, enum script_kind kind, const char *name)
{
	i->out->kind = kind;
	snprintf(i->out->name, sizeof(i->out->name), "%s", name);
	return RAN_ASKED;
}

enum ran
ipxe_stop(struct ipxe *i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(i->out->why, sizeof(i->out->why), fmt, ap);
	va_end(ap);
	i->ended = true;
	i->out->waits = i->waits;
	i->out->unsure = i->unsure;
	return ipxe_ask(i, SCRIPT_STOP, "");
}
