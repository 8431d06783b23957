/*
 * Opening files while still root, with the rights of a lesser user: whoever may
 * write to a directory may put a link there that leads anywhere (CVE-2016-1247).
 */
#ifndef ASUSER_H
#define ASUSER_H

#include <stdio.h>

#include "priv.h"

/* Calls `work`, which opens `path` and what lies beside it, with the rights of the
 * user that we are going to become, on files only (setfsuid(2)).  If that user is
 * not permitted to, calls it a second time with the rights of whoever decides
 * where the path leads: root, when only root can write to every directory on the
 * way; else the owner of the first other directory.  Just calls `work` when there is
 * nobody to become (NULL too), or we are root no more.
 * Returns what `work` did: 0, or -1 with errno; EACCES when rights cannot be lent. */
int asuser_try(const struct priv_user *user, const char *path, int (*work)(void *context), void *context);

/* For a program that stays root: a link on the way that another user put there leads no
 * further than that user could go.  Calls `work` with a directory and the rest of
 * `path` from there: its last part, which is no link then, and `nofollow` is
 * O_NOFOLLOW, in case one takes its place; or all that follows such a link, with
 * the rights of the link's owner, and `nofollow` is 0.  Just calls it when we are not
 * root.  Returns what `work` did; -1 with errno when the way ends before. */
int asuser_follow(const char *path, int (*work)(void *context, int dir, const char *name, int nofollow), void *context);

/* open(2) and, to read, fopen(3) in that way; close-on-exec. */
int asuser_open(const char *path, int flags, mode_t mode);
FILE *asuser_fopen(const char *path);

/* May that user, or with nobody to become we ourselves, make and remove entries in this
 * directory? */
bool asuser_may_write(const struct priv_user *user, int dir);

#endif
