/*
 * The rules that an operator wrote (dhcpd-pxe.rules(5)), one struct rule per
 * line: reading, checking and printing them.  IPv4 addresses are in host order.
 * Everything a rule points to lives in the arena of its struct rules.
 *
 * One file is for DHCP and DHCPv6: each line is for one of them or for both, each
 * daemon reads them all and has an index of its own.
 */
#ifndef RULES_H
#define RULES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "diag.h"
#include "machineid.h"
#include "names.h"
#include "pattern.h"
#include "template.h"

enum rule_kind {
	RULE_INTERFACE,
	RULE_SUBNET,
	RULE_HOST,
	RULE_BOOT,
	RULE_OPTION,
	RULE_DENY,
	RULE_MENU,
	RULE_HOSTS,
	RULE_INCLUDE,
	RULE_SUBNET6,
	RULE_OPTION6,
	RULE_RA,
	RULE_KINDS
};

enum rules_family { RULES_IP4, RULES_IP6, RULES_FAMILIES };
#define RULES_OF(family) (1u << (family))
#define RULES_BOTH (RULES_OF(RULES_IP4) | RULES_OF(RULES_IP6))

/* Which clients a line is for.  An empty list, NULL or 0 matches all. */
struct rule_strings {
	const char **item;
	size_t n;
};
struct rule_arch {
	const char *name; /* matches every code of that machine; NULL: only the code below */
	uint16_t code;
};
enum rule_known { RULE_ANYONE, RULE_KNOWN, RULE_UNKNOWN };

/* A condition on an option, or on a part of one. */
struct rule_option {
	const char *key;   /* that said so: opt, opt6, vendor, circuit-id, remote-id or name */
	uint8_t code, sub; /* DHCP's option (0: it has none), and sub 0: the whole of it */
	uint16_t code6;    /* DHCPv6's; 0: it has none */
	bool negated, hex;
	struct pattern is[2]; /* fits one of them: as text, and as bytes in hexadecimal */
	size_t n;
};

/* Conditions that may be turned round with '!': bits of struct match's `negated`.
 * client=, host= and options keep no such bit. */
enum match_not {
	NOT_ARCH = 1,
	NOT_MAC = 2,
	NOT_UUID = 4,
	NOT_USER_CLASS = 8,
	NOT_NET = 16,
	NOT_TAG = 32,
	NOT_IPXE = 64
};
struct match {
	unsigned clients; /* 1 << enum pxe_client */
	unsigned negated; /* enum match_not */
	struct rule_arch *arch;
	size_t archs;
	struct patterns mac, uuid; /* of the text in lower case */
	struct rule_strings tag;
	const struct pattern *user_class;
	struct rule_option *option;
	size_t options;
	uint64_t ipxe;          /* all of these features, 1 << (code - IPXE_FEATURES) */
	bool has_net, has_net6; /* one of them at most */
	uint32_t net;
	struct in6_addr net6;
	uint8_t prefix, prefix6;
	enum rule_known known;
};

struct rule_range {
	uint32_t low, high;
};
struct rule_addrs {
	uint32_t *addr;
	size_t n;
};
struct subnet {
	uint32_t net;
	uint8_t prefix;
	bool proxy, authoritative, bootp_dynamic;
	bool key_mac;   /* leases are bound to the MAC address, whatever option 61 says */
	bool probe_off; /* new addresses are not probed with ARP */
	bool broadcast; /* replies are broadcast, whatever the client asks for */
	struct rule_range *range;
	size_t ranges;
	struct rule_range *own, *others; /* the parts of these: with share= not all are ours */
	size_t owns, other;
	unsigned share_k, share_n; /* the K-th of N servers; 0: the only one */
	uint32_t delay_s;          /* how long new clients wait, of another server with share= */
	struct rule_addrs router, dns;
	const char *domain;
	uint32_t lease_s, lease_min_s, lease_max_s;
	uint32_t decline_s;         /* how long a declined address is not offered */
	uint32_t max_leases;        /* in use at once; 0: no limit */
	uint32_t offers;            /* per second that are not taken up; 0: by the size of the ranges */
	size_t index;               /* among the subnet lines */
	const char *link;           /* subnets of one name are on one wire, or behind one relay */
	const struct subnet **mate; /* all of that name, itself too; set by rules_finish */
	size_t mates;
};

struct rule_range6 {
	struct in6_addr low, high; /* in one /64, or as far apart as 64 bits can say */
};
struct rule_addrs6 {
	struct in6_addr *addr;
	size_t n;
};
struct subnet6 {
	struct in6_addr net;
	uint8_t prefix;
	bool netboot; /* answers only clients that boot, beside any other server */
	struct rule_range6 *range;
	size_t ranges;
	struct rule_addrs6 dns;
	const char *domain;          /* NULL: none */
	uint32_t lease_s;            /* valid lifetime */
	uint32_t decline_s;          /* how long a declined address rests */
	uint32_t max_leases, offers; /* as struct subnet's; 0: nothing was said */
	uint8_t preference;          /* option 7; 0: it is not sent */
	size_t index;                /* among the subnet lines of IPv6 */
	const char *link;            /* as struct subnet's */
	const struct subnet6 **mate;
	size_t mates;
};

struct rule_where {
	const char *file;
	unsigned line;
};
struct host {
	uint8_t (*mac)[6];
	size_t macs;
	bool has_uuid;
	uint8_t uuid[16];  /* as in option 97 */
	const uint8_t *id; /* option 61 */
	size_t id_len;
	const uint8_t *duid; /* DHCPv6's option 1 */
	size_t duid_len;
	struct rule_addrs addrs; /* one for each subnet; none: from the ranges */
	struct rule_addrs6 addrs6;
	const char *name;
	struct rule_strings tag;
	const struct rules *own; /* the rules of its file in a hosts directory; NULL: a line of the main rules */
	struct rule_where where;
};

/* server=: an address of either family or of both, or a name that is sent as text;
 * nothing: ourselves. */
struct boot_server {
	uint32_t addr;
	bool has_addr6;
	struct in6_addr addr6;
	const char *name;
};

struct boot_line {
	const char *file; /* a template; NULL: the client knows what it wants, or asks the server */
	struct boot_server server;
	uint32_t delay_s;
	bool url, http, tftp; /* it is a URL; one that HTTP Boot takes; one that PXE over IPv6 does */
	bool ipxe;            /* it is iPXE itself, by its name */
	bool chain;           /* iPXE is sent it in any case */
	bool once;            /* in a machine's file: rename that file when the machine has booted this */
};

enum option_value { OPTION_TEXT, OPTION_IP, OPTION_U8, OPTION_U16, OPTION_U32, OPTION_HEX };
struct option_line {
	uint16_t code; /* of RULE_OPTION at most 254 */
	uint8_t sub;
	bool has_sub; /* code.sub: a suboption */
	bool asked;   /* only for a client that lists the code in option 55, or DHCPv6's 6 */
	enum option_value value;
	const char *text;     /* a template of text or of addresses, unless there are bytes too */
	const uint8_t *bytes; /* as on the wire: all others, and lists that are given as text */
	size_t len;
};

struct menu_line {
	bool local;                /* this item boots from disk */
	const char *prompt, *item; /* one of the two */
	uint8_t timeout_s;         /* of the prompt; 255 waits for ever */
	const char *file;          /* of an item; NULL: boot from the local disk */
	bool url;                  /* the file is one */
	struct boot_server server;
};

/* Router advertisements: for a link without a router (prefix), or an empty one that
 * ends the wait for them. */
struct ra_line {
	bool none;
	struct in6_addr net;
	uint8_t prefix;
	struct rule_addrs6 dns; /* RFC 8106 */
};

struct rule {
	enum rule_kind kind;
	unsigned families; /* RULES_OF: which daemons it is for */
	bool guessed;      /* an option that the subnet lines before it tell the family of */
	bool faulty;       /* something on it was refused: what it would match is not known */
	struct rule_where where;
	struct match *match; /* boot, option, deny, subnet, menu */
	union {
		const char *interface;
		const char *dir;     /* hosts */
		const char *include; /* the path, from where the daemon was started */
		struct subnet *subnet;
		struct host *host;
		struct boot_line *boot;
		struct option_line *option;
		struct menu_line *menu;
		struct subnet6 *subnet6;
		struct ra_line *ra;
		void *any; /* whichever it is */
	};
};

/* What a message must have for a line's conditions to be worth a look: most lines of a
 * long file are passed over by this alone. */
struct rule_gate {
	uint8_t clients; /* 1 << enum pxe_client: one of these, */
	uint8_t code;    /* this option (0: any message), */
	bool exact;      /* and there, */
	uint8_t first;   /* this first byte */
};

struct rules {
	struct arena arena;
	enum rules_family family; /* of the daemon; to be set first */
	struct rule *line;        /* in the order they were read, of both families */
	size_t lines, room;
	size_t nets[RULES_FAMILIES]; /* subnet lines read so far */
	size_t *of[RULE_KINDS];      /* indices into line, by kind: what is for our family */
	struct rule_gate *gate[RULE_KINDS];
	size_t n[RULE_KINDS];
	/* Reads, with rules_read, what an include line names; NULL: such a line is an error. */
	void (*include)(const void *context, struct rules *rules, const char *path, struct diag *diag);
	const void *include_context;
	unsigned depth; /* of include lines that are being followed */
	/* The addresses of server=NAME, as far as they are known; NULL: none is. */
	const struct names *names;
};

/* Adds the lines of a text to rules, which are zero to start but for the family;
 * diagnostics call the text `name`. */
void rules_read(struct rules *r, const char *name, const char *text, size_t len, struct diag *diag);
/* The same for a machine's file in a hosts directory, which has only host,
 * boot and option lines, all of them for that machine. */
struct rules_machine {
	const char *name; /* the file's, for diagnostics */
	struct machineid id;
	const char *text;
	size_t len;
};
void rules_read_host(struct rules *r, const struct rules_machine *m, struct diag *diag);
/* After the last line: indexes the lines and checks them beside each other.
 * The rules can be used when diag->errors is 0. */
void rules_finish(struct rules *r, struct diag *diag);
void rules_free(struct rules *r);
/* Is the line for the daemon of this family? */
bool rules_is_for(const struct rule *rule, enum rules_family family);

/* Is the address in this network? */
bool subnet_holds(const struct subnet *s, uint32_t addr);
/* In this network, or in another of its link? */
bool subnet_link_holds(const struct subnet *s, uint32_t addr);
/* In one of its ranges; in another server's part of one? */
bool subnet_ranges_hold(const struct subnet *s, uint32_t addr);
bool subnet_is_others(const struct subnet *s, uint32_t addr);
/* The same for IPv6. */
bool subnet6_holds(const struct subnet6 *s, const struct in6_addr *addr);
bool subnet6_link_holds(const struct subnet6 *s, const struct in6_addr *addr);
bool subnet6_ranges_hold(const struct subnet6 *s, const struct in6_addr *addr);
/* Does a line say that it is for iPXE? */
bool match_names_ipxe(const struct match *m);
/* Does it say which machines it is for, by an option that they send, an address, a
 * UUID or a tag? */
bool match_names_machines(const struct match *m);
/* The first subnet line of the network that holds the address, or NULL. */
const struct subnet *rules_network(const struct rules *r, uint32_t addr);
/* The first subnet line that holds the address and gives addresses, or NULL. */
const struct subnet *rules_giver(const struct rules *r, uint32_t addr);
/* The first subnet line of IPv6 that holds the address, or NULL. */
const struct subnet6 *rules_network6(const struct rules *r, const struct in6_addr *addr);

/* Does server= name one? */
bool rules_has_server(const struct boot_server *s);

/* Makes the host of a machine's own file that machine; it points into *id. */
void rules_host_is(struct host *h, struct machineid *id);
/* The one thing that such a host is known by. */
void rules_host_id(const struct host *h, struct machineid *out);

/* The i-th line of a kind. */
const struct rule *rules_line(const struct rules *r, enum rule_kind kind, size_t i);

/* A rule in the syntax that rules_read takes, without a newline; malloc'ed,
 * NULL when there is no memory. */
char *rules_text(const struct rule *rule);

extern const char *const rules_word[RULE_KINDS]; /* "interface" ... */

#endif
