#include "option_types.h"

#include <stdio.h>

#include "dhcp.h"

/* 43 is missing (its form is the client's vendor's), and so are those that
 * only clients send, those that are more than a list, and those from 128 on that
 * vendors use as they like. */
static const struct form forms[256] = {
	[DHCP_NETMASK] = { "subnet mask", FORM_MASK, 2132, 0, false },
	[2] = { "time offset", FORM_U32, 2132, 0, false },
	[DHCP_ROUTER] = { "routers", FORM_ADDRS, 2132, 0, false },
	[4] = { "time servers", FORM_ADDRS, 2132, 0, false },
	[5] = { "IEN 116 name servers", FORM_ADDRS, 2132, 0, false },
	[DHCP_DNS] = { "DNS servers", FORM_ADDRS, 2132, 0, false },
	[7] = { "log servers", FORM_ADDRS, 2132, 0, false },
	[8] = { "cookie servers", FORM_ADDRS, 2132, 0, false },
	[9] = { "LPR servers", FORM_ADDRS, 2132, 0, false },
	[10] = { "Impress servers", FORM_ADDRS, 2132, 0, false },
	[11] = { "resource location servers", FORM_ADDRS, 2132, 0, false },
	[DHCP_HOSTNAME] = { "host name", FORM_TEXT, 2132, 0, false },
	[13] = { "boot file size", FORM_U16, 2132, 0, false },
	[14] = { "merit dump file", FORM_TEXT, 2132, 0, false },
	[DHCP_DOMAIN] = { "domain name", FORM_TEXT, 2132, 0, false },
	[16] = { "swap server", FORM_ADDR, 2132, 0, false },
	[DHCP_ROOT_PATH] = { "root path", FORM_TEXT, 2132, 0, false },
	[18] = { "extensions path", FORM_TEXT, 2132, 0, false },
	[19] = { "IP forwarding", FORM_FLAG, 2132, 0, false },
	[20] = { "non-local source routing", FORM_FLAG, 2132, 0, false },
	[21] = { "policy filters", FORM_PAIRS, 2132, 0, false },
	[22] = { "largest datagram", FORM_U16, 2132, 576, false },
	[23] = { "time to live", FORM_U8, 2132, 1, false },
	[24] = { "path MTU timeout", FORM_U32, 2132, 0, false },
	[25] = { "path MTU plateaus", FORM_U16S, 2132, 68, false },
	[26] = { "interface MTU", FORM_U16, 2132, 68, false },
	[27] = { "all subnets are local", FORM_FLAG, 2132, 0, false },
	[DHCP_BROADCAST_ADDR] = { "broadcast address", FORM_ADDR, 2132, 0, false },
	[29] = { "mask discovery", FORM_FLAG, 2132, 0, false },
	[30] = { "mask supplier", FORM_FLAG, 2132, 0, false },
	[31] = { "router discovery", FORM_FLAG, 2132, 0, false },
	[32] = { "router solicitation address", FORM_ADDR, 2132, 0, false },
	[33] = { "static routes", FORM_PAIRS, 2132, 0, false },
	[34] = { "trailer encapsulation", FORM_FLAG, 2132, 0, false },
	[35] = { "ARP cache timeout", FORM_U32, 2132, 0, false },
	[36] = { "Ethernet encapsulation", FORM_FLAG, 2132, 0, false },
	[37] = { "TCP time to live", FORM_U8, 2132, 1, false },
	[38] = { "TCP keepalive interval", FORM_U32, 2132, 0, false },
	[39] = { "TCP keepalive garbage", FORM_FLAG, 2132, 0, false },
	[40] = { "NIS domain", FORM_TEXT, 2132, 0, false },
	[41] = { "NIS servers", FORM_ADDRS, 2132, 0, false },
	[DHCP_NTP] = { "NTP servers", FORM_ADDRS, 2132, 0, false },
	[44] = { "NetBIOS name servers", FORM_ADDRS, 2132, 0, false },
	[45] = { "NetBIOS datagram servers", FORM_ADDRS, 2132, 0, false },
	[46] = { "NetBIOS node type", FORM_U8, 2132, 1, false },
	[47] = { "NetBIOS scope", FORM_TEXT, 2132, 0, false },
	[48] = { "X font servers", FORM_ADDRS, 2132, 0, false },
	[49] = { "X display managers", FORM_ADDRS, 2132, 0, false },
	[DHCP_MESSAGE] = { "message", FORM_TEXT, 2132, 0, false },
	[DHCP_T1] = { "renewal time", FORM_U32, 2132, 0, false },
	[DHCP_T2] = { "rebinding time", FORM_U32, 2132, 0, false },
	[DHCP_CLASS] = { "vendor class", FORM_TEXT, 2132, 0, false },
	[62] = { "NetWare domain", FORM_TEXT, 2242, 0, false },
	[64] = { "NIS+ domain", FORM_TEXT, 2132, 0, false },
	[65] = { "NIS+ servers", FORM_ADDRS, 2132, 0, false },
	[68] = { "mobile IP home agents", FORM_ADDRS, 2132, 0, false },
	[69] = { "SMTP servers", FORM_ADDRS, 2132, 0, false },
	[70] = { "POP3 servers", FORM_ADDRS, 2132, 0, false },
	[71] = { "NNTP servers", FORM_ADDRS, 2132, 0, false },
	[72] = { "WWW servers", FORM_ADDRS, 2132, 0, false },
	[73] = { "finger servers", FORM_ADDRS, 2132, 0, false },
	[74] = { "IRC servers", FORM_ADDRS, 2132, 0, false },
	[75] = { "StreetTalk servers", FORM_ADDRS, 2132, 0, false },
	[76] = { "StreetTalk directory servers", FORM_ADDRS, 2132, 0, false },
	[85] = { "NDS servers", FORM_ADDRS, 2241, 0, false },
	[86] = { "NDS tree name", FORM_TEXT, 2241, 0, false },
	[87] = { "NDS context", FORM_TEXT, 2241, 0, false },
	[98] = { "user authentication servers", FORM_TEXT, 2485, 0, false },
	[100] = { "POSIX time zone", FORM_TEXT, 4833, 0, false },
	[101] = { "time zone name", FORM_TEXT, 4833, 0, false },
	[108] = { "IPv6-only wait", FORM_U32, 8925, 0, false },
	[114] = { "captive portal", FORM_TEXT, 8910, 0, false },
	[116] = { "auto-configuration", FORM_FLAG, 2563, 0, false },
	[117] = { "name service order", FORM_U16S, 2937, 0, false },
	[DHCP_SEARCH] = { "domain search list", FORM_NAMES, 3397, 0, false },
	[DHCP_ROUTES] = { "classless routes", FORM_ROUTES, 3442, 0, false },
	[138] = { "CAPWAP controllers", FORM_ADDRS, 5417, 0, false },
	/* GRUB Legacy takes the name of its menu from there */
	[DHCP_TFTP_ADDRS] = { "TFTP servers", FORM_ADDRS, 5859, 0, true },
	[DHCP_IPXE] = { "iPXE", FORM_PARTS, 0, 0, false },
	[DHCP_PXELINUX_MAGIC] = { "PXELINUX magic", FORM_U32, 5071, 0, false },
	[DHCP_PXELINUX_CONFIG] = { "PXELINUX configuration file", FORM_TEXT, 5071, 0, false },
	[DHCP_PXELINUX_PREFIX] = { "PXELINUX path prefix", FORM_TEXT, 5071, 0, false },
	[DHCP_PXELINUX_REBOOT] = { "PXELINUX reboot time", FORM_U32, 5071, 0, false },
	[DHCP_MS_ROUTES] = { "classless routes, as Windows asked for them once", FORM_ROUTES, 3442, 0, false },
	[252] = { "proxy configuration", FORM_TEXT, 0, 0, false },
};

/* What a kind is made of; `unit` bytes, many of them or one; 0: any number. */
static const struct {
	const char *is, *as;
	unsigned values; /* keys that can say it: 1 << enum option_value */
	size_t unit;
	bool many;
} kinds[] = {
	[FORM_TEXT] = { "text", "text=...", 1u << OPTION_TEXT, 0, true },
	[FORM_ADDR] = { "one address", "ip=10.0.0.1", 1u << OPTION_IP, 4, false },
	[FORM_ADDRS] = { "a list of addresses", "ip=10.0.0.1,10.0.0.2", 1u << OPTION_IP, 4, true },
	[FORM_MASK] = { "one netmask, its ones without a gap", "ip=255.255.255.0", 1u << OPTION_IP, 4, false },
	[FORM_PAIRS] = { "a list of pairs of addresses", "ip=10.0.0.1,10.0.0.2", 1u << OPTION_IP, 8, true },
	[FORM_FLAG] = { "0 or 1", "u8=1", 1u << OPTION_U8, 1, false },
	[FORM_U8] = { "a number of 8 bits", "u8=1", 1u << OPTION_U8, 1, false },
	[FORM_U16] = { "a number of 16 bits", "u16=1500", 1u << OPTION_U16, 2, false },
	[FORM_U16S] = { "a list of numbers of 16 bits", "u16=576,1500", 1u << OPTION_U16, 2, true },
	[FORM_U32] = { "a number of 32 bits", "u32=60", 1u << OPTION_U32, 4, false },
	[FORM_NAMES] = { "a list of domain names", "text=a.example,b.example", 1u << OPTION_TEXT, 0, true },
	[FORM_PARTS] = { "options of its own", "option 175.8 u8=1", 0, 0, true },
	[FORM_ROUTES] = { "a list of networks with their routers", "text=0.0.0.0/0,10.0.0.1", 1u << OPTION_TEXT, 0,
	    true },
};

/* What iPXE reads in its own option (include/ipxe/dhcp.h there). */
static const struct form *
ipxe_form(uint8_t sub)
{
	static const struct form number = { "of iPXE", FORM_U8, 0, 0, false };
	static const struct form text = { "of iPXE", FORM_TEXT, 0, 0, false };

	switch (sub) {
	case 1:   /* priority */
	case 8:   /* keep-san */
	case 9:   /* skip-san-boot */
	case 176: /* no-pxedhcp */
	case 189: /* san-drive */
		return &number;
	case 81:  /* scriptlet */
	case 85:  /* syslogs */
	case 188: /* san-filename */
	case 190: /* username, password, the same reversed */
	case 191:
	case 192:
	case 193:
		return &text;
	default:
		return sub >= 16 && sub <= 79 ? &number : NULL; /* what it was built with */
	}
}

const struct form *
form_of(uint8_t code, uint8_t sub)
{
	if (code == DHCP_IPXE && sub)
		return ipxe_form(sub);
	return forms[code].kind == FORM_ANY ? NULL : &forms[code];
}

static bool
is_netmask(uint32_t mask)
{
	return mask != 0 && (~mask & (~mask + 1)) == 0;
}

/* How many bytes there are of it. */
static bool
length_fits(enum form_kind kind, size_t len)
{
	size_t unit = kinds[kind].unit;

	if (unit == 0)
		return len > 0;
	return kinds[kind].many ? len > 0 && len % unit == 0 : len == unit;
}

/* RFC 3442: a mask, as many bytes of the network as it covers, the router. */
static bool
are_routes(const uint8_t *bytes, size_t len)
{
	struct rd r = rd_open(bytes, len);

	while (rd_left(&r) > 0 && !r.bad) {
		uint8_t prefix = rd_u8(&r);

		if (prefix > 32)
			return false;
		rd_take(&r, (prefix + 7u) / 8);
		rd_u32(&r);
	}
	return !r.bad;
}

static bool
are_parts(const uint8_t *bytes, size_t len)
{
	struct rd r = rd_open(bytes, len);

	while (rd_left(&r) > 0 && !r.bad) {
		rd_u8(&r);
		rd_take(&r, rd_u8(&r));
	}
	return !r.bad;
}

/* What the bytes say. */
static bool
content_fits(const struct form *f, const uint8_t *bytes, size_t len)
{
	struct rd r = rd_open(bytes, len);

	if (f->kind == FORM_MASK)
		return is_netmask(rd_u32(&r));
	if (f->kind == FORM_FLAG)
		return rd_u8(&r) <= 1;
	if (f->kind == FORM_U8)
		return rd_u8(&r) >= f->least;
	if (f->kind == FORM_ROUTES)
		return are_routes(bytes, len);
	if (f->kind == FORM_PARTS)
		return are_parts(bytes, len);
	if (f->kind == FORM_U16 || f->kind == FORM_U16S)
		while (rd_left(&r) > 0)
			if (rd_u16(&r) < f->least)
				return false;
	return true;
}

void
form_text(const struct form *f, uint8_t code, uint8_t sub, char out[FORM_WHY])
{
	char dotted[8] = "", rfc[16] = "", least[24] = "";

	if (sub)
		snprintf(dotted, sizeof(dotted), ".%u", sub);
	if (f->rfc)
		snprintf(rfc, sizeof(rfc), " (RFC %u)", f->rfc);
	if (f->least)
		snprintf(least, sizeof(least), " of at least %u", f->least);
	snprintf(out, FORM_WHY, "option %u%s (%s) is %s%s, as in %s%s%s", code, dotted, f->name, kinds[f->kind].is,
	    least, kinds[f->kind].as, f->text_too ? " or text=..." : "", rfc);
}

bool
form_takes(const struct form *f, enum option_value key)
{
	return key == OPTION_HEX || kinds[f->kind].values & 1u << key || (f->text_too && key == OPTION_TEXT);
}

bool
form_fits(const struct form *f, const struct option_line *o)
{
	if (!o->bytes || (f->text_too && o->value == OPTION_HEX))
		return true;
	return length_fits(f->kind, o->len) && content_fits(f, o->bytes, o->len);
}
