#include "hostsdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostfile.h"
#include "log.h"

#define WATCHED \
	(IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | \
	    IN_MOVE_SELF | IN_ONLYDIR)

static void
take_name(struct hostsdirs *all, struct hostsdir *d, const char *name, struct diag *diag)
{
	uint8_t mac[6];
	char quoted[300];

	if (hostfile_is_machine(name, mac))
		hostfile_renew(all, d, name, diag);
	else if (!hostfile_is_litter(name))
		diag_add(diag, true,
		    "%s/%s: warning: ignored: it is not named after a MAC address, as "
		    "52-54-00-19-93-5b",
		    d->path, log_quote_str(name, quoted, sizeof(quoted)));
}

/* In the order of their names: of two that contradict each other, the first is
 * in force, today and after the next start. */
static void
scan(struct hostsdirs *all, struct hostsdir *d, struct diag *diag)
{
	struct dirent **list;
	int n = scandirat(d->fd, ".", &list, NULL, alphasort);

	d->twins = false;
	if (n < 0) {
		diag_add(diag, false, "hosts %s: %s", d->path, strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		take_name(all, d, list[i]->d_name, diag);
		free(list[i]);
	}
	free(list);
}

static bool
open_folder(const struct hostsdirs *all, struct hostsdir *d)
{
	/* watch first, read then: nothing is missed in between */
	d->watch = inotify_add_watch(all->inotify, d->path, WATCHED);
	d->fd = d->watch < 0 ? -1 : open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->fd >= 0;
}

static void
say_closed(const struct hostsdir *d, struct diag *diag)
{
	char quoted[300];

	log_quote_str(d->path, quoted, sizeof(quoted));
	if (errno == ENOENT)
		diag_add(diag, true,
		    "%s:%u: warning: hosts %s: there is no such folder yet; it is taken up "
		    "when it appears",
		    d->rule->where.file, d->rule->where.line, quoted);
	else
		diag_add(diag, false, "%s:%u: hosts %s: cannot read the folder: %s", d->rule->where.file,
		    d->rule->where.line, quoted, strerror(errno));
}

static void
open_one(struct hostsdirs *all, const struct rule *rule, struct diag *diag)
{
	struct hostsdir *d = &all->dir[all->n];

	*d = (struct hostsdir){ .path = rule->dir, .rule = rule };
	if (open_folder(all, d)) {
		all->n++;
		scan(all, d, diag);
		return;
	}
	if (errno == ENOENT) {
		all->n++;
		all->missing++;
	}
	say_closed(d, diag);
}

/* Folders that were not there at the start. */
static size_t
look_again(struct hostsdirs *all, struct diag *diag)
{
	size_t before = hostsdirs_count(all);

	for (size_t i = 0; i < all->n && all->missing > 0; i++) {
		struct hostsdir *d = &all->dir[i];

		if (d->fd >= 0)
			continue;
		if (open_folder(all, d)) {
			all->missing--;
			scan(all, d, diag);
		} else if (errno != ENOENT && !d->said) {
			d->said = true;
			say_closed(d, diag);
		}
	}
	return hostsdirs_count(all) - before;
}

void
hostsdirs_open(struct hostsdirs *d, const struct rules *rules, struct hosts *hosts, struct diag *diag)
{
	size_t n = rules->n[RULE_HOSTS];

	*d = (struct hostsdirs){ .inotify = -1, .hosts = hosts, .rules = rules, .before = d->before };
	if (n == 0)
		return;
	d->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	d->dir = calloc(n, sizeof(*d->dir));
	if (d->inotify < 0 || !d->dir) {
		diag_add(diag, false, "hosts: cannot watch folders: %s", strerror(errno));
		return;
	}
	for (size_t i = 0; i < n; i++)
		open_one(d, rules_line(rules, RULE_HOSTS, i), diag);
}

/* Files that were not there when the folder was last read; or all. */
static void
forget_gone(struct hostsdirs *all, struct hostsdir *d, bool even_there)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *n; (n = hashtab_step(&d->files, &walk));) {
		struct hostfile *f = HASHTAB_ENTRY(n, struct hostfile, node);

		if (even_there || !f->there)
			hostfile_forget(all, d, f);
	}
}

/* Events were lost: the whole folder again. */
static void
read_again(struct hostsdirs *all, struct hostsdir *d, struct diag *diag)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *n; (n = hashtab_step(&d->files, &walk));)
		HASHTAB_ENTRY(n, struct hostfile, node)->there = false;
	scan(all, d, diag);
	forget_gone(all, d, false);
}

/* The folder itself was deleted or moved away: with its machines, until there
 * is one of that name again. */
static void
lose_folder(struct hostsdirs *all, struct hostsdir *d)
{
	inotify_rm_watch(all->inotify, d->watch);
	close(d->fd);
	d->fd = d->watch = -1;
	d->said = false;
	all->missing++;
	forget_gone(all, d, true);
}

/* A file being made is read when it is closed; a link is whole at once. */
static bool
is_whole(const struct hostsdir *d, const struct inotify_event *e)
{
	struct stat st;

	if (!(e->mask & IN_CREATE))
		return true;
	return fstatat(d->fd, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && (S_ISLNK(st.st_mode) || st.st_nlink > 1);
}

static size_t
handle(struct hostsdirs *all, const struct inotify_event *e, struct diag *diag)
{
	size_t changed = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct hostsdir *d = &all->dir[i];

		if (d->fd < 0)
			continue;
		if (e->mask & IN_Q_OVERFLOW) {
			read_again(all, d, diag);
			changed++;
		} else if (e->wd == d->watch && e->mask & (IN_DELETE_SELF | IN_MOVE_SELF)) {
			diag_add(diag, true,
			    "%s: warning: the folder is gone, and its machines with it; it is "
			    "taken up when it appears again",
			    d->path);
			lose_folder(all, d);
			changed++;
		} else if (e->wd == d->watch && e->len > 0 && is_whole(d, e)) {
			changed += hostfile_renew(all, d, e->name, diag);
			/* the other file for a machine whose file has gone */
			if (changed && d->twins)
				read_again(all, d, diag);
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
	size_t changed = look_again(d, diag);
	ssize_t n;

	while ((n = read(d->inotify, buf.bytes, sizeof(buf.bytes))) > 0)
		for (char *p = buf.bytes; p < buf.bytes + n;) {
			const struct inotify_event *e = (const void *)p;

			changed += handle(d, e, diag);
			p += sizeof(*e) + e->len;
		}
	return changed;
}

void
hostsdirs_done(struct hostsdirs *all, const struct host *host, struct diag *diag)
{
	char done[HOSTFILE_NAME + 5];

	for (size_t i = 0; i < all->n; i++) {
		struct hostsdir *d = &all->dir[i];
		struct hostfile *f = host->macs ? hostfile_find(d, host->mac[0]) : NULL;

		if (!f || f->host != host)
			continue;
		snprintf(done, sizeof(done), "%s.done", f->name);
		if (renameat(d->fd, f->name, d->fd, done) < 0)
			diag_add(diag, false,
			    "%s/%s: cannot rename it to %s: %s; the machine boots `once' again "
			    "after the next start: let the folder be writable for the user of dhcpd-pxe",
			    d->path, f->name, done, strerror(errno));
		hostfile_forget(all, d, f);
		return;
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
		forget_gone(d, &d->dir[i], true);
		hashtab_free(&d->dir[i].files);
		if (d->dir[i].fd >= 0)
			close(d->dir[i].fd);
	}
	if (d->inotify >= 0)
		close(d->inotify);
	free(d->dir);
	*d = (struct hostsdirs){ .inotify = -1 };
}
