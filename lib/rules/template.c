#include "template.h"

#include <stdio.h>
#include <string.h>

static const char *const names[TEMPLATE_NAMES] = {
	[TEMPLATE_SERVER] = "server",
	[TEMPLATE_MAC] = "mac",
	[TEMPLATE_MAC_DASHES] = "mac-",
	[TEMPLATE_UUID] = "uuid",
	[TEMPLATE_ARCH] = "arch",
	[TEMPLATE_IP] = "ip",
	[TEMPLATE_HOST] = "host",
	[TEMPLATE_SERIAL] = "serial",
};

/* A piece of a template: text up to the next {name}, then that name. */
struct piece {
	size_t text_len;
	const char *name; /* NULL: the text is all that is left */
	size_t name_len;
	const char *next;
};

static struct piece
next_piece(const char *s)
{
	const char *p = s, *end;

	while ((p = strchr(p, '{'))) {
		end = strchr(p, '}');
		if (!end)
			break;
		if (p == s || p[-1] != '$')
			return (struct piece){ (size_t)(p - s), p + 1, (size_t)(end - p) - 1, end + 1 };
		p = end + 1;
	}
	return (struct piece){ .text_len = strlen(s), .next = s + strlen(s) };
}

static enum template_name
template_find(const char *name, size_t len)
{
	size_t i = 0;

	while (i < TEMPLATE_NAMES && (strlen(names[i]) != len || memcmp(names[i], name, len) != 0))
		i++;
	return (enum template_name)i;
}

bool
template_check(const char *text, char *bad, size_t size)
{
	while (*text) {
		struct piece p = next_piece(text);

		if (p.name && template_find(p.name, p.name_len) == TEMPLATE_NAMES) {
			snprintf(bad, size, "{%.*s}", (int)p.name_len, p.name);
			return false;
		}
		text = p.next;
	}
	return true;
}

bool
template_expand(const char *text, const struct template_values *v, char *out, size_t size)
{
	size_t len = 0;

	while (*text) {
		struct piece p = next_piece(text);
		enum template_name name = p.name ? template_find(p.name, p.name_len) : TEMPLATE_NAMES;
		const char *value = name < TEMPLATE_NAMES && v->of[name] ? v->of[name] : "";
		size_t add = strlen(value);

		if (len + p.text_len + add >= size)
			return false;
		memcpy(out + len, text, p.text_len);
		memcpy(out + len + p.text_len, value, add);
		len += p.text_len + add;
		text = p.next;
	}
	if (len >= size)
		return false;
	out[len] = '\0';
	return true;
}
