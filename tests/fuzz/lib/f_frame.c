/* Ethernet frames and IPv4 packets: what is parsed lies inside, and builds
 * again to a frame that parses the same. */
#include <assert.h>
#include <string.h>

#include "frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[70000];
	struct frame_udp u, again;
	size_t n;

	frame_parse_ip(data, size, true, &u);
	if (frame_parse(data, size, false, &u))
		assert(frame_parse(data, size, true, &u));
	if (!frame_parse(data, size, true, &u))
		return 0;
	assert(u.data >= data && u.len <= size && u.data + u.len <= data + size);
	n = frame_build(&u, out, sizeof(out));
	assert(n == FRAME_HEADERS + u.len);
	assert(frame_parse(out, n, false, &again));
	assert(again.src == u.src && again.dport == u.dport && again.len == u.len);
	assert(memcmp(again.data, u.data, u.len) == 0);
	return 0;
}
