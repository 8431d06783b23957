/*
 * DHCPv6 messages: read where they lie, and written (RFC 8415; RFC 5970 for
 * booting, RFC 6939 for relays).  Pure.  A struct here points into the bytes it was
 * read from.
 */
#ifndef DHCP6_H
#define DHCP6_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define DHCP6_PORT_CLIENT 546
#define DHCP6_PORT_SERVER 547

#define DHCP6_HOP_LIMIT 8                  /* HOP_COUNT_LIMIT (RFC 8415, 7.6) */
#define DHCP6_RELAYS (DHCP6_HOP_LIMIT + 1) /* hop counts of 0 to 8 */
#define DHCP6_DUID_MAX 130                 /* a type and 128 bytes (RFC 8415, 11.1) */
#define DHCP6_FOREVER 0xffffffffu          /* a lifetime (RFC 8415, 7.7) */
#define DHCP6_ENTERPRISE_INTEL 343         /* in option 16 of PXE and HTTP Boot */

enum dhcp6_type { /* RFC 8415, 7.3 */
	DHCP6_SOLICIT = 1,
	DHCP6_ADVERTISE,
	DHCP6_REQUEST,
	DHCP6_CONFIRM,
	DHCP6_RENEW,
	DHCP6_REBIND,
	DHCP6_REPLY,
	DHCP6_RELEASE,
	DHCP6_DECLINE,
	DHCP6_RECONFIGURE,
	DHCP6_INFORMATION_REQUEST,
	DHCP6_RELAY_FORW,
	DHCP6_RELAY_REPL
};

enum dhcp6_option {
	DHCP6_CLIENT_ID = 1,
	DHCP6_SERVER_ID = 2,
	DHCP6_IA_NA = 3,
	DHCP6_IA_TA = 4,
	DHCP6_IAADDR = 5,
	DHCP6_ORO = 6,
	DHCP6_PREFERENCE = 7,
	DHCP6_ELAPSED = 8,
	DHCP6_RELAY_MSG = 9,
	DHCP6_STATUS = 13,
	DHCP6_RAPID_COMMIT = 14,
	DHCP6_USER_CLASS = 15,
	DHCP6_VENDOR_CLASS = 16,
	DHCP6_VENDOR_OPTS = 17,
	DHCP6_INTERFACE_ID = 18,
	DHCP6_DNS = 23,
	DHCP6_DOMAIN = 24,
	DHCP6_IA_PD = 25,
	DHCP6_REFRESH_TIME = 32,
	DHCP6_REMOTE_ID = 37,
	DHCP6_FQDN = 39,
	DHCP6_BOOT_URL = 59,
	DHCP6_BOOT_PARAM = 60,
	DHCP6_ARCH = 61,
	DHCP6_NII = 62,
	DHCP6_LINK_ADDR = 79, /* of the client, by its relay */
	DHCP6_RELAY_PORT = 135
};

enum dhcp6_status { /* RFC 8415, 21.13 */
	DHCP6_SUCCESS,
	DHCP6_UNSPEC_FAIL,
	DHCP6_NO_ADDRS,
	DHCP6_NO_BINDING,
	DHCP6_NOT_ON_LINK,
	DHCP6_USE_MULTICAST,
	DHCP6_NO_PREFIX
};

enum dhcp6_duid { DHCP6_DUID_LLT = 1, DHCP6_DUID_EN, DHCP6_DUID_LL, DHCP6_DUID_UUID };

/* A run of bytes of the message; at NULL: not there. */
struct dhcp6_bytes {
	const uint8_t *at;
	size_t len;
};

/* One relay that the message came through. */
struct dhcp6_relay {
	uint8_t hops;
	bool replies; /* RELAY-REPL, not RELAY-FORW */
	struct in6_addr link, peer;
	struct dhcp6_bytes options; /* its own, the message it relays among them */
};

struct dhcp6_msg {
	enum dhcp6_type type;
	uint32_t xid; /* 24 bits */
	struct dhcp6_bytes options;
	struct dhcp6_relay relay[DHCP6_RELAYS]; /* the one nearest to us first */
	size_t relays;
};

enum dhcp6_error {
	DHCP6_OK,
	DHCP6_SHORT,       /* ends within a header */
	DHCP6_BAD_TYPE,    /* none that the registry had when this was written */
	DHCP6_BAD_OPTIONS, /* one runs past the end */
	DHCP6_DEEP,        /* more relays than HOP_COUNT_LIMIT allows */
	DHCP6_NO_MESSAGE   /* a relay's, with nothing in it */
};

/* Reads a message, out of those of its relays.  On error *msg is undefined. */
enum dhcp6_error dhcp6_parse(const void *bytes, size_t len, struct dhcp6_msg *msg);
const char *dhcp6_error_text(enum dhcp6_error e);
const char *dhcp6_type_name(enum dhcp6_type type); /* "SOLICIT" ... */

/* ---- options ----------------------------------------------------------- */

struct dhcp6_opt {
	uint16_t code;
	struct dhcp6_bytes value; /* at is never NULL */
};
/* The next option; false at the end, and r->bad when one runs past it. */
bool dhcp6_next(struct rd *r, struct dhcp6_opt *out);
/* The first with this code; at NULL: there is none. */
struct dhcp6_bytes dhcp6_find(struct dhcp6_bytes options, uint16_t code);
bool dhcp6_has(struct dhcp6_bytes options, uint16_t code);
/* Is the code in the list of the option request option?  Without one, no. */
bool dhcp6_asks(struct dhcp6_bytes options, uint16_t code);

/* An identity association (IA_NA, IA_PD): RFC 8415, 21.4 and 21.21. */
struct dhcp6_ia {
	uint32_t iaid, t1_s, t2_s;
	struct dhcp6_bytes options;
};
bool dhcp6_read_ia(struct dhcp6_bytes value, struct dhcp6_ia *out);

struct dhcp6_iaaddr {
	struct in6_addr addr;
	uint32_t preferred_s, valid_s;
};
bool dhcp6_read_iaaddr(struct dhcp6_bytes value, struct dhcp6_iaaddr *out);

/* One item of a list in which each has a length of two bytes (options 15 and 60; 16
 * behind its enterprise number). */
bool dhcp6_next_item(struct rd *r, struct dhcp6_bytes *out);

/* ---- who ---------------------------------------------------------------- */

/* The Ethernet address in a DUID-LLT or DUID-LL; false without. */
bool dhcp6_duid_mac(struct dhcp6_bytes duid, uint8_t mac[6]);
/* The UUID of a DUID-UUID, as its bytes stand there (RFC 6355); false without. */
bool dhcp6_duid_uuid(struct dhcp6_bytes duid, uint8_t uuid[16]);
/* Does it name nobody: a link-layer address or a UUID that is all zero (iPXE in a
 * machine without a UUID sends such a one), or a length that cannot be? */
bool dhcp6_duid_is_useless(struct dhcp6_bytes duid);
/* Of option 79: hardware type 1 and six bytes (RFC 6939). */
bool dhcp6_link_addr_mac(struct dhcp6_bytes value, uint8_t mac[6]);
/* The Ethernet address that a link-local address was made of (RFC 4291, appendix A). */
bool dhcp6_eui64_mac(const struct in6_addr *addr, uint8_t mac[6]);

/* ---- writing ------------------------------------------------------------ */

void dhcp6_begin(struct wr *w, enum dhcp6_type type, uint32_t xid);
/* An option with a value; the other forms follow. */
void dhcp6_put(struct wr *w, uint16_t code, const void *value, size_t len);
void dhcp6_put_u8(struct wr *w, uint16_t code, uint8_t v);
/* Status code and message, UTF-8 without a NUL. */
void dhcp6_put_status(struct wr *w, enum dhcp6_status status, const char *text);
/* What is written between the two is the option's value.  The mark is where the
 * option begins. */
size_t dhcp6_open(struct wr *w, uint16_t code);
void dhcp6_close(struct wr *w, size_t mark);
/* The head of an IA, to be closed; 0 and 0: its client decides when to renew. */
size_t dhcp6_open_ia(struct wr *w, uint16_t code, uint32_t iaid, const uint32_t t_s[2]);
void dhcp6_put_iaaddr(struct wr *w, const struct dhcp6_iaaddr *a);

/* The relay messages around a reply, to be closed in the reverse order: with the
 * interface-id and the relay port that each relay sent (RFC 8415, 19.3; RFC 8357).
 * mark[i] is of relay[i]. */
void dhcp6_open_relays(struct wr *w, const struct dhcp6_msg *msg, size_t mark[DHCP6_RELAYS]);
void dhcp6_close_relays(struct wr *w, const struct dhcp6_msg *msg, const size_t mark[DHCP6_RELAYS]);

#endif
