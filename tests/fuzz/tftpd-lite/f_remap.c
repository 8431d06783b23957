/* The first line is a rule, the rest a name it is applied to. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "remap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct map_client client = { .ip = "fe80::1", .ip_hex = "FE80" };
	struct map m = { .n = 0 };
	char text[512], out[MAP_NAME], error[MAP_ERROR] = "";
	char *name;

	/* long expressions cost glibc's regcomp minutes; those are the operator's own */
	if (size >= 96)
		size = 95;
	memcpy(text, data, size);
	text[size] = '\0';
	name = strchr(text, '\n');
	if (name)
		*name++ = '\0';
	for (const char *p = text; (p = strpbrk(p, "{*+")); p++)
		if (*p == '{' ? strncmp(p, "{ip", 3) != 0 : strchr("*+?{", p[1]) && p[1])
			return 0; /* counted and nested repetition, likewise */
	if (!map_add(&m, text, error) && !*error)
		abort();
	if (map_apply(&m, name ? name : "pxelinux.0", &client, out) && strlen(out) >= MAP_NAME)
		abort();
	map_free(&m);
	return 0;
}
