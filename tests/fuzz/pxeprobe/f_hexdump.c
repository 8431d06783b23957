/* The text of tcpdump -x, in lines, and the packets in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hexdump.h"
#include "packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look(const struct hexdump *d)
{
	struct packet p;

	if (d->len == 0 || d->len > HEXDUMP_MOST)
		abort();
	packet_read(hexdump_is_ethernet(d) ? 1 : 12, d->bytes, d->len, &p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hexdump d;
	char *text = malloc(size + 1), *save, *line;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	memset(&d, 0, sizeof(d));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (hexdump_line(&d, line))
			look(&d);
	if (hexdump_end(&d))
		look(&d);
	free(text);
	return 0;
}
