/* pxeprobe(8): rights, and which of its ways is taken. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "fds.h"
#include "log.h"
#include "netif.h"
#include "num.h"
#include "options.h"
#include "persona.h"
#include "pxe.h"
#include "report.h"
#include "rights.h"
#include "storm.h"
#include "boot.h"
#include "watch.h"

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
make_identity(const struct options *o, const struct netif *n, const uint8_t *mac, struct identity *id)
{
	static const uint8_t own[3] = { 0x02, 0x50, 0x58 };
	/* Servers know a Raspberry Pi by the maker's block. */
	static const uint8_t maker[3] = { 0xdc, 0xa6, 0x32 };

	bool pi = o->pi;

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

/* Each persona with each of the MAC addresses. */
static enum exit_code
ask_all(const struct options *o, struct boot_want *want, const struct persona *list, size_t n)
{
	size_t machines = o->macs ? o->macs : 1;
	enum exit_code code = EXIT_DONE;
	char mac[NUM_MAC_TEXT];

	for (size_t m = 0; m < machines; m++) {
		make_identity(o, lan_interface(want->lan), o->macs ? o->mac[m] : NULL, &want->id);
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

static enum exit_code
probe(struct options *o, struct report *report)
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
	o->pi = n == 1 && list[0].rule == RULE_PI;
	make_identity(o, &ifc, o->macs ? o->mac[0] : NULL, &want.id);
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

/* A file for what comes at the end, opened while that can be done.  It is written over, not
 * renamed: the directory need not be ours. */
static int
open_output(int letter, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (fd < 0)
		die(EXIT_SYSTEM, "-%c %s: %s", letter, path, strerror(errno));
	return fd;
}

struct outputs {
	FILE *picture; /* NULL: none, or standard output */
	bool as_text;
};

static void
open_outputs(const struct options *o, struct report *report, struct outputs *out)
{
	int fd;

	*out = (struct outputs){ .as_text = o->picture && strcmp(o->picture, "-") == 0 };
	if (o->picture)
		report->picture = picture_new();
	if (o->picture && !out->as_text && (fd = open_output('d', o->picture)) >= 0 &&
	    (ftruncate(fd, 0) == 0 || errno == EINVAL))
		out->picture = fdopen(fd, "w");
	if (o->numbers)
		report->numbers = numbers_new(open_output('M', o->numbers));
	if ((o->picture && !report->picture) || (o->picture && !out->as_text && !out->picture) ||
	    (o->numbers && !report->numbers))
		die(EXIT_SYSTEM, "out of memory");
}

static void
write_outputs(struct report *report, struct outputs *out)
{
	if (report->picture && out->as_text && picture_write_text(report->picture, stdout) != 0)
		report->failed = true;
	if (out->picture && (picture_write_svg(report->picture, out->picture) != 0 || fclose(out->picture) != 0))
		report->failed = true;
	if (report->numbers && numbers_write(report->numbers) != 0)
		report->failed = true;
	picture_free(report->picture);
	numbers_free(report->numbers);
}

/* The capture begins before the machines get a namespace of their own. */
static void
begin_record(const struct options *o, struct report *report)
{
	char error[RECORDER_ERROR];
	int fd = open_output('o', o->record);

	if (ftruncate(fd, 0) != 0 && errno != EINVAL)
		die(EXIT_SYSTEM, "-o %s: %s", o->record, strerror(errno));
	report->recorder = recorder_start(o->ifname, fd, error);
	if (!report->recorder)
		die(EXIT_SYSTEM, "%s", error);
}

static void
end_record(struct report *report)
{
	char error[RECORDER_ERROR];

	if (recorder_stop(report->recorder, error))
		return;
	log_err("%s", error);
	report->failed = true;
}

int
main(int argc, char **argv)
{
	struct options o;
	struct report report;
	struct outputs outputs;
	enum exit_code code;

	fds_standard();
	options_read(argc, argv, &o);
	log_open(NAME, false, o.verbose);
	if (o.file)
		for (size_t i = 0; i < o.file_count; i++)
			fds_keep_named(o.files[i]);
	fds_forget_inherited();
	report_open(&report, stdout, o.json);
	open_outputs(&o, &report, &outputs);
	if (!o.ifname && !o.file)
		o.ifname = only_interface();
	/* libpcap's "any" can be watched, but is no interface. */
	if (!o.file && !(o.watch && strcmp(o.ifname, "any") == 0) && if_nametoindex(o.ifname) == 0)
		die(EXIT_USAGE, "interface %s: no such interface; 'ip link' lists them", o.ifname);
	if (o.record)
		begin_record(&o, &report);
	if (o.file)
		code = watch_files(o.files, o.file_count, &report);
	else if (o.watch)
		code = watch_interface(o.ifname, &report);
	else
		code = probe(&o, &report);
	end_record(&report);
	write_outputs(&report, &outputs);
	if (report.failed)
		code = EXIT_SYSTEM;
	if (code == EXIT_DONE && o.strict && report.warnings)
		code = EXIT_NO;
	report_close(&report);
	free(o.mac);
	if (cli_flush() != 0)
		die(EXIT_SYSTEM, "cannot write the report");
	return code;
}
