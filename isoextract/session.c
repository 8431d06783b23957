#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archivereader.h"
#include "boot.h"
#include "bootfile.h"
#include "bootimage.h"
#include "catalog.h"
#include "cli.h"
#include "clock.h"
#include "diag.h"
#include "digest.h"
#include "disk.h"
#include "extents.h"
#include "extract.h"
#include "given.h"
#include "guard.h"
#include "iso.h"
#include "output.h"
#include "report.h"
#include "spool.h"

struct session {
	struct run run;
	struct output output;
	struct catalog catalog;    /* filled with -b */
	struct bootfile *bootfile; /* what the source is instead of an image, with -b; else NULL */
	const struct session_sums *sums;
	const struct profiles *profiles;
	struct bootimage_passing passing;
	struct digest *digest; /* NULL if there is nothing to verify */
};

/* ---- the whole image --------------------------------------------------------------- */

/* Reads to the end and compares the sums.  Reads what was opened: after compressed
 * data there may be more that nobody decompresses.  False if that fails or a sum
 * differs. */
static bool
verify(struct session *s)
{
	static const char *const why[] = { [DIGEST_NONE] = "no sum is implanted in it (-c)",
		[DIGEST_SHORT] = "it is shorter than its implanted sum says: truncated",
		[DIGEST_DIFFERENT] = "its contents do not match its implanted sum: damaged" };
	struct run *run = &s->run;
	struct source *root = source_root(run->source);
	const char *name = run->o->name, *want = s->sums->sha256;
	char got[DIGEST_SHA256_TEXT];
	enum digest_implanted implanted = DIGEST_SAME;
	const void *bytes;
	ssize_t n;

	progress_start(&run->progress, clock_ms());
	while ((n = source_read(root, &bytes)) > 0)
		progress_show(&run->progress, source_position(root), source_size(root), name, clock_ms());
	progress_clear(&run->progress);
	source_tee(root, NULL);
	if (n < 0) {
		run_error(run, EXIT_SYSTEM, "%s: cannot read any further: %s", name, source_error(root));
		return false;
	}
	if (*want && strcmp(digest_sha256(s->digest, got), want) != 0) {
		run_error(run, EXIT_NO, "%s: its SHA-256 is %s, not %s", name, got, want);
		return false;
	}
	if (s->sums->implanted)
		implanted = digest_implanted(s->digest);
	if (implanted != DIGEST_SAME)
		run_error(run, EXIT_NO, "%s: %s", name, why[implanted]);
	return implanted == DIGEST_SAME;
}

static bool
decompress(struct run *run)
{
	size_t len;
	const void *head = source_head(run->source, &len);
	struct source *decoded = NULL;
	const char *fault;

	if (!archivereader_is_compressed(head, len))
		return true;
	fault = archivereader_missing();
	if (!fault)
		decoded = source_decoded(run->source, &archivereader_decoder);
	if (decoded)
		run->source = decoded;
	else
		run_error(run, EXIT_SYSTEM, "%s", fault ? fault : "out of memory");
	return decoded != NULL;
}

/* ---- a boot program -------------------------------------------------------------------- */

/* True if the source is a boot program, and how it boots is all that is asked. */
static bool
is_bootfile(const struct run *run)
{
	const struct run_options *o = run->o;
	size_t len;
	const void *head = source_head(run->source, &len);

	return o->boot && !o->list && !o->check && !o->dir && bootfile_starts(head, len);
}

static void
take_bootfile(struct session *s)
{
	s->bootfile = calloc(1, sizeof(*s->bootfile));
	if (!s->bootfile) {
		run_give_up(&s->run);
		run_error(&s->run, EXIT_SYSTEM, "out of memory");
	} else if (!bootfile_read(&s->run, s->bootfile)) {
		run_give_up(&s->run);
	}
}

/* ---- the members -------------------------------------------------------------------- */

/* Says where members lie, and extracts those that do not. */
static void
take_extents(struct session *s)
{
	struct run *run = &s->run;
	struct extents rest = { 0 };

	if (extents_print(run, &rest) && run->o->dir && rest.n > 0) {
		run->only = &rest;
		if (source_rewind(run->source) == 0)
			extract_members(run, &s->output, NULL);
		else
			diag_source(run, run->o->name);
		run->only = NULL;
	}
	extents_free(&rest);
}

static void
take_members(struct session *s)
{
	struct run *run = &s->run;
	char q[RUN_QUOTED];

	s->catalog.remote = source_is_remote(run->source);
	diag_truncated(run);
	progress_start(&run->progress, clock_ms());
	bootimage_catch(run, &s->passing);
	if (run->o->extents)
		take_extents(s);
	else
		extract_members(run, &s->output, run->o->boot ? &s->catalog : NULL);
	/* Boot images are out of the file system, and to be had if that is damaged. */
	if (!run_is_interrupted(run))
		bootimage_extract(run, &s->output, &s->passing);
	progress_clear(&run->progress);
	for (size_t i = 0; i < run->selection->n && !run->stop; i++)
		if (!run->selection->matched[i])
			run_error(run, EXIT_NO, "%s: no member matches %s; isoextract -l lists them all", run->o->name,
			    log_quote_str(run->selection->pattern[i], q, sizeof(q)));
	output_warn_of_case(&s->output);
	run_report_hidden_errors(run);
}

/* Verifies first what can be read twice or had to be spooled.  Verifies the rest
 * while reading it; no file gets its final name before that.  False if there is
 * nothing about the image worth reporting. */
static bool
take_image(struct session *s)
{
	struct run *run = &s->run;
	bool due = s->digest != NULL;

	if (due)
		source_tee(run->source, s->digest);
	if (due && source_seekable(run->source)) {
		if (!verify(s) || source_seek(run->source, 0) < 0)
			return false;
		due = false;
	}
	progress_start(&run->progress, clock_ms());
	if (!decompress(run) || !spool_where_needed(run)) {
		progress_clear(&run->progress);
		run_give_up(run);
		return false;
	}
	if (due && source_seekable(run->source)) {
		if (!verify(s))
			return false;
		due = false;
	}
	s->output.hold = due;
	if (is_bootfile(run))
		take_bootfile(s);
	else
		take_members(s);
	if (due && (run->stop || !verify(s)))
		return false;
	output_settle(&s->output);
	return true;
}

/* ---- the end -------------------------------------------------------------------------- */

static bool
has_netboot(const struct boot_records *b)
{
	size_t i = 0;

	while (i < b->n && !b->record[i].netboot)
		i++;
	return i < b->n;
}

/* A boot program by itself, or a kernel with what is loaded with it. */
static void
report_program(struct session *s)
{
	struct run *run = &s->run;
	struct boot_records b = { 0 };
	const char *why;

	if (run->stop)
		return;
	if (run->selection->n > 0 && !run->o->given)
		run_error(run, EXIT_NO, "%s: what follows a kernel must be files, its initial RAM disks", run->o->name);
	else if (!run->o->given)
		report_bootfile(s->bootfile, run->o->name, run->o->json);
	else if (given_boot(s->bootfile, run->o->given, &s->catalog, &b, &why))
		report_boot(&b, &s->catalog, run->o->json);
	else
		run_error(run, EXIT_NO, "%s: %s", run->o->name, why);
	boot_free(&b);
}

static void
report_how_it_boots(struct session *s)
{
	struct run *run = &s->run;
	struct catalog *c = &s->catalog;
	struct iso iso;
	struct disk disk;
	struct boot_records b;
	size_t len;
	const void *head = source_head(run->source, &len);

	if (s->bootfile) {
		report_program(s);
		return;
	}
	iso_identify(head, len, &iso);
	if (iso.volume[0])
		memcpy(c->volume, iso.volume, sizeof(c->volume));
	c->bytes = source_size(run->source) ? source_size(run->source) : iso.bytes;
	catalog_sort(c);
	c->disk = disk_identify(head, len, c->bytes, &disk);
	c->bios_boot = c->disk ? disk.bios : bootimage_for(run, &s->passing, "bios");
	c->efi_boot = c->disk ? catalog_has(c, "efi/boot/boot*.efi") : bootimage_for(run, &s->passing, "efi");
	if (!boot_find(c, s->profiles->item, s->profiles->n, &b)) {
		run_error(run, EXIT_SYSTEM, "out of memory");
		return;
	}
	if (report_boot(&b, c, run->o->json) == 0 && !run->stop)
		run_error(run, EXIT_NO,
		    b.n == 0 ? "%s: no kernel was found in it" :
		        has_netboot(&b) ?
		               "%s: no kernel in it boots over a network; the netboot lines say with which it does" :
		               "%s: no kernel in it boots over a network; the unfit lines say why",
		    run->o->name);
	boot_free(&b);
}

/* What guard.h ends, ends as tidily as the rest: no line of progress, no temporary
 * file stays. */
static void
tidy_up(void *context)
{
	struct session *s = context;

	progress_clear(&s->run.progress);
	output_close(&s->output);
}

enum exit_code
session_run(const struct run_options *o, struct selection *selection, struct source *source,
    const struct session_sums *sums, const struct profiles *profiles)
{
	struct session s = { .sums = sums, .profiles = profiles };
	const bool verifies = *sums->sha256 || sums->implanted;
	char size[PROGRESS_SIZE_TEXT];

	s.catalog.texts = profiles->texts;
	s.catalog.n_texts = profiles->n_texts;
	run_open(&s.run, o, source, selection);
	output_open(&s.output, &s.run);
	guard_start(&(struct guard_options){ o->name, o->interrupted, tidy_up, &s });
	if (verifies)
		s.digest = digest_new(*sums->sha256, sums->implanted);
	if (verifies && !s.digest)
		run_error(&s.run, EXIT_SYSTEM, "out of memory");
	else if (take_image(&s) && o->boot)
		report_how_it_boots(&s);
	free(s.bootfile);
	if (s.output.tree && !o->quiet && (isatty(STDERR_FILENO) == 1 || log_verbose()))
		log_info("%llu written to %s, %llu were there already, %s read", (unsigned long long)s.output.files,
		    o->dir, (unsigned long long)s.output.same, progress_size(source_traffic(s.run.source), size));
	if (cli_flush() < 0 && errno == EPIPE)
		s.run.rc = EXIT_SYSTEM; /* the reader is gone: `| head` */
	else if (ferror(stdout))
		run_error(&s.run, EXIT_SYSTEM, "cannot write the output: %s", strerror(errno));
	output_close(&s.output);
	run_close(&s.run);
	catalog_free(&s.catalog);
	digest_free(s.digest);
	return s.run.rc;
}
