#include "dhcpcli.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "log.h"
#include "metrics.h"

/* ---- options ----------------------------------------------------------- */

/* Those that go together. */
static void
check_options(const struct dhcpcli *t, const struct config_options *o)
{
	bool serves = o->from.sources || o->from.interfaces || o->command || o->metrics || o->check || o->verbose;

	if (o->command && !*o->command)
		cli_wrong(t->tool, "-x: which command?");
	if (o->list && o->forget)
		cli_wrong(t->tool, "either -L or -r");
	if ((o->list || o->forget) && serves)
		cli_wrong(t->tool, "with %s only -l and -u%s go", o->list ? "-L" : "-r", o->list ? " and -j" : "");
	if (o->json && !o->list)
		cli_wrong(t->tool, "-j goes with -L");
	if (o->forget && o->words == 0)
		cli_wrong(t->tool, "-r: which addresses or MAC addresses?");
	if (o->words > 0 && !o->forget)
		cli_wrong(t->tool, "%s: no arguments are expected", o->word[0]);
	for (size_t i = 0; i < o->words; i++)
		if (!t->names_lease(o->word[i]))
			cli_wrong(t->tool, "%s: neither an address nor a MAC address", o->word[i]);
}

/* The options of -f, -e and -i, which are lists. */
static void
take_source(const struct dhcpcli *t, struct ruleset_options *from, int c)
{
	if (c == 'i') {
		from->interface[from->interfaces++] = optarg;
		return;
	}
	for (size_t i = 0; c == 'f' && i < from->sources; i++)
		if (!from->source[i].is_rule)
			cli_wrong(t->tool, "-f is given twice");
	from->source[from->sources++] = (struct ruleset_source){ optarg, c == 'e' };
}

static void
dhcpcli_parse(const struct dhcpcli *t, int argc, char **argv, struct config_options *o)
{
	int c;

	o->from.family = t->family;
	o->from.source = calloc((size_t)argc + 1, sizeof(*o->from.source));
	o->from.interface = calloc((size_t)argc, sizeof(*o->from.interface));
	if (!o->from.source || !o->from.interface)
		die(EXIT_SYSTEM, "out of memory");
	while ((c = cli_getopt(argc, argv, "jLnrvf:e:i:l:M:x:u:", t->tool, t->usage)) != -1)
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
		case 'l':
			o->leases = optarg;
			break;
		case 'x':
			o->command = optarg;
			break;
		case 'u':
			o->user = optarg;
			break;
		default:
			take_source(t, &o->from, c);
		}
	o->word = argv + optind;
	o->words = (size_t)(argc - optind);
	check_options(t, o);
	if (o->from.sources == 0)
		o->from.source[o->from.sources++] = (struct ruleset_source){ t->rules, false };
	if (!o->leases)
		o->leases = t->leases;
}

void
dhcpcli_free(struct config_options *o)
{
	free(o->from.source);
	free(o->from.interface);
}

static int
run_leases(const struct dhcpcli *t, const struct config_options *o)
{
	const struct leasecmd c = { .tool = t->tool,
		.path = o->leases,
		.as = o->from.as,
		.json = o->json,
		.word = o->word,
		.words = o->words,
		.print = t->print_leases };

	return o->list ? leasecmd_list(&c) : leasecmd_forget(&c);
}

/* ---- the rules --------------------------------------------------------- */

/* As a compiler prints it: editors find the line. */
static void
print_diag(const struct diag *diag)
{
	for (size_t i = 0; i < diag->n; i++)
		fprintf(stderr, "%s\n", diag->line[i].text);
}

/* Prints everything that is wrong with the rules; returns only what can be used. */
static struct config *
load_rules(const struct config_options *o)
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

/* Rules may be checked on another host than the
 * one they are for, and by another user, but what the command line names must be
 * here. */
static void
check_names(const struct dhcpcli *t, const struct config_options *o, const struct rules *r)
{
	char error[IFACES_ERROR];
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
	if (o->user && priv_lookup(o->user, t->user, &user, error) < 0 && (geteuid() == 0 || !getpwnam(o->user)))
		die(EXIT_USAGE, "%s", error);
	if (o->metrics &&
	    (priv_lookup(o->user, t->user, &user, error) < 0 || metrics_open(&m, o->metrics, &user, error) < 0))
		die(EXIT_USAGE, "%s", error);
}

static void
check_rules(const struct dhcpcli *t, const struct config_options *o, const struct rules *rules)
{
	check_names(t, o, rules);
	if (o->verbose)
		print_rules(rules);
}

struct config *
dhcpcli_start(const struct dhcpcli *t, int argc, char **argv, struct config_options *o, struct priv_user *user)
{
	struct config *c;
	char error[PRIV_ERROR];
	int rc;

	dhcpcli_parse(t, argc, argv, o);
	log_open(t->tool, false, o->verbose);
	log_never_wait();
	if (!o->check && priv_lookup(o->user, t->user, user, error) < 0)
		die(EXIT_USAGE, "%s", error);
	o->from.as = o->check ? NULL : user;
	if (o->list || o->forget) {
		rc = run_leases(t, o);
		dhcpcli_free(o);
		exit(rc);
	}
	c = load_rules(o);
	if (!o->check)
		return c;
	check_rules(t, o, &c->set.rules);
	config_free(c);
	dhcpcli_free(o);
	exit(EXIT_DONE);
}

void
dhcpcli_warn_of_reload(const struct config_options *o)
{
	for (size_t i = 0; i < o->from.sources; i++)
		if (!o->from.source[i].is_rule && !ruleset_is_input(&o->from.source[i]) &&
		    access(reach_enter(o->from.reach, o->from.source[i].text), R_OK) < 0)
			log_warn("%s cannot be read any more (%s): SIGHUP will not reload it", o->from.source[i].text,
			    strerror(errno));
}
