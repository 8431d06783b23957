/*
 * The lease file.  Lines are appended and synced before a client is told what
 * they say; the file is written anew, and renamed into place, when most of its
 * lines are stale.  It is locked: one daemon per file.
 */
#ifndef LEASEFILE_H
#define LEASEFILE_H

#include "leasefile_compact.h"
#include "priv.h"

#define LEASEFILE_ERROR 512
#define LEASEFILE_OFFERS ".offers" /* behind the file's name */

struct leasefile {
	int fd, dir;
	char *path;
	const char *name; /* of path, without its directory */
	char *pending;    /* lines that are not on disk yet */
	size_t pending_len, pending_room, pending_lines;
	size_t owed_len, owed_lines; /* the first of these, which stay until they are on disk */
	size_t lines;                /* in the file, */
	size_t kept;                 /* and when it was last read or written anew: one for each address */
	struct compact anew;
	size_t patience; /* lines it must have before that is tried again */
	bool stale;      /* to be written anew whatever its length */
	bool fixed;      /* its directory takes no new file: only append */
	size_t looked;   /* lines it had when its name was last looked up */
	size_t losses;   /* how often it was found deleted or replaced */
	size_t damaged;  /* lines that were kept aside when it was read */
	int aside;       /* where those go, when that is open already; -1 */
	bool foreign;    /* ours to replace, but not to append to */
	int offers;      /* FILE.offers: what people may look at, never read again; -1: it cannot be written */
	const struct leasestore *store;
};

/* Opens or makes the file; as root, with the rights that asuser.h says for the
 * user to become (NULL: our own).  *store is kept.  -1 and a sentence. */
int leasefile_open(struct leasefile *f, const char *path, const struct leasestore *store, const struct priv_user *as,
    char error[LEASEFILE_ERROR]);
/* Before root becomes that user, who may not write to the directory: a process with
 * that user's rights writes what is too long anew, and root only renames it.  What
 * fails is left as it is.  There are no leases yet. */
void leasefile_shorten(struct leasefile *f, const struct priv_user *as);
/* Reads the leases, as the user that we have become: clients chose much of what
 * it holds.  -1 and a sentence. */
int leasefile_read(struct leasefile *f, char error[LEASEFILE_ERROR]);
/* Adds a line, with its newline, to what the next sync writes; -1 when there is no memory. */
int leasefile_add(struct leasefile *f, const char *line, size_t len);
/* The same for what has happened anyway, whether it can be written or not (an
 * address was released, say): it is tried again with each sync. */
int leasefile_owe(struct leasefile *f, const char *line, size_t len);
/* Everything added is on disk when this returns 1, or 0 when there was
 * nothing; on -1 with errno, none of it is in the file. */
int leasefile_sync(struct leasefile *f);
/* Writes the file anew when that would make it much shorter, or when somebody
 * has deleted it or put another in its place (which becomes FILE.replaced).  Does
 * a part at each call: 1 when there is more to do, -1 with errno on failure. */
int leasefile_tidy(struct leasefile *f);
/* The leases are others than the file says: it is written anew soon, or, where its
 * directory takes no new file, they are all appended.  -1 when there is no memory. */
int leasefile_renew(struct leasefile *f);
void leasefile_close(struct leasefile *f);

#endif
