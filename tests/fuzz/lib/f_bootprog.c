/* Boot programs: whatever the bytes, a kind that has a name, and texts that end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bootprog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bootprog p;
	char *path;

	bootprog_identify(data, size, &p);
	if (!bootprog_word(p.kind) || !bootprog_title(p.kind))
		abort();
	if (memchr(p.version, 0, sizeof(p.version)) == NULL || memchr(p.vendor, 0, sizeof(p.vendor)) == NULL ||
	    memchr(p.prefix, 0, sizeof(p.prefix)) == NULL || memchr(p.config, 0, sizeof(p.config)) == NULL)
		abort();
	path = strndup((const char *)data, size);
	if (path && !bootprog_word(bootprog_by_name(path)))
		abort();
	free(path);
	return 0;
}
