/* DHCP messages: parsed, looked at with every accessor, written again. */
#include <assert.h>
#include <string.h>

#include "dhcp.h"
#include "pxe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dhcp_msg msg, again;
	static uint8_t out[8192];
	struct wr w = wr_open(out, sizeof(out));
	struct pxe_request p;

	if (dhcp_parse(data, size, &msg) != DHCP_OK)
		return 0;
	pxe_read(&msg, &p);
	assert(p.archs <= PXE_ARCHS);
	pxe_user_class(&msg, "iPXE");
	dhcp_begin(&w, &msg);
	for (int code = 1; code < 255; code++) {
		size_t len;
		const uint8_t *v = dhcp_get(&msg, (uint8_t)code, &len);
		uint32_t n;
		size_t sub;

		if (!v)
			continue;
		assert(v[len] == 0);
		dhcp_get_addr(&msg, (uint8_t)code, &n);
		pxe_find_sub(v, len, 6, &sub);
		if (code != DHCP_OVERLOAD)
			dhcp_put(&w, (uint8_t)code, v, len);
	}
	dhcp_end(&w);
	if (w.full || wr_len(&w) > DHCP_MAX)
		return 0;
	/* the same options come back */
	assert(dhcp_parse(out, wr_len(&w), &again) == DHCP_OK);
	for (int code = 1; code < 255; code++) {
		size_t a, b;
		const uint8_t *v = dhcp_get(&msg, (uint8_t)code, &a), *u = dhcp_get(&again, (uint8_t)code, &b);

		if (code != DHCP_OVERLOAD && v)
			assert(u && a == b && memcmp(u, v, a) == 0);
	}
	return 0;
}
