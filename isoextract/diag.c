#include "diag.h"

#include <errno.h>
#include <string.h>

#include "iso.h"

#define QUOTED 512

/* errno after which the next file will fare no better. */
static bool
is_hopeless(int e)
{
	return e == ENOSPC || e == EDQUOT || e == EROFS || e == EIO || e == ENOMEM || e == EMFILE || e == ENFILE;
}

/* A result of the tree's that is not TREE_OK or TREE_SAME. */
void
diag_tree(struct run *run, enum tree_result r, const char *path)
{
	char q[QUOTED];
	int e = errno;

	log_quote_str(path, q, sizeof(q));
	switch (r) {
	case TREE_OK:
	case TREE_SAME:
		return;
	case TREE_DIFFERS:
		diag_error(run, EXIT_NO, "%s is there already, with another size or time; -f replaces it", q);
		return;
	case TREE_IN_THE_WAY:
		diag_error(run, EXIT_NO,
		    "cannot write %s: a file is there where a folder should be, "
		    "or the other way round; move it away",
		    q);
		return;
	case TREE_LINK_IN_WAY:
		diag_error(run, EXIT_NO, "cannot write %s: its folder is a symbolic link, which is not followed", q);
		return;
	case TREE_ELSEWHERE:
	case TREE_UNREAD:
	case TREE_CUT:
		diag_error(run, EXIT_SYSTEM, "%s: cannot read %s: the image ends before it does", run->o->name, q);
		return;
	case TREE_NO_TARGET:
		diag_error(run, EXIT_NO, "cannot make %s: what it is a hard link to was not extracted", q);
		return;
	case TREE_FAILED:
		if (e == EINVAL || e == EILSEQ || e == ENAMETOOLONG) {
			diag_error(
			    run, EXIT_NO, "%s: the file system of %s cannot hold this name: left out", q, run->o->dir);
			return;
		}
		run->stop = run->stop || is_hopeless(e);
		diag_error(run, EXIT_SYSTEM, "cannot write %s: %s", q, strerror(e));
		return;
	}
}

/* Reading failed at a member, or between two (path NULL). */
void
diag_reader(struct run *run, const struct reader *r, const char *path)
{
	char q[QUOTED];
	const char *why = reader_why(r);

	run_give_up(run);
	if (run->o->interrupted && run->o->interrupted())
		diag_error(run, EXIT_SYSTEM, "interrupted; what is complete stays");
	else if (path)
		diag_error(run, EXIT_SYSTEM, "%s: cannot read %s: %s; it and what follows is not extracted",
		    run->o->name, log_quote_str(path, q, sizeof(q)), *why ? why : "damaged");
	else if (run->members == 0)
		diag_error(run, EXIT_SYSTEM, "%s: %s: %s", run->o->name,
		    *source_error(run->source) ? "cannot read it" : "a damaged image",
		    *why ? why : "nothing in it can be read");
	else
		diag_error(run, EXIT_SYSTEM, "%s: cannot read on: %s", run->o->name, *why ? why : "damaged");
}

void
diag_damage(struct run *run, const struct reader *r, const char *path)
{
	char q[QUOTED];

	if (run->o->interrupted && run->o->interrupted())
		diag_reader(run, r, path);
	else if (path)
		diag_error(run, EXIT_SYSTEM, "%s: cannot read %s: %s", run->o->name, log_quote_str(path, q, sizeof(q)),
		    reader_why(r));
	else
		diag_error(run, EXIT_SYSTEM, "%s: %s", run->o->name, reader_why(r));
}

void
diag_source(struct run *run, const char *path)
{
	char q[QUOTED];
	bool interrupted = run->o->interrupted && run->o->interrupted();

	if (interrupted || source_is_remote(run->source))
		run_give_up(run);
	if (interrupted)
		diag_error(run, EXIT_SYSTEM, "interrupted; what is complete stays");
	else
		diag_error(run, EXIT_SYSTEM, "%s: cannot read %s: %s%s", run->o->name,
		    log_quote_str(path, q, sizeof(q)), source_error(run->source),
		    run->stop ? "; it and what follows is not extracted" : "");
}

/* The source gave no archive.  Is there at least a reason to give? */
void
diag_unknown(struct run *run, const struct reader *r)
{
	struct iso iso;
	size_t len;
	const void *head = source_head(run->source, &len);

	iso_identify(head, len, &iso);
	run_give_up(run);
	run->rc = EXIT_NO;
	if (len == 0)
		diag_error(run, EXIT_NO, "%s: it is empty", run->o->name);
	else if (iso.iso9660)
		diag_error(run, EXIT_SYSTEM, "%s: a damaged image: %s", run->o->name, reader_why(r));
	else
		diag_error(run, EXIT_NO,
		    "%s: neither an image nor a package that is known "
		    "(ISO 9660, rpm, deb, tar, cpio, zip)",
		    run->o->name);
}

/* Up to 150 sectors of padding may be missing: writers add them for drives
 * that read ahead, and count them or not. */
#define PADDING (150 * ISO_SECTOR)

void
diag_cut(const struct run *run)
{
	uint64_t size = source_size(run->source);
	struct iso iso;
	size_t len;
	const void *head = source_head(run->source, &len);

	iso_identify(head, len, &iso);
	if (iso.iso9660 && size > 0 && size + PADDING < iso.bytes)
		log_warn("%s: it is cut: %llu of its %llu bytes are there", run->o->name, (unsigned long long)size,
		    (unsigned long long)iso.bytes);
}
