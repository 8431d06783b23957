/* The first line is a rule, the rest a name it is applied to. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "remap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct remap_client client = { .ip = "fe80::1", .ip_hex = "FE80" };
	struct remap m = { .n = 0 };
	char text[512], out[REMAP_NAME], error[REMAP_ERROR] = "";
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
	if (!remap_add(&m, text, error) && !*error)
		abort();
	if (remap_apply(&m, name ? name : "pxelinux.0", &client, out) && strlen(out) >= REMAP_NAME)
		abort();
	remap_free(&m);
	return 0;
}
