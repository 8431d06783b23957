/* dhcpd6-pxe(8): options, start, privileges, loop. */
#include <errno.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "fds.h"
#include "forget.h"
#include "ifsockets.h"
#include "listen.h"
#include "listing.h"
#include "log.h"
#include "loop.h"
#include "priv.h"
#include "sandbox.h"
#include "sigs.h"
#include "startup.h"

#define OWN_USER "_dhcpd6-pxe"

static const char usage[] =
    "usage: dhcpd6-pxe [-nv] [-f RULES] [-e 'RULE']... [-i IFACE]... [-l LEASES] [-M FILE] [-x COMMAND] [-u USER]\n"
    "       dhcpd6-pxe -L [-j] [-l LEASES]\n"
    "       dhcpd6-pxe -r ADDR|MAC... [-l LEASES]\n\n"
    "Answers DHCPv6: hands out addresses and the right boot file for each client, and\n"
    "sends the router advertisements that clients wait for.  Rules: dhcpd-pxe.rules(5).\n"
    "  -f RULES    read rules from this file, - is standard input (default " CONFIG_RULES ")\n"
    "  -e 'RULE'   one more rule line\n"
    "  -i IFACE    serve this interface, and ignore the interface lines\n"
    "  -l LEASES   the lease file (default " CONFIG_LEASES ")\n"
    "  -M FILE     write numbers to this file, for Prometheus\n"
    "  -x COMMAND  start a command that reads one event per line\n"
    "  -u USER     become this user (default for root: _dhcpd6-pxe, else nobody)\n"
    "  -L          print what the lease file says, and exit\n"
    "  -j          with -L, as JSON lines\n"
    "  -r          have the running server forget these leases, and exit\n"
    "  -n          check the rules and exit; with -v print them too\n"
    "  -v          log more\n"
    "Boot machines beside a router and another DHCPv6 server:\n"
    "  dhcpd6-pxe -i eth0 -e 'subnet fd00:77::/64 netboot range=fd00:77::1000-fd00:77::10ff' \\\n"
    "      -e 'boot arch=efi-x64 file=ipxe.efi'\n";

/* Those that go together. */
static void
check_options(const struct config_options *o)
{
	bool serves = o->from.sources || o->from.interfaces || o->command || o->metrics || o->check || o->verbose;

	if (o->command && !*o->command)
		cli_wrong("dhcpd6-pxe", "-x: which command?");
	if (o->list && o->forget)
		cli_wrong("dhcpd6-pxe", "either -L or -r");
	if ((o->list || o->forget) && serves)
		cli_wrong("dhcpd6-pxe", "with %s only -l and -u%s go", o->list ? "-L" : "-r", o->list ? " and -j" : "");
	if (o->json && !o->list)
		cli_wrong("dhcpd6-pxe", "-j goes with -L");
	if (o->forget && o->words == 0)
		cli_wrong("dhcpd6-pxe", "-r: which addresses or MAC addresses?");
	if (o->words > 0 && !o->forget)
		cli_wrong("dhcpd6-pxe", "%s: no arguments are expected", o->word[0]);
	for (size_t i = 0; i < o->words; i++)
		if (!forget_is_word(o->word[i]))
			cli_wrong("dhcpd6-pxe", "%s: neither an address nor a MAC address", o->word[i]);
}

static void
parse_options(int argc, char **argv, struct config_options *o)
{
	bool file = false;
	int c;

	o->from.source = calloc((size_t)argc + 1, sizeof(*o->from.source));
	o->from.interface = calloc((size_t)argc, sizeof(*o->from.interface));
	if (!o->from.source || !o->from.interface)
		die(EXIT_SYSTEM, "out of memory");
	while ((c = cli_getopt(argc, argv, "jLnrvf:e:i:l:M:x:u:", "dhcpd6-pxe", usage)) != -1)
		switch (c) {
		case 'j':
			o->json = true;
			break;
		case 'L':
			o->list = true;
			break;
		case 'M':
			o->metrics = optarg;
			break;
		case 'n':
			o->check = true;
			break;
		case 'r':
			o->forget = true;
			break;
		case 'v':
			o->verbose = true;
			break;
		case 'f':
			if (file)
				cli_wrong("dhcpd6-pxe", "-f is given twice");
			file = true;
			o->from.source[o->from.sources++] = (struct ruleset_source){ optarg, false };
			break;
		case 'e':
			o->from.source[o->from.sources++] = (struct ruleset_source){ optarg, true };
			break;
		case 'i':
			o->from.interface[o->from.interfaces++] = optarg;
			break;
		case 'l':
			o->leases = optarg;
			break;
		case 'x':
			o->command = optarg;
			break;
		case 'u':
			o->user = optarg;
			break;
		}
	o->word = argv + optind;
	o->words = (size_t)(argc - optind);
	check_options(o);
	if (o->from.sources == 0)
		o->from.source[o->from.sources++] = (struct ruleset_source){ CONFIG_RULES, false };
}

/* As a compiler prints it: editors find the line. */
static void
print_diag(const struct diag *diag)
{
	for (size_t i = 0; i < diag->n; i++)
		fprintf(stderr, "%s\n", diag->line[i].text);
}

/* Prints everything that is wrong, and exits when the rules cannot be used. */
static struct config *
load_config(const struct config_options *o)
{
	struct diag diag = { 0 }, file_diag = { 0 };
	struct config *c = config_load(o, NULL, &diag, &file_diag);

	print_diag(&diag);
	print_diag(&file_diag);
	if (!c || diag.no_memory || (o->check && file_diag.no_memory))
		die(EXIT_SYSTEM, "out of memory");
	if (diag.errors > 0 || (o->check && file_diag.errors > 0))
		exit(EXIT_USAGE);
	diag_free(&diag);
	diag_free(&file_diag);
	return c;
}

static void
print_rules(const struct rules *r)
{
	for (size_t i = 0; i < r->lines; i++) {
		char *text;

		if (!rules_is_for(&r->line[i], r->family))
			continue;
		text = rules_text(&r->line[i]);
		/* the lines that it brought follow: a comment, lest they be read twice */
		if (!text || printf("%s%s\n", r->line[i].kind == RULE_INCLUDE ? "# " : "", text) < 0)
			die(EXIT_SYSTEM, "cannot print the rules: %s", strerror(errno));
		free(text);
	}
	if (cli_flush() < 0)
		die(EXIT_SYSTEM, "cannot print the rules: %s", strerror(errno));
}

/* What -n can tell of this host.  Rules may be checked on another host than the
 * one they are for, and by another user, but what the command line names must be
 * here. */
static void
check_names(const struct config_options *o, const struct rules *r)
{
	char error[DAEMON_ERROR];
	struct priv_user user;
	struct metrics m;

	for (size_t i = 0; i < r->n[RULE_INTERFACE]; i++) {
		const char *name = rules_line(r, RULE_INTERFACE, i)->interface;

		if (ifaces_is_pattern(name) || ifaces_exists(name, error) == IFACES_OK)
			continue;
		if (o->from.interfaces > 0)
			die(EXIT_USAGE, "%s", error);
		log_warn("%s", error);
	}
	if (o->user && priv_lookup(o->user, OWN_USER, &user, error) < 0 && (geteuid() == 0 || !getpwnam(o->user)))
		die(EXIT_USAGE, "%s", error);
	if (o->metrics &&
	    (priv_lookup(o->user, OWN_USER, &user, error) < 0 || metrics_open(&m, o->metrics, &user, error) < 0))
		die(EXIT_USAGE, "%s", error);
}

/* By the time of a SIGHUP we are another user. */
static void
warn_of_reload(const struct config_options *o)
{
	for (size_t i = 0; i < o->from.sources; i++)
		if (!o->from.source[i].is_rule && !ruleset_is_input(&o->from.source[i]) &&
		    access(reach_enter(o->from.reach, o->from.source[i].text), R_OK) < 0)
			log_warn("%s cannot be read any more (%s): SIGHUP will not reload it", o->from.source[i].text,
			    strerror(errno));
}

/* The last step: from here on there is only what serving takes. */
static void
narrow_calls(void)
{
	const unsigned may = SANDBOX_DATAGRAM | SANDBOX_NETLINK | SANDBOX_CREATE;
	char error[SANDBOX_ERROR];
	const char *off;

	if (sandbox_enter(may, &off, error) < 0)
		die(EXIT_SYSTEM, "%s", error);
	if (off)
		log_info("system calls are not filtered: %s", off);
}

/* -L and -r: the exit code. */
static int
lease_command(const struct config_options *o)
{
	const struct leasecmd c = { .tool = "dhcpd6-pxe",
		.path = o->leases ? o->leases : CONFIG_LEASES,
		.as = o->from.as,
		.json = o->json,
		.word = o->word,
		.words = o->words,
		.print = listing_print };

	return o->list ? leasecmd_list(&c) : leasecmd_forget(&c);
}

int
main(int argc, char **argv)
{
	struct config_options options = { 0 };
	struct daemon d = {
		.options = &options, .epoll = -1, .watch = -1, .router = { .fd = -1 }, .log = { .events = { .fd = -1 } }
	};
	const uint64_t keep = 1ull << CAP_NET_RAW | 1ull << CAP_NET_BIND_SERVICE;
	struct priv_user user;
	char error[DAEMON_ERROR];
	int rc;

	fds_standard();
	control_init(&d.control);
	options.from.family = RULES_IP6;
	parse_options(argc, argv, &options);
	log_open("dhcpd6-pxe", false, options.verbose);
	log_never_wait();
	if (!options.check && priv_lookup(options.user, OWN_USER, &user, error) < 0)
		die(EXIT_USAGE, "%s", error);
	options.from.as = options.check ? NULL : &user;
	if (options.list || options.forget) {
		rc = lease_command(&options);
		free(options.from.source);
		free(options.from.interface);
		return rc;
	}
	d.config = load_config(&options);
	if (options.check) {
		check_names(&options, &d.config->set.rules);
		if (options.verbose)
			print_rules(&d.config->set.rules);
		config_free(d.config);
		free(options.from.source);
		free(options.from.interface);
		return EXIT_DONE;
	}

	fds_forget_inherited();
	if (events_start(&d.log.events, options.command, &user) < 0)
		die(EXIT_SYSTEM, "cannot start the command of -x: %s", strerror(errno));
	d.signals = sigs_open();
	if (d.signals < 0)
		die(EXIT_SYSTEM, "cannot watch signals: %s", strerror(errno));
	d.metrics.table = &d.stats.table;
	d.stats.value[STATS_STARTED] = (uint64_t)time(NULL);
	if (metrics_open(&d.metrics, options.metrics, &user, error) < 0)
		die(EXIT_USAGE, "%s", error);
	if (stats_bind(&d.stats, &d.config->set.rules) < 0)
		die(EXIT_SYSTEM, "out of memory");
	rc = startup_open(&d, error);
	if (rc != EXIT_DONE)
		die((enum exit_code)rc, "%s", error);

	listen_notify_open();
	if (startup_confine(&d, error) < 0 || priv_drop(&user, keep, error) < 0 ||
	    daemon_read_leases(&d, d.config, error) < 0)
		die(EXIT_SYSTEM, "%s", error);
	daemon_apply(&d);
	narrow_calls();
	warn_of_reload(&options);
	listen_notify_ready();
	ifsockets_say(&d);
	rc = loop_run(&d);

	listen_notify_stopping();
	daemon_close(&d);
	free(options.from.source);
	free(options.from.interface);
	return rc;
}
