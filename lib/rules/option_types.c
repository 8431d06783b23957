#include "option_types.h"

#include <stdio.h>

#include "dhcp.h"

/* Not here: 43, which is the client's vendor's; options that only clients
 * send; those that are more than a list; and those from 128 on that vendors
 * use as they like. */
static const struct option_type types[256] = {
	[DHCP_NETMASK] = { "subnet mask", TYPE_MASK, 2132, 0, false, false },
	[2] = { "time offset", TYPE_U32, 2132, 0, false, false },
	[DHCP_ROUTER] = { "routers", TYPE_ADDRS, 2132, 0, false, false },
	[4] = { "time servers", TYPE_ADDRS, 2132, 0, false, false },
	[5] = { "IEN 116 name servers", TYPE_ADDRS, 2132, 0, false, false },
	[DHCP_DNS] = { "DNS servers", TYPE_ADDRS, 2132, 0, false, false },
	[7] = { "log servers", TYPE_ADDRS, 2132, 0, false, false },
	[8] = { "cookie servers", TYPE_ADDRS, 2132, 0, false, false },
	[9] = { "LPR servers", TYPE_ADDRS, 2132, 0, false, false },
	[10] = { "Impress servers", TYPE_ADDRS, 2132, 0, false, false },
	[11] = { "resource location servers", TYPE_ADDRS, 2132, 0, false, false },
	[DHCP_HOSTNAME] = { "host name", TYPE_TEXT, 2132, 0, false, false },
	[13] = { "boot file size", TYPE_U16, 2132, 0, false, false },
	[14] = { "merit dump file", TYPE_TEXT, 2132, 0, false, false },
	[DHCP_DOMAIN] = { "domain name", TYPE_TEXT, 2132, 0, false, false },
	[16] = { "swap server", TYPE_ADDR, 2132, 0, false, false },
	[DHCP_ROOT_PATH] = { "root path", TYPE_TEXT, 2132, 0, false, false },
	[18] = { "extensions path", TYPE_TEXT, 2132, 0, false, false },
	[19] = { "IP forwarding", TYPE_FLAG, 2132, 0, false, false },
	[20] = { "non-local source routing", TYPE_FLAG, 2132, 0, false, false },
	[21] = { "policy filters", TYPE_PAIRS, 2132, 0, false, false },
	[22] = { "largest datagram", TYPE_U16, 2132, 576, false, false },
	[23] = { "time to live", TYPE_U8, 2132, 1, false, false },
	[24] = { "path MTU timeout", TYPE_U32, 2132, 0, false, false },
	[25] = { "path MTU plateaus", TYPE_U16S, 2132, 68, false, false },
	[26] = { "interface MTU", TYPE_U16, 2132, 68, false, false },
	[27] = { "all subnets are local", TYPE_FLAG, 2132, 0, false, false },
	[DHCP_BROADCAST_ADDR] = { "broadcast address", TYPE_ADDR, 2132, 0, false, false },
	[29] = { "mask discovery", TYPE_FLAG, 2132, 0, false, false },
	[30] = { "mask supplier", TYPE_FLAG, 2132, 0, false, false },
	[31] = { "router discovery", TYPE_FLAG, 2132, 0, false, false },
	[32] = { "router solicitation address", TYPE_ADDR, 2132, 0, false, false },
	[33] = { "static routes", TYPE_PAIRS, 2132, 0, false, false },
	[34] = { "trailer encapsulation", TYPE_FLAG, 2132, 0, false, false },
	[35] = { "ARP cache timeout", TYPE_U32, 2132, 0, false, false },
	[36] = { "Ethernet encapsulation", TYPE_FLAG, 2132, 0, false, false },
	[37] = { "TCP time to live", TYPE_U8, 2132, 1, false, false },
	[38] = { "TCP keepalive interval", TYPE_U32, 2132, 0, false, false },
	[39] = { "TCP keepalive garbage", TYPE_FLAG, 2132, 0, false, false },
	[40] = { "NIS domain", TYPE_TEXT, 2132, 0, false, false },
	[41] = { "NIS servers", TYPE_ADDRS, 2132, 0, false, false },
	[DHCP_NTP] = { "NTP servers", TYPE_ADDRS, 2132, 0, false, false },
	[44] = { "NetBIOS name servers", TYPE_ADDRS, 2132, 0, false, false },
	[45] = { "NetBIOS datagram servers", TYPE_ADDRS, 2132, 0, false, false },
	[46] = { "NetBIOS node type", TYPE_U8, 2132, 1, false, false },
	[47] = { "NetBIOS scope", TYPE_TEXT, 2132, 0, false, false },
	[48] = { "X font servers", TYPE_ADDRS, 2132, 0, false, false },
	[49] = { "X display managers", TYPE_ADDRS, 2132, 0, false, false },
	[DHCP_MESSAGE] = { "message", TYPE_TEXT, 2132, 0, false, false },
	[DHCP_T1] = { "renewal time", TYPE_U32, 2132, 0, false, false },
	[DHCP_T2] = { "rebinding time", TYPE_U32, 2132, 0, false, false },
	[DHCP_CLASS] = { "vendor class", TYPE_TEXT, 2132, 0, false, false },
	[62] = { "NetWare domain", TYPE_TEXT, 2242, 0, false, false },
	[64] = { "NIS+ domain", TYPE_TEXT, 2132, 0, false, false },
	[65] = { "NIS+ servers", TYPE_ADDRS, 2132, 0, false, false },
	[DHCP_TFTP_NAME] = { "TFTP server name", TYPE_TEXT, 2132, 0, false, false },
	[DHCP_BOOT_FILE] = { "boot file name", TYPE_TEXT, 2132, 0, false, false },
	[68] = { "mobile IP home agents", TYPE_ADDRS, 2132, 0, false, false },
	[69] = { "SMTP servers", TYPE_ADDRS, 2132, 0, false, false },
	[70] = { "POP3 servers", TYPE_ADDRS, 2132, 0, false, false },
	[71] = { "NNTP servers", TYPE_ADDRS, 2132, 0, false, false },
	[72] = { "WWW servers", TYPE_ADDRS, 2132, 0, false, false },
	[73] = { "finger servers", TYPE_ADDRS, 2132, 0, false, false },
	[74] = { "IRC servers", TYPE_ADDRS, 2132, 0, false, false },
	[75] = { "StreetTalk servers", TYPE_ADDRS, 2132, 0, false, false },
	[76] = { "StreetTalk directory servers", TYPE_ADDRS, 2132, 0, false, false },
	[85] = { "NDS servers", TYPE_ADDRS, 2241, 0, false, false },
	[86] = { "NDS tree name", TYPE_TEXT, 2241, 0, false, false },
	[87] = { "NDS context", TYPE_TEXT, 2241, 0, false, false },
	[98] = { "user authentication servers", TYPE_TEXT, 2485, 0, false, false },
	[100] = { "POSIX time zone", TYPE_TEXT, 4833, 0, false, false },
	[101] = { "time zone name", TYPE_TEXT, 4833, 0, false, false },
	[108] = { "IPv6-only wait", TYPE_U32, 8925, 0, false, false },
	[114] = { "captive portal", TYPE_TEXT, 8910, 0, false, false },
	[116] = { "auto-configuration", TYPE_FLAG, 2563, 0, false, false },
	[117] = { "name service order", TYPE_U16S, 2937, 0, false, false },
	[DHCP_SEARCH] = { "domain search list", TYPE_NAMES, 3397, 0, false, false },
	[DHCP_ROUTES] = { "classless routes", TYPE_ROUTES, 3442, 0, false, false },
	[138] = { "CAPWAP controllers", TYPE_ADDRS, 5417, 0, false, false },
	/* GRUB Legacy takes the name of its menu from there */
	[DHCP_TFTP_ADDRS] = { "TFTP servers", TYPE_ADDRS, 5859, 0, true, false },
	[DHCP_IPXE] = { "iPXE", TYPE_SUBOPTIONS, 0, 0, false, false },
	[DHCP_PXELINUX_MAGIC] = { "PXELINUX magic", TYPE_U32, 5071, 0, false, false },
	[DHCP_PXELINUX_CONFIG] = { "PXELINUX configuration file", TYPE_TEXT, 5071, 0, false, false },
	[DHCP_PXELINUX_PREFIX] = { "PXELINUX path prefix", TYPE_TEXT, 5071, 0, false, false },
	[DHCP_PXELINUX_REBOOT] = { "PXELINUX reboot time", TYPE_U32, 5071, 0, false, false },
	[DHCP_MS_ROUTES] = { "classless routes, Microsoft's old code", TYPE_ROUTES, 3442, 0, false, false },
	[252] = { "proxy configuration", TYPE_TEXT, 0, 0, false, false },
};

/* `unit`: bytes of one value, 0 for any number of them; `many`: it is a list. */
static const struct {
	const char *is, *as;
	unsigned keys; /* that can give it: 1 << enum option_value */
	size_t unit;
	bool many;
} kinds[] = {
	[TYPE_TEXT] = { "text", "text=...", 1u << OPTION_TEXT, 0, true },
	[TYPE_ADDR] = { "one address", "ip=10.0.0.1", 1u << OPTION_IP, 4, false },
	[TYPE_ADDRS6] = { "a list of addresses", "ip=fd00:77::1,fd00:77::2", 1u << OPTION_IP, 16, true },
	[TYPE_ADDRS] = { "a list of addresses", "ip=10.0.0.1,10.0.0.2", 1u << OPTION_IP, 4, true },
	[TYPE_MASK] = { "one contiguous netmask", "ip=255.255.255.0", 1u << OPTION_IP, 4, false },
	[TYPE_PAIRS] = { "a list of pairs of addresses", "ip=10.0.0.1,10.0.0.2", 1u << OPTION_IP, 8, true },
	[TYPE_FLAG] = { "0 or 1", "u8=1", 1u << OPTION_U8, 1, false },
	[TYPE_U8] = { "an 8-bit number", "u8=1", 1u << OPTION_U8, 1, false },
	[TYPE_U16] = { "a 16-bit number", "u16=1500", 1u << OPTION_U16, 2, false },
	[TYPE_U16S] = { "a list of 16-bit numbers", "u16=576,1500", 1u << OPTION_U16, 2, true },
	[TYPE_U32] = { "a 32-bit number", "u32=60", 1u << OPTION_U32, 4, false },
	[TYPE_NAMES] = { "a list of domain names", "text=a.example,b.example", 1u << OPTION_TEXT, 0, true },
	[TYPE_SUBOPTIONS] = { "a list of suboptions", "option 175.8 u8=1", 0, 0, true },
	[TYPE_ROUTES] = { "a list of networks with their routers", "text=0.0.0.0/0,10.0.0.1", 1u << OPTION_TEXT, 0,
	    true },
};

/* iPXE's own suboptions (its include/ipxe/dhcp.h). */
static const struct option_type *
ipxe_type(uint8_t sub)
{
	static const struct option_type number = { .name = "iPXE", .kind = TYPE_U8 };
	static const struct option_type text = { .name = "iPXE", .kind = TYPE_TEXT };

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
		return sub >= 16 && sub <= 79 ? &number : NULL; /* features it was built with */
	}
}

const struct option_type *
option_type(uint8_t code, uint8_t sub)
{
	if (code == DHCP_IPXE && sub)
		return ipxe_type(sub);
	return types[code].kind == TYPE_ANY ? NULL : &types[code];
}

static bool
content_fits(const struct option_type *t, struct rd r)
{
	uint32_t mask;
	uint8_t prefix;

	switch (t->kind) {
	case TYPE_MASK:
		mask = rd_u32(&r);
		return mask != 0 && (~mask & (~mask + 1)) == 0;
	case TYPE_FLAG:
		return rd_u8(&r) <= 1;
	case TYPE_U8:
		return rd_u8(&r) >= t->least;
	case TYPE_U32:
		return rd_u32(&r) >= t->least;
	case TYPE_U16:
	case TYPE_U16S:
		while (rd_left(&r) > 0)
			if (rd_u16(&r) < t->least)
				return false;
		return true;
	case TYPE_ROUTES:
		/* RFC 3442: a mask, as many bytes of the network as it covers, the router */
		while (rd_left(&r) > 0 && !r.bad) {
			prefix = rd_u8(&r);
			if (prefix > 32)
				return false;
			rd_take(&r, (prefix + 7u) / 8);
			rd_u32(&r);
		}
		return !r.bad;
	case TYPE_SUBOPTIONS:
		while (rd_left(&r) > 0 && !r.bad) {
			rd_u8(&r);
			rd_take(&r, rd_u8(&r));
		}
		return !r.bad;
	default:
		return true;
	}
}

void
option_type_describe(const struct option_type *t, uint16_t code, uint8_t sub, char out[OPTION_TYPE_MAX])
{
	char dotted[8] = "", rfc[16] = "", least[24] = "";

	if (sub)
		snprintf(dotted, sizeof(dotted), ".%u", sub);
	if (t->rfc)
		snprintf(rfc, sizeof(rfc), " (RFC %u)", t->rfc);
	if (t->least)
		snprintf(least, sizeof(least), " of at least %u", t->least);
	snprintf(out, OPTION_TYPE_MAX, "option%s %u%s (%s) is %s%s, as in %s%s%s", t->six ? "6" : "", code, dotted,
	    t->name, kinds[t->kind].is, least, kinds[t->kind].as, t->text_too ? " or text=..." : "", rfc);
}

bool
option_type_takes(const struct option_type *t, enum option_value key)
{
	return key == OPTION_HEX || kinds[t->kind].keys & 1u << key || (t->text_too && key == OPTION_TEXT);
}

bool
option_type_fits(const struct option_type *t, const struct option_line *o)
{
	size_t unit = kinds[t->kind].unit;
	bool length_fits;

	if (!o->bytes || (t->text_too && o->value == OPTION_HEX))
		return true;
	if (unit == 0)
		length_fits = o->len > 0;
	else if (kinds[t->kind].many)
		length_fits = o->len > 0 && o->len % unit == 0;
	else
		length_fits = o->len == unit;
	return length_fits && content_fits(t, rd_open(o->bytes, o->len));
}
