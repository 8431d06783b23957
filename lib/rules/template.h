/* Templates: {server} and the like in file= and text= values.  Pure. */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

enum template_name {
	TEMPLATE_SERVER,
	TEMPLATE_MAC,
	TEMPLATE_MAC_DASHES,
	TEMPLATE_UUID,
	TEMPLATE_ARCH,
	TEMPLATE_IP,
	TEMPLATE_HOST,
	TEMPLATE_SERIAL,
	TEMPLATE_NAMES
};

struct template_values {
	const char *of[TEMPLATE_NAMES]; /* NULL: not known, and left out */
};

/* False when there is an unknown {name}, of which the first is put into bad.
 * "${" is left alone: it begins one of iPXE's own settings. */
bool template_check(const char *text, char *bad, size_t size);
/* Writes the text with its values and a NUL; false when out is too small. */
bool template_expand(const char *text, const struct template_values *v, char *out, size_t size);

#endif
