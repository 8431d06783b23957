/* pxeprobe(8): options, rights, and which of its ways is taken. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "fds.h"
#include "log.h"
#include "netif.h"
#include "num.h"
#include "persona.h"
#include "pxe.h"
#include "report.h"
#include "rights.h"
#include "storm.h"
#include "boot.h"
#include "watch.h"

#define NAME "pxeprobe"
#define DEFAULT_PERSONAS "bios,efi-x64"
#define DEFAULT_SECONDS 10

static const char usage[] =
    "usage: pxeprobe [-jvwW] [-i IFACE] [-k PERSONA,...|all] [-a ARCH] [-m MAC] [-U UUID] [-n CLIENTS] [-c CONCURRENT] [-t SEC] [-g]\n"
    "       pxeprobe [-jW] -r FILE.pcap\n"
    "\n"
    "Plays a firmware on the network and says why a machine would not boot.\n"
    "\n"
    "  -a ARCH     another architecture in option 93: a name (efi-x64) or a number\n"
    "  -c NUMBER   machines at once (with -n; default 50)\n"
    "  -g          ask as a relay agent at this interface's address would\n"
    "  -i IFACE    the interface (default: the only one that is up)\n"
    "  -j          JSON lines\n"
    "  -k LIST     firmwares to play (default " DEFAULT_PERSONAS "), or all\n"
    "  -m MAC      hardware address to use (default: made up from the interface's)\n"
    "  -n NUMBER   that many machines boot, and the times are measured\n"
    "  -r FILE     read a capture (pcap, pcapng): what boots there, and what stalls\n"
    "  -t SEC      patience for each step (default 10; with -n as long as the firmware's)\n"
    "  -U UUID     machine identifier in option 97\n"
    "  -v          say more\n"
    "  -w          watch: a line for each machine that boots on this network\n"
    "  -W          exit 1 for a warning, too\n";

struct options {
	bool json, verbose, watch, relay, patience, strict;
	const char *ifname, *personas, *arch, *file;
	bool has_mac, has_uuid;
	uint8_t mac[6], uuid[16];
	uint64_t clients, concurrent, seconds;
};

static void
read_number(int letter, const char *text, uint64_t high, uint64_t *out)
{
	if (!num_uint(text, 1, high, out))
		cli_wrong(NAME, "-%c %s: not a number from 1 to %llu", letter, text, (unsigned long long)high);
}

/* Options that are a word, and those that are just there. */
static bool
simple_option(struct options *o, int letter)
{
	const struct {
		int letter;
		bool *flag;
		const char **word;
	} table[] = { { 'a', NULL, &o->arch }, { 'g', &o->relay, NULL }, { 'i', NULL, &o->ifname },
		{ 'j', &o->json, NULL }, { 'k', NULL, &o->personas }, { 'r', NULL, &o->file },
		{ 'v', &o->verbose, NULL }, { 'w', &o->watch, NULL }, { 'W', &o->strict, NULL } };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].letter != letter)
			continue;
		if (table[i].flag)
			*table[i].flag = true;
		else
			*table[i].word = optarg;
		return true;
	}
	return false;
}

static void
parse_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = cli_getopt(argc, argv, "a:c:gi:jk:m:n:r:t:U:vwW", NAME, usage)) != -1) {
		if (simple_option(o, c))
			continue;
		switch (c) {
		case 'c':
			read_number(c, optarg, 20000, &o->concurrent);
			break;
		case 'm':
			if (!num_mac(optarg, o->mac) || (o->mac[0] & 1))
				cli_wrong(
				    NAME, "-m %s: not a machine's MAC address, such as 02:00:00:00:00:01", optarg);
			o->has_mac = true;
			break;
		case 'n':
			read_number(c, optarg, 1000000, &o->clients);
			break;
		case 't':
			read_number(c, optarg, 3600, &o->seconds);
			o->patience = true;
			break;
		case 'U':
			if (!num_uuid(optarg, o->uuid))
				cli_wrong(
				    NAME, "-U %s: not a UUID, such as 123e4567-e89b-12d3-a456-426614174000", optarg);
			o->has_uuid = true;
			break;
		}
	}
	if (optind != argc)
		cli_wrong(NAME, "what is \"%s\"?", argv[optind]);
}

/* An interface when none is named: the only one that could be meant. */
static const char *
only_interface(void)
{
	static char found[IF_NAMESIZE];
	struct if_nameindex *all = if_nameindex();
	struct netif n;
	int count = 0;

	for (struct if_nameindex *i = all; i && i->if_index; i++)
		if (netif_get(i->if_name, &n) == 0 && n.ethernet && n.up && !n.loopback && count++ == 0)
			snprintf(found, sizeof(found), "%s", i->if_name);
	if_freenameindex(all);
	if (count != 1)
		cli_wrong(NAME,
		    count ? "several interfaces are up; name one with -i" :
		            "no Ethernet interface is up; name one with -i");
	return found;
}

/* A MAC that no card has, the same at every run on this interface: servers
 * keep one lease for us. */
static void
make_identity(const struct options *o, const struct netif *n, bool pi, struct identity *id)
{
	static const uint8_t own[3] = { 0x02, 0x50, 0x58 };
	/* Servers know a Raspberry Pi by the maker's block. */
	static const uint8_t maker[3] = { 0xdc, 0xa6, 0x32 };

	memset(id, 0, sizeof(*id));
	memcpy(id->mac, pi ? maker : own, sizeof(own));
	memcpy(id->mac + 3, n->mac + 3, 3);
	if (o->has_mac)
		memcpy(id->mac, o->mac, 6);
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

static enum exit_code
ask_all(struct boot_want *want, const struct persona *list, size_t n)
{
	enum exit_code code = EXIT_DONE;

	for (size_t i = 0; i < n && !lan_stopped(want->lan); i++)
		if (boot_run(want, &list[i]) == VERDICT_NO)
			code = EXIT_NO;
	if (lan_stopped(want->lan)) {
		log_warn("told to end before the answer was there; the address was given back");
		return EXIT_SYSTEM;
	}
	if (n > 1)
		report_summary(want->report);
	return want->report->failed ? EXIT_SYSTEM : code;
}

static enum exit_code
probe(const struct options *o, struct report *report)
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
	make_identity(o, &ifc, n == 1 && list[0].rule == RULE_PI, &want.id);
	memcpy(lan.mac, want.id.mac, 6);
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
		code = ask_all(&want, list, n);
	}
	lan_close(want.lan);
	return code;
}

int
main(int argc, char **argv)
{
	struct options o = { .seconds = DEFAULT_SECONDS };
	struct report report;
	enum exit_code code;

	fds_standard();
	parse_options(argc, argv, &o);
	if (o.file && (o.ifname || o.watch || o.clients))
		cli_wrong(NAME, "-r reads a file: -i, -w and -n do not go with it");
	if (o.watch && o.clients)
		cli_wrong(NAME, "-w watches and -n asks: one of them");
	if (o.concurrent && !o.clients)
		cli_wrong(NAME, "-c goes with -n");
	if (!o.personas)
		o.personas = o.clients ? "bios" : DEFAULT_PERSONAS;
	log_open(NAME, false, o.verbose);
	if (o.file)
		fds_keep_named(o.file);
	fds_forget_inherited();
	report_open(&report, stdout, o.json);
	if (!o.ifname && !o.file)
		o.ifname = only_interface();
	/* libpcap's "any" can be watched, but is no interface. */
	if (!o.file && !(o.watch && strcmp(o.ifname, "any") == 0) && if_nametoindex(o.ifname) == 0)
		die(EXIT_USAGE, "interface %s: no such interface; 'ip link' lists them", o.ifname);
	if (o.file)
		code = watch_file(o.file, &report);
	else if (o.watch)
		code = watch_interface(o.ifname, &report);
	else
		code = probe(&o, &report);
	if (code == EXIT_DONE && o.strict && report.warnings)
		code = EXIT_NO;
	report_close(&report);
	if (cli_flush() != 0)
		die(EXIT_SYSTEM, "cannot write the report");
	return code;
}
