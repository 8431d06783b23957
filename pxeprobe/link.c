#include "link.h"

#include "wire.h"

/* Numbers of pcap/dlt.h; only capture.c includes libpcap. */
enum {
	LINK_NULL = 0, LINK_ETHERNET = 1, LINK_RAW = 12, LINK_RAW_OLD = 101,
	LINK_LOOP = 108, LINK_COOKED = 113, LINK_IPV4 = 228, LINK_COOKED2 = 276
};
enum { COOKED_HEADER = 16, COOKED2_HEADER = 20, LOOP_HEADER = 4, VLAN = 0x8100 };

bool
link_known(int dlt)
{
	return dlt == LINK_NULL || dlt == LINK_ETHERNET || dlt == LINK_RAW ||
	    dlt == LINK_RAW_OLD || dlt == LINK_LOOP || dlt == LINK_COOKED ||
	    dlt == LINK_IPV4 || dlt == LINK_COOKED2;
}

bool
link_udp(int dlt, const uint8_t *bytes, size_t len, struct frame_udp *out)
{
	struct rd r = rd_open(bytes, len);
	uint16_t type = 0;

	*out = (struct frame_udp){ .len = 0 };
	switch (dlt) {
	case LINK_ETHERNET:
		return frame_parse(bytes, len, true, out);
	case LINK_COOKED:
		rd_take(&r, COOKED_HEADER - 2);
		type = rd_u16(&r);
		break;
	case LINK_COOKED2:
		type = rd_u16(&r);
		rd_take(&r, COOKED2_HEADER - 2);
		break;
	case LINK_NULL:
	case LINK_LOOP:
		rd_take(&r, LOOP_HEADER);
		break;
	default:
		break;
	}
	if (type == VLAN)
		rd_take(&r, 4);
	return !r.bad && frame_parse_ip(r.p, rd_left(&r), true, out);
}
