#include "hostfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

#define FILE_MAX 65536 /* bytes of a machine's file */

struct hostfile *
hostfile_find(const struct hostsdir *d, const uint8_t mac[6])
{
	struct hashtab_node *n = hashtab_first(&d->files, hashtab_hash(0, mac, 6));

	for (; n; n = hashtab_next(n)) {
		struct hostfile *f = HASHTAB_ENTRY(n, struct hostfile, node);

		if (memcmp(f->mac, mac, sizeof(f->mac)) == 0)
			return f;
	}
	return NULL;
}

void
hostfile_forget(struct hostsdirs *all, struct hostsdir *d, struct hostfile *f)
{
	if (f->host)
		hosts_remove(all->hosts, f->host);
	hashtab_remove(&d->files, &f->node);
	rules_free(&f->rules);
	free(f->text);
	free(f);
}

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

/* What only the main rules and the other files can tell. */
static void
check(const struct hostsdirs *all, const struct hostfile *f, const char *where, struct diag *diag)
{
	/* what the file said before is its own */
	const struct client itself = { .file = f->before ? f->before->host : NULL };
	char addr[NUM_IP4_TEXT];

	if (f->rules.n[RULE_HOST] > 1)
		diag_add(diag, false, "%s:%u: host \"\": one host line is enough for one machine", where,
		    rules_line(&f->rules, RULE_HOST, 1)->where.line);
	if (!f->host->addr)
		return;
	num_ip4_text(f->host->addr, addr);
	if (!rules_giver(all->rules, f->host->addr))
		diag_add(diag, false, "%s:%u: addr \"%s\": no subnet line that gives addresses holds it", where,
		    f->host->where.line, addr);
	else if (hosts_reserved(all->hosts, f->host->addr, &itself))
		diag_add(diag, false, "%s:%u: addr \"%s\": another host has it", where, f->host->where.line, addr);
}

static bool
fill(const struct hostsdirs *all, struct hostfile *f, const struct rules_machine *m, struct diag *diag)
{
	size_t before = diag->errors;

	memcpy(f->mac, m->mac, sizeof(f->mac));
	rules_read_host(&f->rules, m, diag);
	rules_finish(&f->rules, diag);
	f->alone = (struct host){ .mac = &f->mac, .macs = 1, .own = &f->rules };
	f->host = f->rules.n[RULE_HOST] ? rules_line(&f->rules, RULE_HOST, 0)->host : &f->alone;
	if (diag->errors == before)
		check(all, f, m->name, diag);
	return diag->errors == before;
}

static void
keep(struct hostsdirs *all, struct hostsdir *d, struct hostfile *f, struct diag *diag)
{
	if (hashtab_add(&d->files, &f->node, hashtab_hash(0, f->mac, sizeof(f->mac))) == 0 &&
	    hosts_add(all->hosts, f->host) == 0)
		return;
	diag_add(diag, false, "%s: out of memory", d->path);
}

bool
hostfile_is_machine(const char *name, uint8_t mac[6])
{
	return num_mac(name, mac);
}

bool
hostfile_is_litter(const char *name)
{
	size_t len = strlen(name);

	return name[0] == '.' || name[len - 1] == '~' || strstr(name, ".done") || strstr(name, ".new");
}

/* Puts what a file says in the place of what it said before; false when it
 * cannot be used. */
static bool
replace(struct hostsdirs *all, struct hostsdir *d, struct rules_machine *m, struct diag *diag)
{
	struct hostfile *before = hostfile_find(d, m->mac), *f = calloc(1, sizeof(*f));

	if (!f) {
		diag_add(diag, false, "%s: out of memory", m->name);
		return false;
	}
	f->before = before;
	f->there = true;
	f->text = malloc(m->len ? m->len : 1);
	if (f->text)
		memcpy(f->text, m->text, f->len = m->len);
	snprintf(f->name, sizeof(f->name), "%s", strrchr(m->name, '/') + 1);
	if (!fill(all, f, m, diag)) {
		rules_free(&f->rules);
		free(f->text);
		free(f);
		return false;
	}
	f->before = NULL;
	if (before)
		hostfile_forget(all, d, before);
	keep(all, d, f, diag);
	return true;
}

/* What the file said when the rules were last read, if that was good. */
static bool
fall_back(struct hostsdirs *all, struct hostsdir *d, struct rules_machine *m)
{
	struct diag diag = { 0 };
	bool good = false;

	for (size_t i = 0; all->before && i < all->before->n && !good; i++) {
		const struct hostfile *f =
		    strcmp(all->before->dir[i].path, d->path) == 0 ? hostfile_find(&all->before->dir[i], m->mac) : NULL;

		if (!f || !f->text)
			continue;
		m->text = f->text;
		m->len = f->len;
		good = replace(all, d, m, &diag);
	}
	diag_free(&diag);
	return good;
}

bool
hostfile_renew(struct hostsdirs *all, struct hostsdir *d, const char *name, struct diag *diag)
{
	char where[4352], quoted[300], *text;
	struct rules_machine m = { .name = where };
	struct hostfile *old;
	bool other, good = false;

	if (!hostfile_is_machine(name, m.mac))
		return false;
	old = hostfile_find(d, m.mac);
	/* the same machine's file, spelt otherwise: 52-54-00-19-93-5B, say */
	other = old && strcmp(old->name, name) != 0;
	snprintf(where, sizeof(where), "%s/%s", d->path, name);
	text = slurp(d, name, &m.len);
	if (!text && errno == ENOENT) {
		if (!old || other)
			return false;
		hostfile_forget(all, d, old);
		return true;
	}
	if (other && faccessat(d->fd, old->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		diag_add(diag, true, "%s: warning: ignored: %s is for the same machine", where, old->name);
		d->twins = true;
		free(text);
		return false;
	}
	m.text = text;
	log_quote_str(where, quoted, sizeof(quoted));
	if (text)
		good = replace(all, d, &m, diag);
	else
		diag_add(
		    diag, false, "%s: cannot read it: %s", quoted, errno == EINVAL ? "it is no file" : strerror(errno));
	free(text);
	if (good)
		return true;
	if (old)
		old->there = true;
	if (old || fall_back(all, d, &m))
		diag_add(diag, true, "%s: warning: what it said before stays in force", where);
	return false;
}
