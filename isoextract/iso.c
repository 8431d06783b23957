#include "iso.h"

#include <stdlib.h>
#include <string.h>

#include "fsindex.h"
#include "num.h"

enum { PRIMARY = 1, TERMINATOR = 255 };

/* The descriptor's fixed parts (ECMA-119 8.4). */
#define VOLUME_ID 40
#define VOLUME_ID_LEN 32
#define SPACE_SIZE 80

static uint64_t
volume_bytes(const uint8_t *sector)
{
	struct rd r = rd_open(sector + SPACE_SIZE, 4);

	return (uint64_t)rd_le32(&r) * ISO_SECTOR;
}

void
iso_identify(const void *bytes, size_t len, struct iso *out)
{
	struct rd r = rd_open(bytes, len);
	const uint8_t *sector;
	size_t n;

	*out = (struct iso){ 0 };
	rd_take(&r, ISO_DESCRIPTORS);
	while ((sector = rd_take(&r, ISO_SECTOR))) {
		if (memcmp(sector + 1, "NSR02", 5) == 0 || memcmp(sector + 1, "NSR03", 5) == 0)
			out->udf = true;
		if (memcmp(sector + 1, "CD001", 5) != 0 || sector[0] != PRIMARY || out->iso9660)
			continue;
		out->iso9660 = true;
		for (n = VOLUME_ID_LEN; n > 0 && (sector[VOLUME_ID + n - 1] == ' ' || !sector[VOLUME_ID + n - 1]);)
			n--;
		memcpy(out->volume, sector + VOLUME_ID, n);
		out->bytes = volume_bytes(sector);
	}
}

static int
read_digits(struct rd *r, size_t n)
{
	int value = 0;

	while (n-- > 0) {
		uint8_t c = rd_u8(r);

		value = value * 10 + (c >= '0' && c <= '9' ? c - '0' : 0);
	}
	return value;
}

bool
iso_date(struct rd *r, bool is_long, int64_t *seconds)
{
	struct tm date = { 0 };
	int offset_min;

	date.tm_year = is_long ? read_digits(r, 4) - 1900 : rd_u8(r);
	date.tm_mon = (is_long ? read_digits(r, 2) : rd_u8(r)) - 1;
	date.tm_mday = is_long ? read_digits(r, 2) : rd_u8(r);
	date.tm_hour = is_long ? read_digits(r, 2) : rd_u8(r);
	date.tm_min = is_long ? read_digits(r, 2) : rd_u8(r);
	date.tm_sec = is_long ? read_digits(r, 2) : rd_u8(r);
	if (is_long)
		rd_u16(r); /* hundredths of a second */
	offset_min = (int8_t)rd_u8(r) * 15;
	return !r->bad && fsindex_seconds(&date, offset_min, seconds);
}

/* Copies the value of "NAME = value;" in the text; it ends at ';' or a blank. */
static bool
sum_value(const char *text, const char *name, char *out, size_t size)
{
	const char *p = strstr(text, name);
	size_t n;

	if (!p)
		return false;
	p += strlen(name);
	n = strcspn(p, "; ");
	if (n >= size)
		return false;
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

bool
iso_sum(const void *sector, size_t len, struct iso_sum *out)
{
	const uint8_t *s = sector;
	char text[ISO_APPLICATION_LEN + 1], md5[33], number[24];
	uint64_t skip = 0, bytes;

	if (len < ISO_SECTOR || s[0] != PRIMARY || memcmp(s + 1, "CD001", 5) != 0)
		return false;
	memcpy(text, s + ISO_APPLICATION, ISO_APPLICATION_LEN);
	text[ISO_APPLICATION_LEN] = '\0';
	bytes = volume_bytes(s);
	if (!sum_value(text, "ISO MD5SUM = ", md5, sizeof(md5)) || strlen(md5) != 32 ||
	    strspn(md5, "0123456789abcdef") != 32 || !sum_value(text, "SKIPSECTORS = ", number, sizeof(number)) ||
	    !num_uint(number, 0, UINT32_MAX, &skip) || skip * ISO_SECTOR >= bytes)
		return false;
	memcpy(out->md5, md5, sizeof(md5));
	out->covers = bytes - skip * ISO_SECTOR;
	return true;
}
