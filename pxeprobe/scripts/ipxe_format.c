#include "ipxe_format.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "a1b2" as "a1:b2", "a1-b2" or "a1b2". */
static void
put_digits(const char *digits, const char *between, char out[SCRIPT_VALUE])
{
	size_t at = 0;

	out[0] = '\0';
	for (const char *d = digits; d[0] && d[1] && at + 4 < SCRIPT_VALUE; d += 2)
		at += (size_t)snprintf(out + at, SCRIPT_VALUE - at, "%s%.2s", at ? between : "", d);
}

/* True when the type prints bytes. */
static bool
put_bytes(const char *digits, const char *type, char out[SCRIPT_VALUE])
{
	const char *between = strcmp(type, "hex") == 0 ? ":" :
	    strcmp(type, "hexhyp") == 0                ? "-" :
	    strcmp(type, "hexraw") == 0                ? "" :
	                                                 NULL;

	if (between)
		put_digits(digits, between, out);
	return between != NULL;
}

static void
put_uri(char value[SCRIPT_VALUE])
{
	char from[SCRIPT_VALUE];
	size_t at = 0;

	memcpy(from, value, sizeof(from));
	for (const char *f = from; *f && at + 4 < SCRIPT_VALUE; f++)
		if ((unsigned char)*f <= ' ' || strchr("\"#%<>\\^`{|}\177", *f))
			at += (size_t)snprintf(value + at, SCRIPT_VALUE - at, "%%%02X", (unsigned char)*f);
		else
			value[at++] = *f;
	value[at] = '\0';
}

/* The digits of a MAC address or of an IPv4 address; false when it is neither. */
static bool
address_digits(const char *value, char out[SCRIPT_VALUE])
{
	struct in_addr addr;
	size_t at = 0;

	if (inet_pton(AF_INET, value, &addr) == 1) {
		snprintf(out, SCRIPT_VALUE, "%08x", ntohl(addr.s_addr));
		return true;
	}
	for (const char *v = value; *v; v++)
		if (*v != ':')
			out[at++] = *v;
	out[at] = '\0';
	return at > 0 && strspn(out, "0123456789abcdef") == at && at % 2 == 0;
}

void
ipxe_format(char value[SCRIPT_VALUE], const char *type)
{
	char digits[SCRIPT_VALUE];

	if (strcmp(type, "uristring") == 0)
		put_uri(value);
	else if (address_digits(value, digits))
		put_bytes(digits, type, value);
}

/* "int8" and its kin are decimal, "uint8" hexadecimal (settings.c, format_int_setting). */
static void
put_number(const char *digits, const char *type, char out[SCRIPT_VALUE])
{
	size_t width = (size_t)strtoul(type + strcspn(type, "0123456789"), NULL, 10), len = strlen(digits);
	unsigned long n = strtoul(len > width / 4 ? digits + len - width / 4 : digits, NULL, 16);

	if (type[0] == 'u')
		snprintf(out, SCRIPT_VALUE, "0x%0*lx", (int)(width / 4), n);
	else if (width == 8)
		snprintf(out, SCRIPT_VALUE, "%d", (int8_t)n);
	else if (width == 16)
		snprintf(out, SCRIPT_VALUE, "%d", (int16_t)n);
	else
		snprintf(out, SCRIPT_VALUE, "%d", (int32_t)n);
}

static void
put_text(const char *digits, char out[SCRIPT_VALUE])
{
	size_t at = 0;

	for (const char *d = digits; d[0] && d[1] && at < SCRIPT_VALUE - 1; d += 2) {
		char pair[3] = { d[0], d[1], '\0' };
		char c = (char)strtoul(pair, NULL, 16);

		if (c)
			out[at++] = c;
	}
	out[at] = '\0';
}

void
ipxe_format_option(const char *digits, const char *type, char value[SCRIPT_VALUE])
{
	if (type && put_bytes(digits, type, value))
		return;
	if (type && strcmp(type, "ipv4") == 0 && strlen(digits) >= 8) {
		char first[9]; /* of a list */
		unsigned long n;

		snprintf(first, sizeof(first), "%.8s", digits);
		n = strtoul(first, NULL, 16);
		snprintf(value, SCRIPT_VALUE, "%lu.%lu.%lu.%lu", n >> 24 & 255, n >> 16 & 255, n >> 8 & 255, n & 255);
	} else if (type && (strncmp(type, "int", 3) == 0 || strncmp(type, "uint", 4) == 0)) {
		put_number(digits, type, value);
	} else if (type && (strcmp(type, "string") == 0 || strcmp(type, "uristring") == 0)) {
		put_text(digits, value);
		if (type[0] == 'u')
			put_uri(value);
	} else {
		put_digits(digits, ":", value);
	}
}
