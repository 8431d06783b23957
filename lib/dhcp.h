/*
 * DHCP and BOOTP messages: bytes to a struct, and replies to bytes
 * (RFC 951, 2131, 2132, 3396).  Pure.  Addresses are in host order.
 */
#ifndef DHCP_H
#define DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define DHCP_FIXED 236       /* the BOOTP header, up to the magic cookie */
#define DHCP_MIN 300         /* shortest reply every BOOTP client takes (RFC 951) */
#define DHCP_MAX 1500        /* longest message that is read or written */
#define DHCP_DEFAULT_MAX 576 /* what a client takes when option 57 is silent, IP and UDP headers in it */
#define DHCP_SNAME 64
#define DHCP_FILE 128

#define DHCP_PORT_SERVER 67
#define DHCP_PORT_CLIENT 68
#define DHCP_PORT_BINL 4011 /* PXE boot server (PXE 2.1, 2.2.2) */

#define DHCP_BROADCAST 0x8000 /* flags (RFC 2131, figure 2) */

enum dhcp_op { BOOTREQUEST = 1, BOOTREPLY = 2 };

enum dhcp_type { /* option 53; 0 is BOOTP, without it */
	DHCP_BOOTP = 0,
	DHCP_DISCOVER = 1,
	DHCP_OFFER,
	DHCP_REQUEST,
	DHCP_DECLINE,
	DHCP_ACK,
	DHCP_NAK,
	DHCP_RELEASE,
	DHCP_INFORM
};

enum dhcp_option {
	DHCP_PAD = 0,
	DHCP_NETMASK = 1,
	DHCP_ROUTER = 3,
	DHCP_DNS = 6,
	DHCP_HOSTNAME = 12,
	DHCP_DOMAIN = 15,
	DHCP_ROOT_PATH = 17,
	DHCP_BROADCAST_ADDR = 28,
	DHCP_NTP = 42,
	DHCP_VENDOR = 43,
	DHCP_REQUESTED_ADDR = 50,
	DHCP_LEASE_TIME = 51,
	DHCP_OVERLOAD = 52,
	DHCP_MESSAGE_TYPE = 53,
	DHCP_SERVER_ID = 54,
	DHCP_PARAMETERS = 55,
	DHCP_MESSAGE = 56,
	DHCP_MAX_SIZE = 57,
	DHCP_T1 = 58,
	DHCP_T2 = 59,
	DHCP_CLASS = 60,
	DHCP_CLIENT_ID = 61,
	DHCP_TFTP_NAME = 66,
	DHCP_BOOT_FILE = 67,
	DHCP_USER_CLASS = 77,
	DHCP_FQDN = 81,
	DHCP_RELAY_INFO = 82,
	DHCP_ARCH = 93,
	DHCP_NDI = 94,
	DHCP_UUID = 97,
	DHCP_SUBNET_SELECT = 118,
	DHCP_SEARCH = 119,
	DHCP_ROUTES = 121,
	DHCP_TFTP_ADDRS = 150,
	DHCP_IPXE = 175,
	DHCP_PXELINUX_MAGIC = 208,
	DHCP_PXELINUX_CONFIG = 209,
	DHCP_PXELINUX_PREFIX = 210,
	DHCP_PXELINUX_REBOOT = 211,
	DHCP_MS_ROUTES = 249,
	DHCP_END = 255
};

struct dhcp_span {
	uint16_t at, len;
}; /* into store; at 0: not there */

/* A message, read or to be written.  About 3 KiB: keep it off deep stacks. */
struct dhcp_msg {
	uint8_t op, htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;
	uint32_t ciaddr, yiaddr, siaddr, giaddr;
	uint8_t chaddr[16];
	char sname[DHCP_SNAME + 1]; /* always ended by NUL here */
	char file[DHCP_FILE + 1];
	enum dhcp_type type;
	bool cut;         /* an option runs past the end: only what stands before it was read */
	uint8_t overload; /* option 52: 1 file, 2 sname, 3 both hold options */
	struct dhcp_span option[256];
	uint8_t store[DHCP_MAX + 257]; /* option values, parts joined (RFC 3396), each followed by NUL */
};

enum dhcp_error {
	DHCP_OK,
	DHCP_SHORT,       /* ends within the fixed header */
	DHCP_BAD_HEADER,  /* op or hlen that cannot be */
	DHCP_BAD_OPTIONS, /* one runs past the end before the message type, or they are too long together */
	DHCP_BAD_TYPE     /* option 53 that is not 1 byte of 1..8 */
};

/* Reads a message.  A BOOTP one without the magic cookie is fine.  Options
 * in sname and file (52) are read too.  On error *msg is undefined. */
enum dhcp_error dhcp_parse(const void *bytes, size_t len, struct dhcp_msg *msg);
const char *dhcp_error_text(enum dhcp_error e);
const char *dhcp_type_name(enum dhcp_type type); /* "DISCOVER"; "BOOTP" for 0 */

/* An option's bytes (ended by a NUL outside len); NULL when it is not there.
 * One that is there with length 0 is not NULL. */
const uint8_t *dhcp_get(const struct dhcp_msg *msg, uint8_t code, size_t *len);
bool dhcp_has(const struct dhcp_msg *msg, uint8_t code);
/* The same as a number; false when missing or of another length.  dhcp_get_addr
 * takes the first address of a list. */
bool dhcp_get_u8(const struct dhcp_msg *msg, uint8_t code, uint8_t *out);
bool dhcp_get_u16(const struct dhcp_msg *msg, uint8_t code, uint16_t *out);
bool dhcp_get_u32(const struct dhcp_msg *msg, uint8_t code, uint32_t *out);
bool dhcp_get_addr(const struct dhcp_msg *msg, uint8_t code, uint32_t *out);

/* Writing: the fixed header of *msg (its options are not used) and the magic
 * cookie, then options in the order of the calls, then dhcp_end. */
void dhcp_begin(struct wr *w, const struct dhcp_msg *msg);
/* Values over 255 bytes are split (RFC 3396). */
void dhcp_put(struct wr *w, uint8_t code, const void *value, size_t len);
void dhcp_put_u8(struct wr *w, uint8_t code, uint8_t v);
void dhcp_put_u16(struct wr *w, uint8_t code, uint16_t v);
void dhcp_put_u32(struct wr *w, uint8_t code, uint32_t v);
/* A string without its NUL. */
void dhcp_put_str(struct wr *w, uint8_t code, const char *s);
/* A domain name as labels with their lengths and the root's 0 (RFC 1035,
 * section 3.1), for options 81 and 119; a dot at its end is no label. */
void dhcp_write_name(struct wr *w, const char *name);
/* END, and zeros up to DHCP_MIN.  w->full tells that it did not fit. */
void dhcp_end(struct wr *w);

#endif
