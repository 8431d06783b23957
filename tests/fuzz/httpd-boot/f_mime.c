/*
 * mime.types: whatever the file contains, every type found in it can be
 * sent.  The input is the file; its own words are the suffixes asked for.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mime.h"
#include "response_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_up(const struct mime_table *table, const char *word, size_t len)
{
	char name[64];
	const char *type;

	snprintf(name, sizeof(name), "x.%.*s", (int)len, word);
	type = mime_of_name(table, name);
	if (!type)
		return;
	if (strlen(type) >= RESPONSE_HEAD_TYPE_MAX || !strchr(type, '/') || strpbrk(type, " \t\r\n#"))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mime_table table = { 0 };
	const char *text = (const char *)data;

	if (size == 0 || !mime_load(&table, text, size))
		return 0;
	for (size_t i = 1; i < table.n; i++)
		if (strcmp(table.entry[i - 1].suffix, table.entry[i].suffix) > 0)
			abort();
	for (size_t i = 0, start = 0; i <= size; i++)
		if (i == size || text[i] == ' ' || text[i] == '\t' || text[i] == '\n') {
			look_up(&table, text + start, i - start);
			start = i + 1;
		}
	if (!mime_of_bytes(data, size))
		abort();
	mime_free(&table);
	return 0;
}
