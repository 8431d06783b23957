/*
 * Giving rights up for good: user and capabilities.  Fails closed:
 * whatever cannot be dropped is an error, never a warning.
 */
#ifndef PRIV_H
#define PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PRIV_ERROR 256

struct priv_user {
	bool change; /* false: stay who we are */
	uid_t uid;
	gid_t gid;
	char name[64];
};

/* Finds the user to become: `name`; when that is NULL and we are root, the
 * tool's `own` user where there is one, else "nobody"; none when it is NULL and
 * we are not root.  Call it before any chroot.  -1 and a sentence in `error`. */
int priv_lookup(const char *name, const char *own, struct priv_user *out, char error[PRIV_ERROR]);

/* Becomes that user, keeping only the capabilities in the mask `keep`
 * (1 << CAP_NET_RAW ...; 0 for none), with nothing in the bounding and ambient
 * sets, sets no_new_privs, and proves that there is no way back. */
int priv_drop(const struct priv_user *user, uint64_t keep, char error[PRIV_ERROR]);

/* The same for a program that stays the user it is, root too: only these
 * capabilities are left to it. */
int priv_keep(uint64_t keep, char error[PRIV_ERROR]);
/* Is there such a user here?  Not in a user namespace that does not map it. */
bool priv_is_mapped(const struct priv_user *user);

#endif
