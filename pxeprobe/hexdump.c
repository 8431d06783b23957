#include "hexdump.h"

#include <stdlib.h>
#include <string.h>

#define PER_LINE 16
#define DAY_S 86400

/* Numbers of one or two digits with ':' between, and a fraction of 6; false for anything
 * else. */
static bool
read_time(const char *line, uint64_t *us)
{
	unsigned long long part[3];
	const char *at = line + strspn(line, " \t>");
	char *end;

	/* "2026-11-30 10:20:30.123456" (-tttt): the day is of no account here. */
	if (strspn(at, "0123456789") == 4 && at[4] == '-' && strlen(at) > 11)
		at += 11;
	for (int i = 0; i < 3; i++) {
		part[i] = strtoull(at, &end, 10);
		if (end == at || end > at + 2 || part[i] > 60 || (i < 2 && *end != ':'))
			return false;
		at = end + 1;
	}
	if (*end != '.' || strspn(at, "0123456789") != 6)
		return false;
	*us = (part[0] * 3600 + part[1] * 60 + part[2]) * 1000000 + strtoull(at, NULL, 10);
	return true;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* "0x0010:  c0a8 0001 ...  ASCII": the bytes, until two blanks or something else come. */
static bool
read_row(const char *line, unsigned long *offset, uint8_t out[PER_LINE], size_t *n)
{
	const char *at = line + strspn(line, " \t>");
	char *end;

	if (strncmp(at, "0x", 2) != 0)
		return false;
	*offset = strtoul(at + 2, &end, 16);
	if (end == at + 2 || *end != ':')
		return false;
	at = end + 1 + strspn(end + 1, " \t");
	for (*n = 0; *n < PER_LINE; (*n)++) {
		if (nibble(at[0]) < 0 || nibble(at[1]) < 0)
			break;
		out[*n] = (uint8_t)(nibble(at[0]) << 4 | nibble(at[1]));
		at += 2;
		if (*at == ' ' && at[1] != ' ')
			at++;
	}
	return *n > 0;
}

/* Starts the packet whose first bytes have come. */
static void
begin_next(struct hexdump *d)
{
	memcpy(d->bytes, d->first, d->first_len);
	d->len = d->first_len;
	d->first_len = 0;
	d->whole = false;
	d->us = d->next_us;
	d->next_us++; /* where no time is given, they come one after the other */
}

bool
hexdump_line(struct hexdump *d, const char *line)
{
	uint8_t row[PER_LINE];
	unsigned long offset;
	uint64_t us;
	size_t n;

	if (d->whole)
		begin_next(d);
	if (!read_row(line, &offset, row, &n)) {
		if (read_time(line, &us)) {
			/* Over midnight. */
			while (us < d->us && d->len)
				us += (uint64_t)DAY_S * 1000000;
			d->next_us = us;
		}
		return false;
	}
	if (offset == 0) {
		memcpy(d->first, row, n);
		d->first_len = n;
		d->whole = d->len > 0;
		if (!d->whole)
			begin_next(d);
		return d->whole;
	}
	/* A row that is missing ends what is known of the packet. */
	if (offset == d->len && d->len + n <= sizeof(d->bytes)) {
		memcpy(d->bytes + d->len, row, n);
		d->len += n;
	}
	return false;
}

bool
hexdump_end(struct hexdump *d)
{
	if (d->whole)
		begin_next(d);
	d->whole = d->len > 0;
	d->first_len = 0;
	return d->whole;
}

bool
hexdump_is_ethernet(const struct hexdump *d)
{
	const uint8_t *b = d->bytes;

	if (d->len < 14)
		return false;
	/* An IP header's bytes there are the sender's first two, 8.0 or 129.0. */
	return (b[12] == 0x08 && b[13] == 0x00) || (b[12] == 0x81 && b[13] == 0x00) || (b[0] & 0xf0) != 0x40;
}
