/* The types of DHCPv6's options, as option_types.c has DHCP's. */
#include "option_types.h"

#define SIX .six = true

static const struct {
	uint16_t code;
	struct option_type type;
} types6[] = {
	{ 21, { "SIP server names", TYPE_NAMES, 3319, SIX } },
	{ 22, { "SIP servers", TYPE_ADDRS6, 3319, SIX } },
	{ 23, { "DNS servers", TYPE_ADDRS6, 3646, SIX } },
	{ 24, { "domain search list", TYPE_NAMES, 3646, SIX } },
	{ 27, { "NIS servers", TYPE_ADDRS6, 3898, SIX } },
	{ 28, { "NIS+ servers", TYPE_ADDRS6, 3898, SIX } },
	{ 29, { "NIS domain", TYPE_NAMES, 3898, SIX } },
	{ 30, { "NIS+ domain", TYPE_NAMES, 3898, SIX } },
	{ 31, { "SNTP servers", TYPE_ADDRS6, 4075, SIX } },
	{ 32, { "information refresh time", TYPE_U32, 8415, .least = 600, SIX } },
	{ 33, { "BCMCS server names", TYPE_NAMES, 4280, SIX } },
	{ 34, { "BCMCS servers", TYPE_ADDRS6, 4280, SIX } },
	{ 41, { "POSIX time zone", TYPE_TEXT, 4833, SIX } },
	{ 42, { "time zone name", TYPE_TEXT, 4833, SIX } },
	{ 52, { "CAPWAP controllers", TYPE_ADDRS6, 5417, SIX } },
	{ 58, { "SIP user agent domains", TYPE_NAMES, 6011, SIX } },
	{ 64, { "AFTR name", TYPE_NAMES, 6334, SIX } },
	{ 65, { "ERP local domain", TYPE_NAMES, 6440, SIX } },
	{ 82, { "largest SOLICIT timeout", TYPE_U32, 8415, .least = 60, SIX } },
	{ 83, { "largest INFORMATION-REQUEST timeout", TYPE_U32, 8415, .least = 60, SIX } },
	{ 103, { "captive portal", TYPE_TEXT, 8910, SIX } },
};

const struct option_type *
option6_type(uint16_t code)
{
	for (size_t i = 0; i < sizeof(types6) / sizeof(types6[0]); i++)
		if (types6[i].code == code)
			return &types6[i].type;
	return NULL;
}
