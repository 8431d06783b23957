#include "play.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "cli.h"
#include "crew.h"
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

/* What is played: each MAC address as each persona, or where none is given, each persona
 * with an address of its own. */
struct cast {
	const struct options *o;
	const struct netif *ifc;
	struct boot_want want;
	struct persona persona[PERSONA_MAX];
	size_t personas, machines;
};

static bool
cast_has_six(const struct cast *c)
{
	for (size_t i = 0; i < c->personas; i++)
		if (c->persona[i].dhcp6)
			return true;
	return false;
}

static struct identity
cast_identity(const struct cast *c, size_t machine)
{
	const struct options *o = c->o;
	struct identity id;

	make_identity(
	    o, c->ifc, o->macs ? o->mac[machine] : NULL, !o->macs && c->persona[machine].rule == RULE_PI, &id);
	/* Still nobody's: addresses of cards have 0 in the second bit. */
	if (!o->macs && id.mac[0] == 0x02) {
		id.mac[0] = (uint8_t)(id.mac[0] + 4 * machine);
		id.uuid[10] = o->has_uuid ? id.uuid[10] : id.mac[0];
	}
	return id;
}

/* One machine, as all that it is to be.  False when it would not boot. */
static bool
play_machine(void *ctx, size_t machine, struct report *report, bool *stopped)
{
	struct cast *c = ctx;
	struct boot_want want = c->want;
	size_t first = c->o->macs ? 0 : machine, last = c->o->macs ? c->personas : machine + 1;
	char mac[NUM_MAC_TEXT];
	bool boots = true;

	want.id = cast_identity(c, machine);
	want.report = report;
	report->machine = c->o->macs > 1 ? num_mac_text(want.id.mac, ':', mac) : NULL;
	for (size_t i = first; i < last && !lan_stopped(want.lan); i++)
		boots &= boot_run(&want, &c->persona[i]) != VERDICT_NO;
	report->machine = NULL;
	*stopped = lan_stopped(want.lan);
	return boots;
}

/* Over IPv6 only single machines are played, and those on this link. */
static void
check_six(const struct cast *c)
{
	if (cast_has_six(c) && c->o->clients)
		cli_wrong(NAME, "-n: storms are of IPv4");
	if (cast_has_six(c) && c->o->relay)
		cli_wrong(NAME, "-g: relay agents are played of IPv4");
}

static bool
open_share(void *ctx, const struct crew_share *share, char error[LAN_ERROR])
{
	struct cast *c = ctx;
	uint8_t(*macs)[6] = calloc(c->machines, sizeof(*macs));
	struct lan_want lan = { .ifname = c->o->ifname, .macs = macs, .leash = share->leash, .six = cast_has_six(c) };

	for (size_t m = share->worker; macs && m < c->machines; m += share->workers)
		memcpy(macs[lan.count++], cast_identity(c, m).mac, 6);
	c->want.lan = macs ? lan_open(&lan, error) : NULL;
	free(macs);
	return c->want.lan && rights_drop(RIGHTS_PLAY, error);
}

/* The MAC address stands until the next turn. */
static void
take_turn(void *ctx, size_t machine)
{
	static char mac[NUM_MAC_TEXT];
	struct cast *c = ctx;

	if (c->o->macs > 1)
		c->want.report->machine = num_mac_text(c->o->mac[machine], ':', mac);
}

/* Machines with addresses of their own are played at the same time. */
static enum exit_code
play_all(struct cast *c)
{
	struct crew crew = { .machines = c->machines,
		.report = c->want.report,
		.ctx = c,
		.begin = open_share,
		.play_machine = play_machine,
		.turn = take_turn };
	enum exit_code code;
	char error[LAN_ERROR];
	bool stopped;

	if (c->machines > 1) {
		code = crew_run(&crew);
	} else {
		if (!open_share(c, &(struct crew_share){ 0, 1, 0 }, error))
			die(EXIT_SYSTEM, "%s", error);
		code = play_machine(c, 0, c->want.report, &stopped) ? EXIT_DONE : EXIT_NO;
		lan_close(c->want.lan);
		code = stopped ? EXIT_SYSTEM : code;
	}
	c->want.report->machine = NULL;
	if (code == EXIT_SYSTEM)
		log_warn("told to end before the answer was there; the address was given back");
	else if (c->personas * (c->o->macs ? c->o->macs : 1) > 1)
		report_summary(c->want.report);
	return c->want.report->failed ? EXIT_SYSTEM : code;
}

static enum exit_code
play_storm(struct cast *c)
{
	const struct options *o = c->o;
	struct storm_want storm = { .report = c->want.report,
		.id = cast_identity(c, 0),
		.persona = &c->persona[0],
		.clients = (unsigned)o->clients,
		.restarts = (unsigned)o->restarts,
		.concurrent = o->concurrent ? (unsigned)o->concurrent : 50,
		.patience_ms = o->patience ? c->want.patience_ms : 0 };
	struct lan_want lan = { .ifname = o->ifname, .storm = true, .macs = &storm.id.mac, .count = 1 };
	char error[LAN_ERROR];
	enum exit_code code;

	storm.lan = lan_open(&lan, error);
	if (!storm.lan || !rights_drop(RIGHTS_PLAY, error))
		die(EXIT_SYSTEM, "%s", error);
	code = storm_run(&storm);
	lan_close(storm.lan);
	return code;
}

enum exit_code
play(const struct options *o, struct report *report)
{
	struct netif ifc;
	struct cast *c = calloc(1, sizeof(*c));
	enum exit_code code;

	if (!c)
		die(EXIT_SYSTEM, "out of memory");
	*c = (struct cast){
		.o = o, .ifc = &ifc, .want = { .report = report, .patience_ms = (unsigned)o->seconds * 1000 }
	};
	c->personas = read_personas(o, c->persona);
	c->machines = o->macs ? o->macs : c->personas;
	if (o->clients && c->personas > 1)
		cli_wrong(NAME, "-n: a storm is of one persona; name one with -k");
	if (netif_get(o->ifname, &ifc) != 0)
		die(EXIT_SYSTEM, "interface %s: %s", o->ifname, strerror(errno));
	if (o->clients && o->macs > 1)
		cli_wrong(NAME, "-n: its machines count their own MAC addresses up from one; name one with -m");
	cast_identity(c, 0); /* says what is wrong with -g */
	check_six(c);
	code = o->clients ? play_storm(c) : play_all(c);
	free(c);
	return code;
}
