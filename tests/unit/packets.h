/* The golden packets of tests/data. */
#ifndef PACKETS_H
#define PACKETS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

/* The bytes of tests/data/NAME; lines with '#' are comments. */
static inline size_t
packet_bytes(const char *name, uint8_t *out, size_t size)
{
	const char *src = getenv("SRC");
	char path[4096], line[512];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/data/%s", src ? src : ".", name);
	f = fopen(path, "r");
	if (!f) {
		printf("# cannot open %s\n", path);
		return 0;
	}
	while (fgets(line, sizeof(line), f)) {
		int got;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			continue;
		got = num_hex(line, out + n, size - n);
		if (got > 0)
			n += (size_t)got;
	}
	fclose(f);
	return n;
}

#endif
