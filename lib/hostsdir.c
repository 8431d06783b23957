#include "hostsdir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asuser.h"
#include "dirnames.h"
#include "hostfile.h"
#include "log.h"
#include "slurp.h"

#define FILE_MAX 65536 /* bytes of a machine's file */
#define WATCHED \
	(IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | \
	    IN_MOVE_SELF | IN_ONLYDIR)

struct hostsdir {
	int fd, watch; /* -1: the directory is not there yet */
	bool reported; /* that it is there and cannot be read */
	bool twins;    /* two files are for one machine */
	const struct rule *rule;
	const char *path;     /* in the rules */
	struct hashtab files; /* of struct hostfile, by what it is named after */
};

static uint64_t
hostsdir_hash(const struct machineid *id)
{
	return hashtab_hash(id->kind, id->bytes, id->len);
}

static struct hostfile *
hostsdir_find(const struct hostsdir *d, const struct machineid *id)
{
	struct hashtab_node *n = hashtab_first(&d->files, hostsdir_hash(id));

	for (; n; n = hashtab_next(n)) {
		struct hostfile *f = HASHTAB_ENTRY(n, struct hostfile, node);

		if (machineid_same(&f->id, id))
			return f;
	}
	return NULL;
}

static void
hostsdir_forget(struct hostsdirs *all, struct hostsdir *d, struct hostfile *f)
{
	hosts_remove(all->hosts, f->host);
	hashtab_remove(&d->files, &f->node);
	hostfile_free(f);
}

/* Forgets the files that the directory did not hold when it was last read; or
 * all. */
static void
hostsdir_forget_gone(struct hostsdirs *all, struct hostsdir *d, bool even_there)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *n; (n = hashtab_step(&d->files, &walk));) {
		struct hostfile *f = HASHTAB_ENTRY(n, struct hostfile, node);

		if (even_there || !f->there)
			hostsdir_forget(all, d, f);
	}
}

/* ---- one file ---------------------------------------------------------- */

struct hostsdir_job {
	struct hostsdirs *all;
	struct hostsdir *dir;
	const char *name; /* of a file in it */
	int fd;
};

static int
hostsdir_open_file(void *context)
{
	struct hostsdir_job *j = context;

	j->fd = openat(j->dir->fd, j->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return j->fd < 0 ? -1 : 0;
}

/* malloc'ed; NULL with errno, EINVAL when it is not a regular file. */
static char *
hostsdir_read(struct hostsdirs *all, struct hostsdir *d, const char *name, const char *path, size_t *len)
{
	struct hostsdir_job j = { all, d, name, -1 };
	int fd = asuser_try(all->as, path, hostsdir_open_file, &j) < 0 ? -1 : j.fd;
	struct stat st;
	char *text = NULL;
	int saved;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		errno = EINVAL;
	else
		text = slurp(fd, FILE_MAX, len);
	saved = errno;
	close(fd);
	errno = saved;
	return text;
}

/* Replaces what a file said before by what it says now; false when it cannot be
 * used. */
static bool
hostsdir_put(struct hostsdirs *all, struct hostsdir *d, const struct rules_machine *m, struct diag *diag)
{
	struct hostfile *before = hostsdir_find(d, &m->id), *f;
	const struct hostfile_scope scope = { all->rules, all->hosts, before };

	f = hostfile_read(m, &scope, diag);
	if (!f)
		return false;
	if (before)
		hostsdir_forget(all, d, before);
	if (hashtab_add(&d->files, &f->node, hostsdir_hash(&f->id)) < 0)
		hostfile_free(f);
	else if (hosts_add(all->hosts, f->host) == 0)
		return true;
	diag_no_memory(diag, d->path);
	return true;
}

/* What the file said when the rules were last read, if that was good. */
static bool
hostsdir_fall_back(struct hostsdirs *all, struct hostsdir *d, struct rules_machine *m)
{
	struct diag unread = { 0 };
	bool good = false;

	for (size_t i = 0; all->before && i < all->before->n && !good; i++) {
		const struct hostsdir *old = &all->before->dir[i];
		const struct hostfile *f = strcmp(old->path, d->path) == 0 ? hostsdir_find(old, &m->id) : NULL;

		if (!f || !f->text)
			continue;
		m->text = f->text;
		m->len = f->len;
		good = hostsdir_put(all, d, m, &unread);
	}
	diag_free(&unread);
	return good;
}

/* Reads a file again, or forgets it when it is gone; true when something has
 * changed.  A broken file stays in force as it was: an editor's slip must not
 * stop a machine. */
static bool
hostsdir_renew(struct hostsdirs *all, struct hostsdir *d, const char *name, struct diag *diag)
{
	char where[4352], quoted[300], *text;
	struct rules_machine m = { .name = where };
	struct hostfile *old;
	bool other, good = false;

	if (!machineid_read(name, &m.id))
		return false;
	old = hostsdir_find(d, &m.id);
	/* the same machine's file under another spelling: 52-54-00-19-93-5B, say */
	other = old && strcmp(old->name, name) != 0;
	snprintf(where, sizeof(where), "%s/%s", d->path, name);
	text = hostsdir_read(all, d, name, where, &m.len);
	if (!text && errno == ENOENT) {
		if (!old || other)
			return false;
		hostsdir_forget(all, d, old);
		return true;
	}
	if (other && faccessat(d->fd, old->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		diag_add(diag, true, "%s: warning: ignored: %s is for the same machine", where, old->name);
		d->twins = true;
		free(text);
		return false;
	}
	m.text = text;
	if (text)
		good = hostsdir_put(all, d, &m, diag);
	else if (errno == ENOMEM)
		diag_no_memory(diag, log_quote_str(where, quoted, sizeof(quoted)));
	else
		diag_add(diag, false, "%s: cannot read it: %s", log_quote_str(where, quoted, sizeof(quoted)),
		    errno == EINVAL ? "not a regular file" : strerror(errno));
	free(text);
	if (good)
		return true;
	if (old)
		old->there = true;
	if (old || hostsdir_fall_back(all, d, &m))
		diag_add(diag, true, "%s: warning: what it said before stays in force", where);
	return false;
}

/* ---- one directory ----------------------------------------------------- */

/* Reads all files, in the order of their names: of two that contradict each
 * other the first is in force, now and after the next start. */
static void
hostsdir_scan(struct hostsdirs *all, struct hostsdir *d, struct diag *diag)
{
	struct dirnames names;

	d->twins = false;
	if (dirnames_read(d->fd, &names) < 0) {
		diag_add(diag, false, "hosts %s: %s", d->path, strerror(errno));
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.name[i];
		char quoted[300];
		struct machineid id;

		if (machineid_read(name, &id))
			hostsdir_renew(all, d, name, diag);
		else if (name[0] != '.' && name[strlen(name) - 1] != '~' && !strstr(name, ".done") &&
		    !strstr(name, ".new")) /* left by editors, and by hostsdirs_done */
			diag_add(diag, true,
			    "%s/%s: warning: ignored: it is named after no machine: 52-54-00-19-93-5b (MAC address), "
			    "8-4-4-4-12 digits (UUID), id-HEX (client identifier), or duid-HEX (DUID)",
			    d->path, log_quote_str(name, quoted, sizeof(quoted)));
	}
	dirnames_free(&names);
}

/* Events were lost: the whole directory again. */
static void
hostsdir_rescan(struct hostsdirs *all, struct hostsdir *d, struct diag *diag)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *n; (n = hashtab_step(&d->files, &walk));)
		HASHTAB_ENTRY(n, struct hostfile, node)->there = false;
	hostsdir_scan(all, d, diag);
	hostsdir_forget_gone(all, d, false);
}

static int
hostsdir_open_it(void *context)
{
	struct hostsdir_job *j = context;
	struct hostsdir *d = j->dir;
	const char *path = reach_enter(j->all->reach, d->path);

	/* watched before it is read, so that nothing in between is missed */
	d->watch = inotify_add_watch(j->all->inotify, path, WATCHED);
	d->fd = d->watch < 0 ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->fd < 0 ? -1 : 0;
}

/* Opens and reads a directory; false with errno when it cannot be opened. */
static bool
hostsdir_open(struct hostsdirs *all, struct hostsdir *d, struct diag *diag)
{
	struct hostsdir_job j = { .all = all, .dir = d };

	if (asuser_try(all->as, d->path, hostsdir_open_it, &j) < 0)
		return false;
	hostsdir_scan(all, d, diag);
	return true;
}

static void
hostsdir_report(const struct hostsdir *d, int error, struct diag *diag)
{
	char quoted[300];

	log_quote_str(d->path, quoted, sizeof(quoted));
	if (error == ENOENT)
		diag_add(diag, true,
		    "%s:%u: warning: hosts %s: there is no such directory yet; it will be used "
		    "when it appears",
		    d->rule->where.file, d->rule->where.line, quoted);
	else
		diag_add(diag, false, "%s:%u: hosts %s: cannot read the directory: %s", d->rule->where.file,
		    d->rule->where.line, quoted, strerror(error));
}

/* The directory itself was deleted or moved away, and its machines with it,
 * until there is one of that name again. */
static void
hostsdir_lose(struct hostsdirs *all, struct hostsdir *d, struct diag *diag)
{
	diag_add(diag, true,
	    "%s: warning: the directory is gone, and its machines with it; it will be used when it appears again",
	    d->path);
	inotify_rm_watch(all->inotify, d->watch);
	close(d->fd);
	d->fd = d->watch = -1;
	d->reported = false;
	all->missing++;
	hostsdir_forget_gone(all, d, true);
}

/* ---- all of them ------------------------------------------------------- */

void
hostsdirs_open(struct hostsdirs *all, const struct rules *rules, struct hosts *hosts, struct diag *diag)
{
	size_t n = rules->n[RULE_HOSTS];

	*all = (struct hostsdirs){
		.inotify = -1, .hosts = hosts, .rules = rules, .before = all->before, .reach = all->reach, .as = all->as
	};
	if (n == 0)
		return;
	all->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	all->dir = calloc(n, sizeof(*all->dir));
	if (all->inotify < 0 || !all->dir) {
		diag_add(diag, false, "hosts: cannot watch directories: %s", strerror(errno));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct rule *rule = rules_line(rules, RULE_HOSTS, i);
		struct hostsdir *d = &all->dir[all->n];
		int error;

		*d = (struct hostsdir){ .path = rule->dir, .rule = rule };
		if (hostsdir_open(all, d, diag)) {
			all->n++;
			continue;
		}
		error = errno;
		if (error == ENOENT) {
			all->n++;
			all->missing++;
		}
		hostsdir_report(d, error, diag);
	}
}

/* Opens directories that have appeared; how many files they hold. */
static size_t
hostsdirs_open_missing(struct hostsdirs *all, struct diag *diag)
{
	size_t before = hostsdirs_count(all);

	for (size_t i = 0; i < all->n && all->missing > 0; i++) {
		struct hostsdir *d = &all->dir[i];

		if (d->fd >= 0)
			continue;
		if (hostsdir_open(all, d, diag)) {
			all->missing--;
		} else if (errno != ENOENT && !d->reported) {
			d->reported = true;
			hostsdir_report(d, errno, diag);
		}
	}
	return hostsdirs_count(all) - before;
}

/* True when the event's file can be read: one being made is whole when it is
 * closed, a link at once. */
static bool
hostsdir_is_whole(const struct hostsdir *d, const struct inotify_event *e)
{
	struct stat st;

	if (!(e->mask & IN_CREATE))
		return true;
	return fstatat(d->fd, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && (S_ISLNK(st.st_mode) || st.st_nlink > 1);
}

static size_t
hostsdirs_event(struct hostsdirs *all, const struct inotify_event *e, struct diag *diag)
{
	size_t changed = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct hostsdir *d = &all->dir[i];

		if (d->fd < 0)
			continue;
		if (e->mask & IN_Q_OVERFLOW) {
			hostsdir_rescan(all, d, diag);
			changed++;
		} else if (e->wd == d->watch && e->mask & (IN_DELETE_SELF | IN_MOVE_SELF)) {
			hostsdir_lose(all, d, diag);
			changed++;
		} else if (e->wd == d->watch && e->len > 0 && hostsdir_is_whole(d, e)) {
			changed += hostsdir_renew(all, d, e->name, diag);
			/* the other file of a machine whose file is gone */
			if (changed && d->twins)
				hostsdir_rescan(all, d, diag);
		}
	}
	return changed;
}

size_t
hostsdirs_update(struct hostsdirs *d, struct diag *diag)
{
	union {
		struct inotify_event event;
		char bytes[16384];
	} buf;
	size_t changed = hostsdirs_open_missing(d, diag);
	ssize_t n;

	while ((n = read(d->inotify, buf.bytes, sizeof(buf.bytes))) > 0)
		for (char *p = buf.bytes; p < buf.bytes + n;) {
			const struct inotify_event *e = (const void *)p;

			changed += hostsdirs_event(d, e, diag);
			p += sizeof(*e) + e->len;
		}
	return changed;
}

void
hostsdirs_done(struct hostsdirs *all, const struct host *host, const char *who)
{
	char done[NAME_MAX + 6];
	struct machineid id;

	rules_host_id(host, &id);
	for (size_t i = 0; i < all->n; i++) {
		struct hostsdir *d = &all->dir[i];
		struct hostfile *f = hostsdir_find(d, &id);

		if (!f || f->host != host)
			continue;
		snprintf(done, sizeof(done), "%s.done", f->name);
		if (renameat(d->fd, f->name, d->fd, done) < 0)
			log_err("%s/%s: cannot rename it to %s: %s; after a restart the machine boots `once' again: "
			        "make the directory writable for the user that serves",
			    d->path, f->name, done, strerror(errno));
		else
			log_info("%s has booted `once': its file is done", who);
		hostsdir_forget(all, d, f);
		return;
	}
}

void
hostsdirs_each(const struct hostsdirs *d, void (*each)(void *context, const struct rules *r), void *context)
{
	for (size_t i = 0; i < d->n; i++) {
		struct hashtab_walk walk = { 0 };

		for (struct hashtab_node *n; (n = hashtab_step(&d->dir[i].files, &walk));)
			each(context, &HASHTAB_ENTRY(n, struct hostfile, node)->rules);
	}
}

size_t
hostsdirs_count(const struct hostsdirs *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		n += d->dir[i].files.n;
	return n;
}

void
hostsdirs_close(struct hostsdirs *d)
{
	for (size_t i = 0; i < d->n; i++) {
		hostsdir_forget_gone(d, &d->dir[i], true);
		hashtab_free(&d->dir[i].files);
		if (d->dir[i].fd >= 0)
			close(d->dir[i].fd);
	}
	if (d->inotify >= 0)
		close(d->inotify);
	free(d->dir);
	*d = (struct hostsdirs){ .inotify = -1 };
}
