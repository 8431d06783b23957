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

#include "log.h"

#define FILE_MAX 65536       /* bytes of a machine's file */
#define WATCHED (IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | \
    IN_ATTRIB | IN_ONLYDIR)

struct hostfile {
	struct table_node node;
	uint8_t mac[6];
	bool there;                  /* the folder still holds it */
	struct host alone;           /* stands for a file without a host line */
	const struct host *host;
	const struct hostfile *before; /* while it is read again */
	struct rules rules;
};

struct hostsdir {
	int fd, watch;               /* -1: the folder is not there yet */
	bool said;                   /* that it is there and cannot be read */
	const struct rule *rule;
	const char *path;            /* in the rules */
	struct table files;
};

static struct hostfile *
find(const struct hostsdir *d, const uint8_t mac[6])
{
	struct table_node *n = table_first(&d->files, table_hash(0, mac, 6));

	for (; n; n = table_next(n)) {
		struct hostfile *f = TABLE_ENTRY(n, struct hostfile, node);

		if (memcmp(f->mac, mac, sizeof(f->mac)) == 0)
			return f;
	}
	return NULL;
}

static void
forget(struct hostsdirs *all, struct hostsdir *d, struct hostfile *f)
{
	if (f->host)
		hosts_remove(all->hosts, f->host);
	table_remove(&d->files, &f->node);
	rules_free(&f->rules);
	free(f);
}

/* ---- one file ---------------------------------------------------------- */

static char *
slurp(const struct hostsdir *d, const char *name, size_t *len)
{
	int fd = openat(d->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *text = NULL;
	ssize_t n = -1;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		errno = EINVAL;
	else if (st.st_size > FILE_MAX)
		errno = EFBIG;
	else if ((text = malloc((size_t)st.st_size + 1)))
		n = read(fd, text, (size_t)st.st_size);
	if (n < 0) {
		int saved = errno;

		free(text);
		close(fd);
		errno = saved;
		return NULL;
	}
	close(fd);
	*len = (size_t)n;
	return text;
}

static bool
held_by_subnet(const struct rules *rules, uint32_t addr)
{
	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(rules, RULE_SUBNET, i)->subnet;

		if (!s->proxy && (addr & num_mask4(s->prefix)) == s->net)
			return true;
	}
	return false;
}

/* What only the main rules and the other files can tell. */
static void
check(const struct hostsdirs *all, const struct hostfile *f, const char *where, struct faults *faults)
{
	/* what the file said before is its own */
	const struct client itself = { .file = f->before ? f->before->host : NULL };
	char addr[NUM_IP4_TEXT];

	if (f->rules.n[RULE_HOST] > 1)
		faults_add(faults, false, "%s:%u: host \"\": one host line is enough for one machine", where,
		    rules_line(&f->rules, RULE_HOST, 1)->where.line);
	if (!f->host->addr)
		return;
	num_ip4_text(f->host->addr, addr);
	if (!held_by_subnet(all->rules, f->host->addr))
		faults_add(faults, false, "%s:%u: addr \"%s\": no subnet line that gives addresses holds it",
		    where, f->host->where.line, addr);
	else if (hosts_reserved(all->hosts, f->host->addr, &itself))
		faults_add(faults, false, "%s:%u: addr \"%s\": another host has it", where,
		    f->host->where.line, addr);
}

static bool
fill(const struct hostsdirs *all, struct hostfile *f, const struct rules_machine *m,
    struct faults *faults)
{
	size_t before = faults->errors;

	memcpy(f->mac, m->mac, sizeof(f->mac));
	rules_read_host(&f->rules, m, faults);
	rules_finish(&f->rules, faults);
	f->alone = (struct host){ .mac = &f->mac, .macs = 1, .own = &f->rules };
	f->host = f->rules.n[RULE_HOST] ? rules_line(&f->rules, RULE_HOST, 0)->host : &f->alone;
	if (faults->errors == before)
		check(all, f, m->name, faults);
	return faults->errors == before;
}

static void
keep(struct hostsdirs *all, struct hostsdir *d, struct hostfile *f, struct faults *faults)
{
	if (table_add(&d->files, &f->node, table_hash(0, f->mac, sizeof(f->mac))) == 0 &&
	    hosts_add(all->hosts, f->host) == 0)
		return;
	faults_add(faults, false, "%s: out of memory", d->path);
}

/* Is it a name of ours?  What editors and the machine's own "done" marks leave
 * behind is none. */
static bool
is_machine(const char *name, uint8_t mac[6])
{
	return num_mac(name, mac);
}

static bool
is_litter(const char *name)
{
	size_t len = strlen(name);

	return name[0] == '.' || name[len - 1] == '~' || strstr(name, ".done") || strstr(name, ".new");
}

/* Puts what a file says in the place of what it said before; false when it
 * cannot be used. */
static bool
replace(struct hostsdirs *all, struct hostsdir *d, struct rules_machine *m, struct faults *faults)
{
	struct hostfile *before = find(d, m->mac), *f = calloc(1, sizeof(*f));

	if (!f) {
		faults_add(faults, false, "%s: out of memory", m->name);
		return false;
	}
	f->before = before;
	f->there = true;
	if (!fill(all, f, m, faults)) {
		rules_free(&f->rules);
		free(f);
		return false;
	}
	f->before = NULL;
	if (before)
		forget(all, d, before);
	keep(all, d, f, faults);
	return true;
}

/* Reads a file again, or forgets it when it is gone.  One that is broken now
 * stays in force as it was: an editor's slip must not stop a machine. */
static bool
renew(struct hostsdirs *all, struct hostsdir *d, const char *name, struct faults *faults)
{
	char where[4352], quoted[300], *text;
	struct rules_machine m = { .name = where };
	struct hostfile *old;
	bool good = false;

	if (!is_machine(name, m.mac))
		return false;
	old = find(d, m.mac);
	snprintf(where, sizeof(where), "%s/%s", d->path, name);
	m.text = text = slurp(d, name, &m.len);
	if (!text && errno == ENOENT) {
		if (old)
			forget(all, d, old);
		return old != NULL;
	}
	log_quote_str(where, quoted, sizeof(quoted));
	if (text)
		good = replace(all, d, &m, faults);
	else
		faults_add(faults, false, "%s: cannot read it: %s", quoted, strerror(errno));
	free(text);
	if (good || !old)
		return good;
	old->there = true;
	faults_add(faults, true, "%s: warning: what it said before stays in force", where);
	return false;
}

/* ---- folders ----------------------------------------------------------- */

static void
scan(struct hostsdirs *all, struct hostsdir *d, struct faults *faults)
{
	int fd = openat(d->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	uint8_t mac[6];
	char quoted[300];

	if (!dir) {
		faults_add(faults, false, "hosts %s: %s", d->path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((e = readdir(dir)))
		if (is_machine(e->d_name, mac))
			renew(all, d, e->d_name, faults);
		else if (!is_litter(e->d_name))
			faults_add(faults, true, "%s/%s: warning: ignored: it is not named after a MAC address, as "
			    "52-54-00-19-93-5b", d->path, log_quote_str(e->d_name, quoted, sizeof(quoted)));
	closedir(dir);
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
say_closed(const struct hostsdir *d, struct faults *faults)
{
	char quoted[300];

	log_quote_str(d->path, quoted, sizeof(quoted));
	if (errno == ENOENT)
		faults_add(faults, true, "%s:%u: warning: hosts %s: there is no such folder yet; it is taken up "
		    "when it appears", d->rule->where.file, d->rule->where.line, quoted);
	else
		faults_add(faults, false, "%s:%u: hosts %s: cannot read the folder: %s", d->rule->where.file,
		    d->rule->where.line, quoted, strerror(errno));
}

static void
open_one(struct hostsdirs *all, const struct rule *rule, struct faults *faults)
{
	struct hostsdir *d = &all->dir[all->n];

	*d = (struct hostsdir){ .path = rule->dir, .rule = rule };
	if (open_folder(all, d)) {
		all->n++;
		scan(all, d, faults);
		return;
	}
	if (errno == ENOENT) {
		all->n++;
		all->missing++;
	}
	say_closed(d, faults);
}

/* Folders that were not there at the start. */
static size_t
look_again(struct hostsdirs *all, struct faults *faults)
{
	size_t before = hostsdirs_count(all);

	for (size_t i = 0; i < all->n && all->missing > 0; i++) {
		struct hostsdir *d = &all->dir[i];

		if (d->fd >= 0)
			continue;
		if (open_folder(all, d)) {
			all->missing--;
			scan(all, d, faults);
		} else if (errno != ENOENT && !d->said) {
			d->said = true;
			say_closed(d, faults);
		}
	}
	return hostsdirs_count(all) - before;
}

void
hostsdirs_open(struct hostsdirs *d, const struct rules *rules, struct hosts *hosts,
    struct faults *faults)
{
	size_t n = rules->n[RULE_HOSTS];

	*d = (struct hostsdirs){ .inotify = -1, .hosts = hosts, .rules = rules };
	if (n == 0)
		return;
	d->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	d->dir = calloc(n, sizeof(*d->dir));
	if (d->inotify < 0 || !d->dir) {
		faults_add(faults, false, "hosts: cannot watch folders: %s", strerror(errno));
		return;
	}
	for (size_t i = 0; i < n; i++)
		open_one(d, rules_line(rules, RULE_HOSTS, i), faults);
}

/* Files that were not there when the folder was last read; or all. */
static void
forget_gone(struct hostsdirs *all, struct hostsdir *d, bool even_there)
{
	for (size_t i = 0; i < d->files.buckets; i++)
		for (struct table_node *n = d->files.bucket[i], *next; n; n = next) {
			struct hostfile *f = TABLE_ENTRY(n, struct hostfile, node);

			next = n->next;
			if (even_there || !f->there)
				forget(all, d, f);
		}
}

/* Events were lost: the whole folder again. */
static void
read_again(struct hostsdirs *all, struct hostsdir *d, struct faults *faults)
{
	for (size_t i = 0; i < d->files.buckets; i++)
		for (struct table_node *n = d->files.bucket[i]; n; n = n->next)
			TABLE_ENTRY(n, struct hostfile, node)->there = false;
	scan(all, d, faults);
	forget_gone(all, d, false);
}

/* A file being made is read when it is closed; a link is whole at once. */
static bool
is_whole(const struct hostsdir *d, const struct inotify_event *e)
{
	struct stat st;

	if (!(e->mask & IN_CREATE))
		return true;
	return fstatat(d->fd, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (S_ISLNK(st.st_mode) || st.st_nlink > 1);
}

static size_t
handle(struct hostsdirs *all, const struct inotify_event *e, struct faults *faults)
{
	size_t changed = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct hostsdir *d = &all->dir[i];

		if (d->fd < 0)
			continue;
		if (e->mask & IN_Q_OVERFLOW) {
			read_again(all, d, faults);
			changed++;
		} else if (e->wd == d->watch && e->len > 0 && is_whole(d, e)) {
			changed += renew(all, d, e->name, faults);
		}
	}
	return changed;
}

size_t
hostsdirs_update(struct hostsdirs *d, struct faults *faults)
{
	union {
		struct inotify_event event;
		char bytes[16384];
	} buf;
	size_t changed = look_again(d, faults);
	ssize_t n;

	while ((n = read(d->inotify, buf.bytes, sizeof(buf.bytes))) > 0)
		for (char *p = buf.bytes; p < buf.bytes + n;) {
			const struct inotify_event *e = (const void *)p;

			changed += handle(d, e, faults);
			p += sizeof(*e) + e->len;
		}
	return changed;
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
		table_free(&d->dir[i].files);
		if (d->dir[i].fd >= 0)
			close(d->dir[i].fd);
	}
	if (d->inotify >= 0)
		close(d->inotify);
	free(d->dir);
	*d = (struct hostsdirs){ .inotify = -1 };
}
