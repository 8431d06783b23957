#include "gso.h"

#include "tftp.h"
#include "wire.h"

size_t
gso_first(uint32_t blksize, const uint8_t *packet, size_t len)
{
	struct rd r = rd_open(packet, len), next;
	uint16_t op = rd_u16(&r), block = rd_u16(&r);

	rd_take(&r, blksize);
	next = r;
	if (op != TFTP_DATA || rd_u16(&next) != TFTP_DATA || rd_u16(&next) != (uint16_t)(block + 1) || next.bad)
		return len;
	return TFTP_HEADER + (size_t)blksize;
}
