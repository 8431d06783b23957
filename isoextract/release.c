#include "release.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"

/* Copies up to n bytes without quotes and control characters, a run of blanks as
 * one.  Overwrites *out even if nothing is left. */
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

/* A version starts with a digit after a blank or '-', and ends at the next blank, or
 * at a '-' before a letter: "Debian 12.5", "alpine-standard-3.19.1 240126",
 * "clonezilla-live-3.1.2-22-amd64". */
static void
find_version(const char *name, char out[RELEASE_TEXT])
{
	for (const char *p = name; *p; p += strcspn(p, " -")) {
		size_t n;

		p += strspn(p, " -");
		if (!isdigit((unsigned char)*p))
			continue;
		n = strcspn(p, " -");
		while (p[n] == '-' && isdigit((unsigned char)p[n + 1]))
			n += 1 + strcspn(p + n + 1, " -");
		copy_plain(p, n, out);
		return;
	}
}

static void
find_arch(const char *text, char out[RELEASE_TEXT])
{
	const struct machine *m = machine_in_text(text);

	if (m)
		snprintf(out, RELEASE_TEXT, "%s", m->record);
}

void
release_disk_info(const char *text, struct release *out)
{
	char line[512];
	const char *dash;

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\r\n"), text);
	if (line[strcspn(line, " =")] == '=')
		return; /* KEY='value' lines: Proxmox's profile reads them */
	dash = strstr(line, " - ");
	copy_plain(line, dash ? (size_t)(dash - line) : strlen(line), out->name);
	find_version(out->name, out->version);
	find_arch(line, out->arch);
}

/* The value of a `key = value` line, with or without blanks before '='; else NULL. */
static const char *
line_value(const char *line, size_t len, const char *key, size_t *value_len)
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
	char *out; /* RELEASE_TEXT */
};

static void
take_fields(const char *line, size_t len, const struct field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t value_len;
		const char *value = line_value(line, len, field[i].key, &value_len);

		if (value)
			copy_plain(value, value_len, field[i].out);
	}
}

void
release_treeinfo(const char *text, struct release *out)
{
	char family[RELEASE_TEXT] = "";
	const struct field general[] = { { "name", out->name }, { "version", out->version }, { "arch", out->arch },
		{ "family", family } };
	bool in_general = false;

	out->name[0] = '\0';
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");

		if (*p == '[')
			in_general = strncmp(p, "[general]", 9) == 0;
		else if (in_general)
			take_fields(p, n, general, sizeof(general) / sizeof(general[0]));
		p += n + (p[n] == '\n');
	}
	if (!out->name[0] && family[0]) { /* no name before RHEL 7 */
		char both[2 * RELEASE_TEXT];

		snprintf(both, sizeof(both), "%s %s", family, out->version);
		copy_plain(both, strlen(both), out->name);
	}
}

void
release_os_release(const char *text, struct release *out)
{
	const struct field fields[] = { { "PRETTY_NAME", out->name }, { "VERSION_ID", out->version } };

	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");

		take_fields(p, n, fields, sizeof(fields) / sizeof(fields[0]));
		p += n + (p[n] == '\n');
	}
}

static void
release_take_name(const char *line, struct release *out)
{
	copy_plain(line, strlen(line), out->name);
	find_version(out->name, out->version);
	find_arch(line, out->arch);
}

bool
release_line(const char *text, const char *prefix, struct release *out)
{
	char line[512];

	text += strspn(text, " \t\r\n");
	if (!*text)
		return false;
	snprintf(line, sizeof(line), "%s%.*s", prefix, (int)strcspn(text, "\r\n"), text);
	release_take_name(line, out);
	return true;
}

/* Finds the value of a KEY=value line. */
static bool
find_key_line(const char *text, const char *key, size_t key_len, char out[RELEASE_TEXT])
{
	char name[RELEASE_TEXT];
	size_t value_len;

	snprintf(name, sizeof(name), "%.*s", (int)key_len, key);
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");
		const char *value = line_value(p, n, name, &value_len);

		if (value) {
			copy_plain(value, value_len, out);
			return out[0] != '\0';
		}
		p += n + (p[n] == '\n');
	}
	return false;
}

bool
release_keys(const char *text, const char *form, struct release *out)
{
	char line[512] = "", value[RELEASE_TEXT];

	while (*form) {
		size_t n = strcspn(form, "{"), len = strlen(line), key;

		snprintf(line + len, sizeof(line) - len, "%.*s", (int)n, form);
		form += n;
		key = *form ? strcspn(form + 1, "}") : 0;
		if (!*form)
			break;
		if (!find_key_line(text, form + 1, key, value))
			return false;
		len = strlen(line);
		snprintf(line + len, sizeof(line) - len, "%s", value);
		form += 1 + key + (form[1 + key] == '}');
	}
	release_take_name(line, out);
	return true;
}
