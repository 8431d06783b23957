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
complain_tree(struct job *j, enum tree_result r, const char *path)
{
	char q[QUOTED];
	int e = errno;

	log_quote_str(path, q, sizeof(q));
	switch (r) {
	case TREE_OK:
	case TREE_SAME:
		return;
	case TREE_DIFFERS:
		job_complain(j, EXIT_NO, "%s is there already, with another size or time; -f replaces it", q);
		return;
	case TREE_IN_THE_WAY:
		job_complain(j, EXIT_NO,
		    "cannot write %s: a file is there where a folder should be, "
		    "or the other way round; move it away",
		    q);
		return;
	case TREE_LINK_IN_WAY:
		job_complain(j, EXIT_NO, "cannot write %s: its folder is a symbolic link, which is not followed", q);
		return;
	case TREE_ELSEWHERE:
	case TREE_UNREAD:
	case TREE_CUT:
		job_complain(j, EXIT_SYSTEM, "%s: cannot read %s: the image ends before it does", j->o->name, q);
		return;
	case TREE_NO_TARGET:
		job_complain(j, EXIT_NO, "cannot make %s: what it is a hard link to was not extracted", q);
		return;
	case TREE_FAILED:
		if (e == EINVAL || e == EILSEQ || e == ENAMETOOLONG) {
			job_complain(
			    j, EXIT_NO, "%s: the file system of %s cannot hold this name: left out", q, j->o->dir);
			return;
		}
		j->stop = j->stop || is_hopeless(e);
		job_complain(j, EXIT_SYSTEM, "cannot write %s: %s", q, strerror(e));
		return;
	}
}

/* Reading failed at a member, or between two (path NULL). */
void
complain_reader(struct job *j, const struct reader *r, const char *path)
{
	char q[QUOTED];
	const char *why = reader_why(r);

	job_give_up(j);
	if (j->o->interrupted && j->o->interrupted())
		job_complain(j, EXIT_SYSTEM, "interrupted; what is complete stays");
	else if (path)
		job_complain(j, EXIT_SYSTEM, "%s: cannot read %s: %s; it and what follows is not extracted", j->o->name,
		    log_quote_str(path, q, sizeof(q)), *why ? why : "damaged");
	else if (j->members == 0)
		job_complain(j, EXIT_SYSTEM, "%s: %s: %s", j->o->name,
		    *source_error(j->source) ? "cannot read it" : "a damaged image",
		    *why ? why : "nothing in it can be read");
	else
		job_complain(j, EXIT_SYSTEM, "%s: cannot read on: %s", j->o->name, *why ? why : "damaged");
}

void
complain_damage(struct job *j, const struct reader *r, const char *path)
{
	char q[QUOTED];

	if (j->o->interrupted && j->o->interrupted())
		complain_reader(j, r, path);
	else if (path)
		job_complain(j, EXIT_SYSTEM, "%s: cannot read %s: %s", j->o->name, log_quote_str(path, q, sizeof(q)),
		    reader_why(r));
	else
		job_complain(j, EXIT_SYSTEM, "%s: %s", j->o->name, reader_why(r));
}

void
complain_source(struct job *j, const char *path)
{
	char q[QUOTED];
	bool interrupted = j->o->interrupted && j->o->interrupted();

	if (interrupted || source_is_remote(j->source))
		job_give_up(j);
	if (interrupted)
		job_complain(j, EXIT_SYSTEM, "interrupted; what is complete stays");
	else
		job_complain(j, EXIT_SYSTEM, "%s: cannot read %s: %s%s", j->o->name, log_quote_str(path, q, sizeof(q)),
		    source_error(j->source), j->stop ? "; it and what follows is not extracted" : "");
}

/* The source gave no archive.  Is there at least a reason to give? */
void
complain_unknown(struct job *j, const struct reader *r)
{
	struct iso iso;
	size_t len;
	const void *head = source_head(j->source, &len);

	iso_identify(head, len, &iso);
	job_give_up(j);
	j->rc = EXIT_NO;
	if (len == 0)
		job_complain(j, EXIT_NO, "%s: it is empty", j->o->name);
	else if (iso.iso9660)
		job_complain(j, EXIT_SYSTEM, "%s: a damaged image: %s", j->o->name, reader_why(r));
	else
		job_complain(j, EXIT_NO,
		    "%s: neither an image nor a package that is known "
		    "(ISO 9660, rpm, deb, tar, cpio, zip)",
		    j->o->name);
}

/* Up to 150 sectors of padding may be missing: writers add them for drives
 * that read ahead, and count them or not. */
#define PADDING (150 * ISO_SECTOR)

void
complain_cut(const struct job *j)
{
	uint64_t size = source_size(j->source);
	struct iso iso;
	size_t len;
	const void *head = source_head(j->source, &len);

	iso_identify(head, len, &iso);
	if (iso.iso9660 && size > 0 && size + PADDING < iso.bytes)
		log_warn("%s: it is cut: %llu of its %llu bytes are there", j->o->name, (unsigned long long)size,
		    (unsigned long long)iso.bytes);
}
