/* isoextract: files out of ISO images and packages, and how an image boots. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asuser.h"
#include "cli.h"
#include "fds.h"
#include "log.h"
#include "path.h"
#include "profiles.h"
#include "rights.h"
#include "selection.h"
#include "session.h"
#include "source.h"
#include "spool.h"
#include "sums.h"
#include "url.h"
#include "utf8.h"

#define NAME "isoextract"
#define SUMS_MAX 1048576

static const char usage[] =
    "usage: isoextract [-bcfjlnqvx] [-C DIR] [-P PROFILES] [-s SHA256|@FILE] SOURCE [PATTERN...]\n"
    "       isoextract -b [-j] KERNEL INITRD...\n"
    "\n"
    "  Takes files out of an ISO or disk image, .rpm, .deb, tar, cpio or zip archive: all\n"
    "  of them, or those that a PATTERN (a shell glob; * crosses '/') picks.  SOURCE is a\n"
    "  file, a directory, a block device, - for standard input, or an http, https or ftp URL.\n"
    "  -C DIR       write into DIR, created if needed (default: .)\n"
    "  -l           list the members instead\n"
    "  -b           show how it boots instead (with -C: extract as well), or how a kernel\n"
    "               with its initial RAM disks does\n"
    "  -x           show where in the image the files lie (with -C: extract the others)\n"
    "  -n           check instead: read everything picked, write nothing\n"
    "  -f           replace files that differ; read a URL without ranges from start to end\n"
    "  -s SHA256    the image's SHA-256; nothing is kept when it differs\n"
    "  -s @FILE     the same, looked up in a SHA256SUMS file\n"
    "  -c           check the sum that implantisomd5 put into it\n"
    "  -P PROFILES  a profile, or a directory of them, tried before the installed ones\n"
    "  -j           -l and -b write JSON lines\n"
    "  -q, -v       print less, print more\n";

struct options {
	struct run_options run;
	struct session_sums sums;
	const char *source, *dir, *profiles;
	const char *sum_arg;  /* -s */
	char shown[URL_SIZE]; /* the source without any password in it */
};

/* ---- interruption ----------------------------------------------------------- */

static volatile sig_atomic_t stopped;

static void
note_signal(int sig)
{
	stopped = sig;
}

static bool
is_stopped(void)
{
	return stopped != 0;
}

/* ---- the command line ---------------------------------------------------------- */

static void
parse_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = cli_getopt(argc, argv, "bcfjlnqvxC:P:s:", NAME, usage)) != -1)
		switch (c) {
		case 'b':
			o->run.boot = true;
			break;
		case 'c':
			o->sums.implanted = true;
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
		case 'x':
			o->run.extents = true;
			break;
		case 'C':
			o->dir = optarg;
			break;
		case 'P':
			o->profiles = optarg;
			break;
		case 's':
			o->sum_arg = optarg;
			break;
		}
	if (o->run.list && o->run.boot)
		cli_wrong(NAME, "-l prints what is in the image and -b how it boots: one of the two");
	if (o->run.extents && (o->run.list || o->run.boot || o->run.check))
		cli_wrong(NAME, "-x says where files lie: without -l, -b and -n");
	if (optind == argc)
		cli_wrong(NAME, "no SOURCE given: an image, a package, - or a URL");
	o->source = argv[optind];
	o->run.name = url_shown(o->source, o->shown);
	o->run.interrupted = is_stopped;
	/* -l, -b and -x report instead of writing (-b and -x with -C do both); -n writes nothing. */
	if (!o->run.check && !o->run.list && (o->dir || !(o->run.boot || o->run.extents)))
		o->run.dir = o->dir ? o->dir : ".";
}

/* Takes the sum from -s or from the list it names. */
static void
read_sum(struct options *o)
{
	static char text[SUMS_MAX];
	char name[URL_SIZE];
	const char *file;
	FILE *f;
	size_t n;

	if (!o->sum_arg || sums_is_sha256(o->sum_arg, o->sums.sha256))
		return;
	if (o->sum_arg[0] != '@')
		cli_wrong(NAME, "-s %s: neither 64 hexadecimal digits nor @FILE", o->sum_arg);
	file = o->sum_arg + 1;
	f = asuser_fopen(file);
	if (!f)
		die(EXIT_USAGE, "-s: cannot open %s: %s", file, strerror(errno));
	n = fread(text, 1, sizeof(text), f);
	if (ferror(f))
		die(EXIT_USAGE, "-s: cannot read %s: %s", file, strerror(errno));
	if (n == sizeof(text))
		die(EXIT_USAGE, "-s: %s is too long for a list of sums", file);
	fclose(f);
	if (!sums_find(text, n, url_file(o->source, name), o->sums.sha256))
		die(EXIT_USAGE, "-s: %s has no SHA-256 for %s", file, *name ? name : o->run.name);
}

static void
load_profiles(const struct options *o, struct profiles *all)
{
	char directory[PATH_SIZE];
	const char *installed = profiles_default(directory);

	if (o->profiles && !profiles_load(all, o->profiles))
		die(EXIT_USAGE, "-P %s: fix the profiles first", o->profiles);
	if (!o->profiles && !installed)
		log_warn(
		    "no profiles in %s, so no image is recognised; -P names a file or directory of them", PROFILE_DIR);
	if (installed && !profiles_load(all, installed))
		die(EXIT_USAGE, "%s: fix the profiles first", installed);
	if (!profiles_collect_texts(all))
		die(EXIT_SYSTEM, "out of memory");
}

/* Is all that is named files, such as a kernel and its initial RAM disks? */
static bool
are_files(char *const *name)
{
	struct stat st;

	while (*name && stat(*name, &st) == 0 && S_ISREG(st.st_mode))
		name++;
	return !*name;
}

/* What a server will compare, so that it never serves from another image. */
static void
look_at_image(struct options *o)
{
	struct stat st;

	if (!o->run.extents)
		return;
	if (url_is(o->source) || strcmp(o->source, "-") == 0 || stat(o->source, &st) != 0 || !S_ISREG(st.st_mode))
		die(EXIT_USAGE, "-x: %s is not a file, which a server could serve from", o->run.name);
	o->run.image_size = (uint64_t)st.st_size;
	o->run.image_mtime = st.st_mtime;
}

static void
give_up_rights(struct options *o, struct rights_given *given)
{
	const struct rights_want want = {
		.source = o->source, .url = url_is(o->source), .dir = o->run.dir, .spool = spool_dir()
	};
	char error[RIGHTS_ERROR];

	if (!rights_drop(&want, given, error))
		die(EXIT_SYSTEM, "%s", error);
	if (given->dir[0])
		o->run.dir_path = given->dir;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct sigaction signals = { .sa_handler = note_signal };
	struct source_options from = { .interrupted = is_stopped };
	struct profiles profiles = { 0 };
	struct selection selection = { 0 };
	struct source *source;
	char error[SOURCE_ERROR];
	enum exit_code rc;
	struct rights_given given;
	bool wrong;

	fds_standard();
	setlocale(LC_CTYPE, "C.UTF-8"); /* Joliet and pax names are Unicode */
	umask(022);
	log_open(NAME, false, false);
	parse_options(argc, argv, &o);
	for (char **pattern = argv + optind + 1; *pattern; pattern++)
		if (!selection_add(&selection, *pattern))
			die(EXIT_SYSTEM, "out of memory");
	if (o.run.boot && argv[optind + 1] && are_files(argv + optind))
		o.run.given = argv + optind;
	read_sum(&o);
	look_at_image(&o);
	if (o.run.boot)
		load_profiles(&o, &profiles);
	/* Without SA_RESTART, so that a waiting read ends and temporary files are removed. */
	sigaction(SIGINT, &signals, NULL);
	sigaction(SIGTERM, &signals, NULL);
	sigaction(SIGHUP, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* before there is a thread, which would keep its own */
	fds_keep_named(o.source);
	fds_forget_inherited();
	give_up_rights(&o, &given);

	from.path = given.source[0] ? given.source : NULL;
	from.stream = o.run.force;
	from.sequential = (*o.sums.sha256 || o.sums.implanted) && url_is(o.source);
	source = source_open(o.source, &from, error, &wrong);
	if (!source) {
		if (given.made)
			rmdir(o.run.dir);
		utf8_plain(error);
		die(wrong ? EXIT_USAGE : EXIT_SYSTEM, "%s", error);
	}
	if (source_directory(source) && (*o.sums.sha256 || o.sums.implanted))
		die(EXIT_USAGE, "%s is a directory, which has no sum: -s and -c are for images", o.run.name);
	rc = session_run(&o.run, &selection, source, &o.sums, &profiles);
	if (given.made) /* and nothing was written into it */
		rmdir(o.run.dir);
	profiles_free(&profiles);
	selection_free(&selection);
	return (int)rc;
}
