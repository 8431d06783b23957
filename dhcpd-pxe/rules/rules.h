/*
 * What an operator wrote, one struct rule a line (dhcpd-pxe.rules(5)).
 * Addresses are in host order.  Everything a rule points to lives in the
 * arena of its struct rules.
 */
#ifndef RULES_H
#define RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "diag.h"
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
	RULE_KINDS
};

/* Which clients a line is for.  An empty list, NULL or 0 fits all. */
struct rule_strings {
	const char **item;
	size_t n;
};
struct rule_arch {
	const char *name; /* every code of that machine; NULL: the code alone */
	uint16_t code;
};
enum rule_known { RULE_ANYONE, RULE_KNOWN, RULE_UNKNOWN };
struct match {
	unsigned clients; /* 1 << enum pxe_client */
	struct rule_arch *arch;
	size_t archs;
	struct rule_strings mac, uuid, tag; /* mac, uuid: lower case, may hold '*' */
	const char *vendor, *user_class, *circuit_id;
	bool has_net;
	uint32_t net;
	uint8_t prefix;
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
	bool probe_off; /* fresh addresses are not tried with ARP */
	struct rule_range *range;
	size_t ranges;
	struct rule_addrs router, dns;
	const char *domain;
	uint32_t lease_s, lease_min_s, lease_max_s;
	uint32_t decline_s;  /* how long a declined address rests */
	uint32_t max_leases; /* addresses in use at once; 0: no limit */
	uint32_t offers;     /* a second that nobody has taken up; 0: by the ranges' size */
	size_t index;        /* of its line among the subnet lines */
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
	uint32_t addr; /* 0: from the ranges */
	const char *name;
	struct rule_strings tag;
	const struct rules *own; /* of a file in a hosts folder, else NULL */
	struct rule_where where;
};

struct boot_line {
	const char *file; /* a template */
	uint32_t server;  /* 0: ourselves */
	uint32_t delay_s;
	bool url, http; /* any URL; one that HTTP Boot takes */
	bool ipxe;      /* by its name it is iPXE itself */
	bool once;      /* of a machine's file: then that file is done */
};

enum option_value { OPTION_TEXT, OPTION_IP, OPTION_U8, OPTION_U16, OPTION_U32, OPTION_HEX };
struct option_line {
	uint8_t code, sub;
	bool has_sub; /* code.sub, inside an encapsulated option */
	enum option_value value;
	const char *text;     /* OPTION_TEXT: a template, unless there are bytes */
	const uint8_t *bytes; /* the others, and lists that have a form of their own */
	size_t len;
};

struct menu_line {
	bool local;                /* this item boots from disk */
	const char *prompt, *item; /* one of the two */
	uint8_t timeout_s;         /* of the prompt; 255 waits for ever */
	const char *file;          /* of the item; NULL: boot from the local disk */
	bool url;                  /* it is one */
	uint32_t server;
};

struct rule {
	enum rule_kind kind;
	struct rule_where where;
	struct match *match; /* boot, option, deny, subnet, menu */
	union {
		const char *interface;
		const char *dir; /* hosts */
		struct subnet *subnet;
		struct host *host;
		struct boot_line *boot;
		struct option_line *option;
		struct menu_line *menu;
	};
};

struct rules {
	struct arena arena;
	struct rule *line; /* in the order they were read */
	size_t lines, room;
	size_t *of[RULE_KINDS]; /* indices into line, by kind */
	size_t n[RULE_KINDS];
};

/* Reads text into rules, which are zero to start; `name` is the file's in
 * complaints. */
void rules_read(struct rules *r, const char *name, const char *text, size_t len, struct diag *diag);
/* The same for a file of a hosts folder: host, boot and option lines alone,
 * all of them for that machine. */
struct rules_machine {
	const char *name; /* of the file */
	uint8_t mac[6];
	const char *text;
	size_t len;
};
void rules_read_host(struct rules *r, const struct rules_machine *m, struct diag *diag);
/* After the last line: what only shows when lines are seen together.  The
 * rules can be used when diag->errors is 0. */
void rules_finish(struct rules *r, struct diag *diag);
void rules_free(struct rules *r);

/* Is the address of this network; of one of its ranges? */
bool subnet_holds(const struct subnet *s, uint32_t addr);
bool subnet_ranges_hold(const struct subnet *s, uint32_t addr);
/* The first subnet line that holds the address and gives addresses; NULL without. */
const struct subnet *rules_giver(const struct rules *r, uint32_t addr);

/* The i-th line of a kind. */
const struct rule *rules_line(const struct rules *r, enum rule_kind kind, size_t i);

/* A line in the syntax that rules_read takes, without its newline; malloc'ed,
 * NULL when there is no memory. */
char *rules_text(const struct rule *rule);

extern const char *const rules_word[RULE_KINDS]; /* "interface" ... */
extern const char *const rules_value_key[];      /* by enum option_value */

#endif
