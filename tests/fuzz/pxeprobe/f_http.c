/* The storm's HTTP client: two bytes choose the program and how the rest is
 * cut into pieces; then the reply. */
#include <stdlib.h>

#include "httpget.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct persona_http *const all[] = { &persona_http_ipxe, &persona_http_grub, &persona_http_shim,
		persona_find("http-x64")->http };
	enum httpget_event e = HTTPGET_MORE;
	struct httpget g;
	uint64_t body = 0;

	if (size < 2)
		return 0;
	httpget_start(&g, all[data[0] & 3], data[0] & 4);
	for (size_t at = 2, n; at < size && e == HTTPGET_MORE; at += n) {
		n = data[1] % 31 + 1;
		if (n > size - at)
			n = size - at;
		if ((data[0] & 8) && httpget_may_skip(&g)) {
			if (n > httpget_may_skip(&g))
				n = httpget_may_skip(&g);
			e = httpget_skipped(&g, n);
		} else {
			e = httpget_input(&g, data + at, n);
		}
		if (g.bytes < body || g.bytes > size || (e == HTTPGET_FAILED) != (g.fault != FAULT_NONE))
			abort();
		body = g.bytes;
	}
	if (e == HTTPGET_MORE)
		httpget_closed(&g);
	httpget_keeps(&g);
	return 0;
}
