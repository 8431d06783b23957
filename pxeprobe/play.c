#include "play.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "cli.h"
#include "netif.h"
#include "num.h"
#include "persona.h"
#include "pxe.h"
#include "rights.h"
#include "storm.h"

/* A MAC that no card has, the same at every run on this interface: servers
 * keep one lease for us.  `pi`: that of a Raspberry Pi. */
static void
make_identity(const struct options *o, const struct netif *n, const uint8_t *mac, bool pi, struct identity *id)
{
	static const uint8_t own[3] = { 0x02, 0x50, 0x58 };
	/* Servers know a Raspberry Pi by the maker's block. */
	static const uint8_t maker[3] = { 0xdc, 0xa6, 0x32 };

	memset(id, 0, sizeof(*id));
	memcpy(id->mac, pi ? maker : own, sizeof(own));
	memcpy(id->mac + 3, n->mac + 3, 3);
	if (mac)
		memcpy(id->mac, mac, 6);
	memcpy(id->uuid, "pxeprobe\x80", 9);
	id->uuid[7] = 0x40;
	memcpy(id->uuid + 10, id->mac, 6);
	if (pi)
		memcpy(id->uuid, "RPi4", 4);
	if (o->has_uuid)
		memcpy(id->uuid, o->uuid, 16);
	if (o->relay && !n->addrs)
		cli_wrong(NAME, "-g: %s has no IPv4 address to be a relay at; give it one", n->name);
	if (o->relay)
		id->giaddr = n->addr[0].addr;
}

/* -a is a name or a number. */
static void
add_persona(const struct options *o, const struct persona *p, struct persona *list, size_t *n)
{
	uint64_t number;
	uint16_t code;
	bool known;

	if (*n == PERSONA_MAX)
		cli_wrong(NAME, "-k: more than %d personas", PERSONA_MAX);
	list[*n] = *p;
	if (o->arch) {
		if (num_uint(o->arch, 0, 65535, &number)) {
			code = (uint16_t)number;
			known = pxe_arch(code) != NULL;
		} else {
			known = pxe_arch_code(o->arch, p->rule == RULE_EDK2_HTTP, &code);
		}
		if (!known || !persona_set_arch(&list[*n], code))
			cli_wrong(NAME, "-a %s: no such architecture for %s", o->arch, p->name);
	}
	(*n)++;
}

/* "efi-x64,ipxe", or "all", which is every firmware. */
static size_t
read_personas(const struct options *o, struct persona *list)
{
	char *names = strdup(o->personas), *save, *name;
	char known[PERSONA_MAX * 16];
	size_t n = 0, len = 0, all;
	const struct persona *table = persona_table(&all);

	if (!names)
		die(EXIT_SYSTEM, "out of memory");
	for (size_t i = 0; i < all; i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len, " %.14s", table[i].name);
	for (name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		bool every = strcmp(name, "all") == 0;

		if (!every && !persona_find(name))
			cli_wrong(NAME, "-k: no persona \"%s\"; there are%s, and all", name, known);
		for (size_t i = 0; i < all; i++)
			if (every ? persona_is_machine(&table[i]) : strcmp(table[i].name, name) == 0)
				add_persona(o, &table[i], list, &n);
	}
	free(names);
	if (n == 0)
		cli_wrong(NAME, "-k: no persona named");
	return n;
}

/* A Raspberry Pi alone is played, and no other machine with the same address. */
static bool
is_pi(const struct persona *list, size_t n)
{
	return n == 1 && list[0].rule == RULE_PI;
}

/* Each persona with each of the MAC addresses. */
static enum exit_code
ask_all(const struct options *o, struct boot_want *want, const struct persona *list, size_t n)
{
	size_t machines = o->macs ? o->macs : 1;
	enum exit_code code = EXIT_DONE;
	char mac[NUM_MAC_TEXT];

	for (size_t m = 0; m < machines; m++) {
		make_identity(o, lan_interface(want->lan), o->macs ? o->mac[m] : NULL, is_pi(list, n), &want->id);
		want->report->machine = machines > 1 ? num_mac_text(want->id.mac, ':', mac) : NULL;
		for (size_t i = 0; i < n && !lan_stopped(want->lan); i++)
			if (boot_run(want, &list[i]) == VERDICT_NO)
				code = EXIT_NO;
	}
	want->report->machine = NULL;
	if (lan_stopped(want->lan)) {
		log_warn("told to end before the answer was there; the address was given back");
		return EXIT_SYSTEM;
	}
	if (n * machines > 1)
		report_summary(want->report);
	return want->report->failed ? EXIT_SYSTEM : code;
}

enum exit_code
play(const struct options *o, struct report *report)
{
	struct persona list[PERSONA_MAX];
	size_t n = read_personas(o, list);
	struct netif ifc;
	struct boot_want want = { .report = report, .patience_ms = (unsigned)o->seconds * 1000 };
	struct lan_want lan = { .ifname = o->ifname, .storm = o->clients > 0 };
	char error[LAN_ERROR];
	enum exit_code code;

	if (o->clients && n > 1)
		cli_wrong(NAME, "-n: a storm is of one persona; name one with -k");
	if (netif_get(o->ifname, &ifc) != 0)
		die(EXIT_SYSTEM, "interface %s: %s", o->ifname, strerror(errno));
	if (o->clients && o->macs > 1)
		cli_wrong(NAME, "-n: its machines count their own MAC addresses up from one; name one with -m");
	make_identity(o, &ifc, o->macs ? o->mac[0] : NULL, is_pi(list, n), &want.id);
	memcpy(lan.mac, want.id.mac, 6);
	lan.many = o->macs > 1;
	want.lan = lan_open(&lan, error);
	if (!want.lan || !rights_drop(RIGHTS_PLAY, error))
		die(EXIT_SYSTEM, "%s", error);
	if (o->clients) {
		struct storm_want storm = { .lan = want.lan,
			.report = report,
			.id = want.id,
			.persona = &list[0],
			.clients = (unsigned)o->clients,
			.concurrent = o->concurrent ? (unsigned)o->concurrent : 50,
			.patience_ms = o->patience ? want.patience_ms : 0 };

		code = storm_run(&storm);
	} else {
		code = ask_all(o, &want, list, n);
	}
	lan_close(want.lan);
	return code;
}
