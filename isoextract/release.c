#include "release.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Copies up to n bytes as plain text: no quotes, no control bytes, blanks in
 * runs as one.  What stood in *out is gone even when nothing is left. */
static void
copy_plain(const char *from, size_t n, char out[RELEASE_TEXT])
{
	size_t len = 0;

	for (size_t i = 0; i < n && len < RELEASE_TEXT - 1; i++) {
		unsigned char c = (unsigned char)from[i];

		if (c == '"' || c == '\'' || c == '\\' || (c < ' ' && c != '\t') || c == 0x7f)
			continue;
		if (c == ' ' || c == '\t') {
			if (len == 0 || out[len - 1] == ' ')
				continue;
			c = ' ';
		}
		out[len++] = (char)c;
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
}

/* What starts with a digit behind a blank or '-', up to the next blank:
 * "Debian 12.5", "alpine-standard-3.19.1 240126". */
static void
find_version(const char *name, char out[RELEASE_TEXT])
{
	for (const char *p = name; *p; p += strcspn(p, " -")) {
		p += strspn(p, " -");
		if (isdigit((unsigned char)*p)) {
			copy_plain(p, strcspn(p, " "), out);
			return;
		}
	}
}

static void
find_arch(const char *text, char out[RELEASE_TEXT])
{
	static const char *const known[] = {
		"amd64", "x86_64", "arm64", "aarch64", "i386", "i686", "riscv64"
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strstr(text, known[i])) {
			copy_plain(known[i], strlen(known[i]), out);
			return;
		}
}

void
release_disk_info(const char *text, struct release *out)
{
	char line[512];
	const char *dash;

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\r\n"), text);
	dash = strstr(line, " - ");
	copy_plain(line, dash ? (size_t)(dash - line) : strlen(line), out->name);
	find_version(out->name, out->version);
	find_arch(line, out->arch);
}

/* Is it `key = value`, blanks around the '=' or not?  Then the value. */
static const char *
value_of(const char *line, size_t len, const char *key, size_t *value_len)
{
	size_t n = strlen(key);
	const char *p = line + n, *end = line + len;

	if (len < n || memcmp(line, key, n) != 0)
		return NULL;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p == end || *p != '=')
		return NULL;
	*value_len = (size_t)(end - p) - 1;
	return p + 1;
}

struct field {
	const char *key;
	char *out;           /* RELEASE_TEXT */
};

static void
take_fields(const char *line, size_t len, const struct field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t value_len;
		const char *value = value_of(line, len, field[i].key, &value_len);

		if (value)
			copy_plain(value, value_len, field[i].out);
	}
}

void
release_treeinfo(const char *text, struct release *out)
{
	char family[RELEASE_TEXT] = "";
	const struct field general[] = {
		{ "name", out->name }, { "version", out->version },
		{ "arch", out->arch }, { "family", family }
	};
	bool in_general = false;

	out->name[0] = '\0';
	for (const char *p = text; *p; ) {
		size_t n = strcspn(p, "\n");

		if (*p == '[')
			in_general = strncmp(p, "[general]", 9) == 0;
		else if (in_general)
			take_fields(p, n, general, sizeof(general) / sizeof(general[0]));
		p += n + (p[n] == '\n');
	}
	if (!out->name[0] && family[0]) {   /* before RHEL 7 there was no name */
		char both[2 * RELEASE_TEXT];

		snprintf(both, sizeof(both), "%s %s", family, out->version);
		copy_plain(both, strlen(both), out->name);
	}
}

void
release_os_release(const char *text, struct release *out)
{
	const struct field fields[] = {
		{ "PRETTY_NAME", out->name }, { "VERSION_ID", out->version }
	};

	for (const char *p = text; *p; ) {
		size_t n = strcspn(p, "\n");

		take_fields(p, n, fields, sizeof(fields) / sizeof(fields[0]));
		p += n + (p[n] == '\n');
	}
}

void
release_line(const char *text, const char *prefix, struct release *out)
{
	char line[512];

	snprintf(line, sizeof(line), "%s%.*s", prefix, (int)strcspn(text, "\r\n"), text);
	copy_plain(line, strlen(line), out->name);
	find_version(out->name, out->version);
	find_arch(line, out->arch);
}
