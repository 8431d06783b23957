#include "diag.h"

#include <errno.h>
#include <string.h>

#include "iso.h"

void
diag_tree(struct run *run, enum tree_result r, const char *path)
{
	char q[RUN_QUOTED];
	int e = errno;

	log_quote_str(path, q, sizeof(q));
	switch (r) {
	case TREE_OK:
	case TREE_SAME:
		return;
	case TREE_DIFFERS:
		run_error(run, EXIT_NO, "%s is there already, with another size or time; -f replaces it", q);
		return;
	case TREE_IN_THE_WAY:
		run_error(run, EXIT_NO,
		    "cannot write %s: a file is there where a directory should be, "
		    "or the other way round; move it away",
		    q);
		return;
	case TREE_LINK_IN_WAY:
		run_error(run, EXIT_NO, "cannot write %s: its directory is a symbolic link, which is not followed", q);
		return;
	case TREE_ELSEWHERE:
	case TREE_UNREAD:
	case TREE_CUT:
		run_error(run, EXIT_SYSTEM, "%s: cannot read %s: the image ends before it does", run->o->name, q);
		return;
	case TREE_NO_TARGET:
		run_error(run, EXIT_NO, "cannot make %s: the file it links to was not extracted", q);
		return;
	case TREE_FAILED:
		if (e == EINVAL || e == EILSEQ || e == ENAMETOOLONG) {
			run_error(
			    run, EXIT_NO, "%s: the file system of %s cannot hold this name: left out", q, run->o->dir);
			return;
		}
		/* After these the next file will fare no better. */
		if (e == ENOSPC || e == EDQUOT || e == EROFS || e == EIO || e == ENOMEM || e == EMFILE || e == ENFILE)
			run->stop = true;
		run_error(run, EXIT_SYSTEM, "cannot write %s: %s", q, strerror(e));
		return;
	}
}

/* Reports that reading failed because of a signal, if so. */
static bool
diag_interruption(struct run *run)
{
	if (!run_is_interrupted(run))
		return false;
	run_give_up(run);
	run_error(run, EXIT_SYSTEM, "interrupted; what is complete stays");
	return true;
}

void
diag_fatal(struct run *run, const char *why, const char *path)
{
	char q[RUN_QUOTED];

	if (diag_interruption(run))
		return;
	run_give_up(run);
	if (path)
		run_error(run, EXIT_SYSTEM, "%s: cannot read %s: %s; it and everything after it is not extracted",
		    run->o->name, log_quote_str(path, q, sizeof(q)), *why ? why : "damaged");
	else
		run_error(run, EXIT_SYSTEM, "%s: cannot read any further: %s", run->o->name, *why ? why : "damaged");
}

void
diag_unreadable(struct run *run, const char *why)
{
	if (diag_interruption(run))
		return;
	run_give_up(run);
	run_error(run, EXIT_SYSTEM, "%s: %s: %s", run->o->name,
	    *source_error(run->source) ? "cannot read it" : "a damaged image",
	    *why ? why : "nothing in it can be read");
}

void
diag_damage(struct run *run, const char *why, const char *path)
{
	char q[RUN_QUOTED];

	if (diag_interruption(run))
		return;
	if (path)
		run_error(
		    run, EXIT_SYSTEM, "%s: cannot read %s: %s", run->o->name, log_quote_str(path, q, sizeof(q)), why);
	else
		run_error(run, EXIT_SYSTEM, "%s: %s", run->o->name, why);
}

void
diag_source(struct run *run, const char *path)
{
	char q[RUN_QUOTED];

	if (diag_interruption(run))
		return;
	if (source_is_remote(run->source))
		run_give_up(run);
	run_error(run, EXIT_SYSTEM, "%s: cannot read %s: %s%s", run->o->name, log_quote_str(path, q, sizeof(q)),
	    source_error(run->source), run->stop ? "; it and everything after it is not extracted" : "");
}

void
diag_unknown(struct run *run, const char *why)
{
	struct iso iso;
	size_t len;
	const void *head = source_head(run->source, &len);

	iso_identify(head, len, &iso);
	run_give_up(run);
	run->rc = EXIT_NO;
	if (len == 0)
		run_error(run, EXIT_NO, "%s: it is empty", run->o->name);
	else if (iso.iso9660)
		run_error(run, EXIT_SYSTEM, "%s: a damaged image: %s", run->o->name, why);
	else
		run_error(run, EXIT_NO,
		    "%s: neither an image nor a package that is known "
		    "(ISO 9660, UDF, a disk, rpm, deb, tar, cpio, zip)",
		    run->o->name);
}

/* Writers add up to 150 sectors of padding for drives that read ahead, and may count
 * them although they are not there. */
#define PADDING (150 * ISO_SECTOR)

void
diag_truncated(const struct run *run)
{
	uint64_t size = source_size(run->source);
	struct iso iso;
	size_t len;
	const void *head = source_head(run->source, &len);

	iso_identify(head, len, &iso);
	if (iso.iso9660 && size > 0 && size + PADDING < iso.bytes)
		log_warn("%s: truncated: %llu of its %llu bytes are there", run->o->name, (unsigned long long)size,
		    (unsigned long long)iso.bytes);
}
