#include "occupant.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "path.h"

/* TREE_DIFFERS and *st when something is there that may be the right thing. */
static enum tree_result
look(int dir, const char *name, struct stat *st)
{
	if (fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? TREE_OK : TREE_FAILED;
	return S_ISDIR(st->st_mode) ? TREE_IN_THE_WAY : TREE_DIFFERS;
}

enum tree_result
occupant_of_file(int dir, const char *name, const struct tree_meta *m)
{
	struct stat st;
	enum tree_result r = look(dir, name, &st);

	if (r == TREE_DIFFERS && S_ISREG(st.st_mode) && m->has_size && (uint64_t)st.st_size == m->size &&
	    (!m->has_mtime || st.st_mtim.tv_sec == m->mtime.tv_sec))
		return TREE_SAME;
	return r;
}

enum tree_result
occupant_of_symlink(int dir, const char *name, const char *target)
{
	char old[PATH_SIZE];
	struct stat st;
	enum tree_result r = look(dir, name, &st);
	ssize_t n = r == TREE_DIFFERS && S_ISLNK(st.st_mode) ? readlinkat(dir, name, old, sizeof(old)) : -1;

	if (n >= 0 && (size_t)n == strlen(target) && memcmp(old, target, (size_t)n) == 0)
		return TREE_SAME;
	return r;
}

enum tree_result
occupant_of_hardlink(int dir, const char *name, const struct stat *st)
{
	struct stat old;
	enum tree_result r = look(dir, name, &old);

	if (r == TREE_DIFFERS && old.st_dev == st->st_dev && old.st_ino == st->st_ino)
		return TREE_SAME;
	return r;
}
