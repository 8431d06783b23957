/*
 * What is inside an iPXE binary: a script that was built in (EMBED=), which runs in place
 * of its own way of booting.  What BIOS machines load is compressed (LZMA).  Pure.
 */
#ifndef IPXEFILE_H
#define IPXEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IPXEFILE_LACKS 400

struct ipxefile {
	bool readable;      /* false: it is compressed in a way that is not known */
	const char *script; /* NULL: none; it lies in the file, or in unpacked */
	size_t len;
	char lacks[IPXEFILE_LACKS]; /* commands that builds may leave out and this one does: "ping time" */
	uint8_t *unpacked;
};

void ipxefile_read(const uint8_t *bytes, size_t len, struct ipxefile *out);
void ipxefile_free(struct ipxefile *f);

#endif
