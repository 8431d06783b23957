/* isoextract: files out of ISO images and packages, and how an image boots. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot.h"
#include "catalog.h"
#include "cli.h"
#include "digest.h"
#include "iso.h"
#include "run.h"
#include "log.h"
#include "path.h"
#include "profiles.h"
#include "report.h"
#include "source.h"
#include "sums.h"
#include "uri.h"
#include "utf8.h"

#define NAME "isoextract"
#define SUMS_MAX 1048576

static const char usage[] =
    "usage: isoextract [-bcfjlnqv] [-C DIR] [-P PROFILES] [-s SHA256|@FILE] SOURCE [PATTERN...]\n"
    "\n"
    "  Takes files out of an ISO image, .rpm, .deb, tar, cpio or zip archive: all of\n"
    "  them, or those that a PATTERN (a shell glob; * crosses '/') picks.  SOURCE is a\n"
    "  file, a block device, - for standard input, or an http, https or ftp URL.\n"
    "  -C DIR       write into DIR, which is made if need be (default: .)\n"
    "  -l           list the members instead\n"
    "  -b           say how it boots instead (with -C: extract as well)\n"
    "  -n           check instead: read everything picked, write nothing\n"
    "  -f           replace files that differ; read a URL whose server has no ranges\n"
    "  -s SHA256    the image's SHA-256; nothing is kept when it differs\n"
    "  -s @FILE     the same, looked up in a SHA256SUMS file\n"
    "  -c           check the sum that implantisomd5 put into the image\n"
    "  -P PROFILES  profiles that are asked before the installed ones: a file or a folder\n"
    "  -j           -l and -b write JSON lines\n"
    "  -q, -v       say less, say more\n";

struct options {
	struct run_options run;
	bool boot, implanted;
	const char *source, *dir, *profiles, *sha256;
	char shown[URI_SIZE];   /* the source, without a password that may be in it */
	char want[SUMS_SHA256]; /* "" without -s */
};

/* ---- interruption ----------------------------------------------------------- */

static volatile sig_atomic_t stopped;

static void
on_signal(int sig)
{
	stopped = sig;
}

static bool
is_stopped(void)
{
	return stopped != 0;
}

/* Without SA_RESTART: a read that waits ends, and temporary files go. */
static void
catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* ---- the command line ---------------------------------------------------------- */

static void
read_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = cli_getopt(argc, argv, "bcfjlnqvC:P:s:", NAME, usage)) != -1)
		switch (c) {
		case 'b':
			o->boot = o->run.scan = true;
			break;
		case 'c':
			o->implanted = true;
			break;
		case 'f':
			o->run.force = true;
			break;
		case 'j':
			o->run.json = true;
			break;
		case 'l':
			o->run.list = true;
			break;
		case 'n':
			o->run.check = true;
			break;
		case 'q':
			o->run.quiet = true;
			break;
		case 'v':
			log_open(NAME, false, true);
			break;
		case 'C':
			o->dir = optarg;
			break;
		case 'P':
			o->profiles = optarg;
			break;
		case 's':
			o->sha256 = optarg;
			break;
		}
	if (optind == argc)
		cli_wrong(NAME, "which SOURCE? An image, a package, - or a URL");
	o->source = argv[optind];
	o->run.name = uri_shown(o->source, o->shown);
}

/* -l and -b say something instead of writing, -n writes nothing at all. */
static void
decide_dir(struct options *o)
{
	if (o->run.check || o->run.list)
		return;
	if (o->dir || !o->boot)
		o->run.dir = o->dir ? o->dir : ".";
}

static void
read_patterns(struct options *o, char **first, size_t n)
{
	const char **list = calloc(n + 1, sizeof(*list));

	for (size_t i = 0; list && i < n; i++) {
		char clean[PATH_SIZE];

		list[i] = strdup(path_pattern(first[i], clean));
		if (!list[i])
			die(EXIT_SYSTEM, "out of memory");
	}
	if (!list)
		die(EXIT_SYSTEM, "out of memory");
	o->run.pattern = list;
	o->run.patterns = n;
}

/* The sum that is asked for, from -s or the list it names. */
static void
read_sum(struct options *o)
{
	static char text[SUMS_MAX];
	char name[URI_SIZE];
	const char *file;
	FILE *f;
	size_t n;

	if (!o->sha256 || sums_is_sha256(o->sha256, o->want))
		return;
	if (o->sha256[0] != '@')
		cli_wrong(NAME, "-s %s: neither 64 hexadecimal digits nor @FILE", o->sha256);
	file = o->sha256 + 1;
	f = fopen(file, "re");
	if (!f)
		die(EXIT_USAGE, "-s: cannot open %s: %s", file, strerror(errno));
	n = fread(text, 1, sizeof(text), f);
	if (ferror(f))
		die(EXIT_USAGE, "-s: cannot read %s: %s", file, strerror(errno));
	if (n == sizeof(text))
		die(EXIT_USAGE, "-s: %s is too long for a list of sums", file);
	fclose(f);
	if (!sums_find(text, n, uri_file(o->source, name), o->want))
		die(EXIT_USAGE, "-s: %s has no SHA-256 for %s", file, *name ? name : o->run.name);
}

static void
load_profiles(const struct options *o, struct profiles *all)
{
	char folder[PATH_SIZE];
	const char *installed = profiles_default(folder);

	if (o->profiles && !profiles_load(all, o->profiles))
		die(EXIT_USAGE, "-P %s: mend the profiles first", o->profiles);
	if (!o->profiles && !installed)
		log_warn("no profiles in %s, so no image is known; -P says where they are", PROFILE_DIR);
	if (installed && !profiles_load(all, installed))
		die(EXIT_USAGE, "%s: mend the profiles first", installed);
	if (!profiles_collect_texts(all))
		die(EXIT_SYSTEM, "out of memory");
}

/* ---- checking the whole image ------------------------------------------------------- */

/* Compares what went through *d with what was asked for; complains. */
static bool
is_genuine(struct run *run, const struct options *o, struct digest *d)
{
	static const char *const why[] = { [DIGEST_NONE] = "no sum is implanted in it (-c)",
		[DIGEST_SHORT] = "it is shorter than its implanted sum says: cut",
		[DIGEST_DIFFERENT] = "its implanted sum is not that of its contents: damaged" };
	char got[DIGEST_SHA256_TEXT];
	enum digest_implanted implanted;

	if (*o->want && strcmp(digest_sha256(d, got), o->want) != 0) {
		diag_error(run, EXIT_NO, "%s: its SHA-256 is %s, not %s", o->run.name, got, o->want);
		return false;
	}
	if (!o->implanted)
		return true;
	implanted = digest_implanted(d);
	if (implanted != DIGEST_SAME)
		diag_error(run, EXIT_NO, "%s: %s", o->run.name, why[implanted]);
	return implanted == DIGEST_SAME;
}

/* Reads to the end for the sake of the sum; false when that cannot be done or
 * the sum is another. */
static bool
verify(struct run *run, const struct options *o, struct digest *d)
{
	bool read = run_drain(run);

	source_tee(source_root(run->source), NULL);
	return read && is_genuine(run, o, d);
}

/* What can be read twice, or had to be kept, is verified first; the rest while
 * it passes, and nothing of it gets its final name before.  False when nothing
 * that is known of the image is worth saying. */
static bool
take_image(struct run *run, const struct options *o, struct digest *d)
{
	bool due = d != NULL;

	if (due)
		source_tee(run->source, d);
	if (due && source_seekable(run->source)) {
		if (!verify(run, o, d) || source_seek(run->source, 0) < 0)
			return false;
		due = false;
	}
	if (!run_prepare(run))
		return false;
	if (due && source_seekable(run->source)) {
		if (!verify(run, o, d))
			return false;
		due = false;
	}
	run->hold = due;
	if (run->catalog)
		run->catalog->remote = source_is_remote(run->source);
	run_members(run);
	if (due && (run->stop || !verify(run, o, d)))
		return false;
	run_settle(run);
	return true;
}

/* ---- what is said at the end ------------------------------------------------------------ */

static void
say_boot(struct run *run, const struct options *o, const struct profiles *all)
{
	struct catalog *c = run->catalog;
	struct iso iso;
	struct boot b;
	size_t len;
	const void *head = source_head(run->source, &len);

	iso_identify(head, len, &iso);
	if (iso.volume[0])
		memcpy(c->volume, iso.volume, sizeof(c->volume));
	c->bytes = source_size(run->source) ? source_size(run->source) : iso.bytes;
	catalog_sort(c);
	if (!boot_find(c, all->item, all->n, &b)) {
		diag_error(run, EXIT_SYSTEM, "out of memory");
		return;
	}
	if (report_boot(&b, c, o->run.json) == 0 && !run->stop)
		diag_error(run, EXIT_NO,
		    b.n > 0 ? "%s: no kernel in it boots over a network; the unfit lines say why" :
		              "%s: no kernel was found in it",
		    o->run.name);
	boot_free(&b);
}

static void
say_summary(const struct run *run)
{
	char size[PROGRESS_SIZE_TEXT];

	if (!run->tree || run->o->quiet || (!report_is_terminal() && !log_verbose()))
		return;
	log_info("%llu written to %s, %llu were there already, %s read", (unsigned long long)run->files, run->o->dir,
	    (unsigned long long)run->same, progress_size(source_traffic(run->source), size));
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct source_options from = { .interrupted = is_stopped };
	struct profiles profiles = { 0 };
	struct catalog catalog = { 0 };
	struct digest *digest = NULL;
	struct source *source;
	struct run run;
	char error[SOURCE_ERROR];
	bool wrong, known;

	setlocale(LC_CTYPE, "C.UTF-8"); /* Joliet and pax names are Unicode */
	umask(022);
	log_open(NAME, false, false);
	read_options(argc, argv, &o);
	read_patterns(&o, argv + optind + 1, (size_t)(argc - optind - 1));
	read_sum(&o);
	decide_dir(&o);
	if (o.boot)
		load_profiles(&o, &profiles);
	catalog.texts = profiles.texts;
	catalog.n_texts = profiles.n_texts;
	catch_signals();

	from.stream = o.run.force;
	from.sequential = (*o.want || o.implanted) && uri_is(o.source);
	source = source_open(o.source, &from, error, &wrong);
	if (!source) {
		utf8_plain(error);
		die(wrong ? EXIT_USAGE : EXIT_SYSTEM, "%s", error);
	}
	if (*o.want || o.implanted)
		digest = digest_new(*o.want, o.implanted);
	o.run.interrupted = is_stopped;
	if (run_open(&run, &o.run, source, o.boot ? &catalog : NULL) < 0 || ((*o.want || o.implanted) && !digest))
		die(EXIT_SYSTEM, "out of memory");

	known = take_image(&run, &o, digest);
	if (o.boot && known)
		say_boot(&run, &o, &profiles);
	say_summary(&run);
	if (cli_flush() < 0 && errno == EPIPE)
		run.rc = EXIT_SYSTEM; /* nobody reads on: `| head` */
	else if (ferror(stdout))
		diag_error(&run, EXIT_SYSTEM, "cannot write the output: %s", strerror(errno));

	run_close(&run);
	digest_free(digest);
	catalog_free(&catalog);
	profiles_free(&profiles);
	for (size_t i = 0; i < o.run.patterns; i++)
		free((void *)(uintptr_t)o.run.pattern[i]);
	free((void *)(uintptr_t)o.run.pattern);
	return (int)run.rc;
}
