#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "listen.h"
#include "priv.h"
#include "replies.h"
#include "sigs.h"

#define LOOK_MS 1000         /* between looks for a hosts folder that is missing */
#define TURN 8               /* batches of one socket before the next has its turn */

/* ---- opening ----------------------------------------------------------- */

static int
poll_fd(const struct daemon *d, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	if (fd < 0 || epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &e) == 0 || errno == EEXIST)
		return 0;
	return -1;
}

static int
poll_all(const struct daemon *d)
{
	for (size_t i = 0; i < d->net.n; i++)
		if (poll_fd(d, d->net.sock[i].fd) < 0)
			return -1;
	return poll_fd(d, d->config->dirs.inotify);
}

/* Sockets for interfaces that have none yet. */
static int
bind_links(struct daemon *d, const struct config *c, char error[DAEMON_ERROR])
{
	for (size_t i = 0; i < c->links.n; i++) {
		const struct netif *link = &c->links.net[i];

		if (net_bind(&d->net, link, links_only_proxy(link, &c->rules), error) < 0)
			return -1;
		if (!link->up)
			log_warn("%s is down: nothing arrives until it is up (ip link set %s up)", link->name, link->name);
	}
	return 0;
}

static int
open_leases(struct daemon *d, const struct config *c, char error[DAEMON_ERROR])
{
	const char *path = d->options->leases ? d->options->leases : CONFIG_LEASES;

	if (!d->has_file && config_serves(c)) {
		if (leasefile_open(&d->file, path, &d->leases, error) < 0) {
			leasefile_close(&d->file);
			return -1;
		}
		d->has_file = true;
		if (d->file.damaged)
			log_warn("%s: %zu damaged lines were passed over; they are in %s.damaged", path,
			    d->file.damaged, path);
		log_debug("%zu leases read from %s", d->leases.by_addr.n, path);
	}
	if (leases_bind(&d->leases, &c->rules, time(NULL)) == 0)
		return 0;
	snprintf(error, DAEMON_ERROR, "out of memory");
	return -1;
}

static void
set_server(struct daemon *d)
{
	d->server = (struct server){ .rules = &d->config->rules, .hosts = &d->config->hosts,
		.leases = &d->leases, .own = d->config->links.own, .owns = d->config->links.owns,
		.uuids = &d->uuids };
}

static void
warn_of_ranges(const struct config *c)
{
	char text[NUM_IP4_TEXT];

	for (size_t i = 0; i < c->links.n; i++) {
		const struct netif *net = &c->links.net[i];
		bool held = false;

		for (size_t k = 0; k < c->rules.n[RULE_SUBNET]; k++)
			held |= links_has_subnet(net, rules_line(&c->rules, RULE_SUBNET, k)->subnet);
		if (!held)
			log_warn("%s: no subnet line holds its address %s, so only clients behind a relay are "
			    "served there", net->name, num_ip4_text(net->addr[0].addr, text));
	}
}

static int
open_sockets(struct daemon *d, char error[DAEMON_ERROR])
{
	struct listen_set set;

	if (net_open(&d->net, error) < 0)
		return -1;
	if (listen_inherited(SOCK_DGRAM, &set) < 0) {
		snprintf(error, DAEMON_ERROR, "%s", set.error);
		return -1;
	}
	if (net_adopt(&d->net, &set, error) < 0 || bind_links(d, d->config, error) < 0)
		return -1;
	sniff_open(&d->sniff);
	if (d->net.frame < 0)
		log_warn("no right to send raw frames (CAP_NET_RAW): replies to clients without an address are broadcast");
	return 0;
}

int
daemon_open(struct daemon *d, char error[DAEMON_ERROR])
{
	enum links_result links = links_open(&d->config->rules, &d->config->links, error);

	if (links != LINKS_OK)
		return links == LINKS_WRONG ? EXIT_USAGE : EXIT_SYSTEM;
	if (getrandom(&d->leases.seed, sizeof(d->leases.seed), 0) < 0)
		d->leases.seed = (uint64_t)time(NULL);
	d->uuids.seed = d->leases.seed;
	if (open_sockets(d, error) < 0 || open_leases(d, d->config, error) < 0)
		return EXIT_SYSTEM;
	warn_of_ranges(d->config);
	set_server(d);
	d->batch = batch_new();
	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	d->watch = links_watch();
	if (!d->batch || d->epoll < 0 || poll_all(d) < 0 || poll_fd(d, d->signals) < 0 || poll_fd(d, d->watch) < 0 ||
	    poll_fd(d, d->sniff.arp) < 0 || poll_fd(d, d->sniff.replies) < 0) {
		snprintf(error, DAEMON_ERROR, "cannot set up the event loop: %s", strerror(errno));
		return EXIT_SYSTEM;
	}
	return EXIT_DONE;
}

/* A folder, or while it is missing the nearest one above it that is there.
 * Not the root folder: that would confine nothing. */
static int
open_nearest(const char *path)
{
	char *dir = strdup(path), *slash;
	int fd = -1;

	while (dir && *dir && (fd = open(dir, O_PATH | O_CLOEXEC)) < 0 && errno == ENOENT) {
		slash = strrchr(dir, '/');
		if (!slash && strcmp(dir, ".") == 0)
			break;
		if (!slash)
			memcpy(dir, ".", 2);
		else
			*slash = '\0';
	}
	free(dir);
	return fd;
}

/* The folder a rules file is in: editors put a new file in its place. */
static int
open_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	int fd = dir ? open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

	free(dir);
	return fd;
}

int
daemon_confine(const struct daemon *d, char error[DAEMON_ERROR])
{
	size_t room = d->options->sources + 2 * d->config->rules.n[RULE_HOSTS] + 1, n = 0;
	struct priv_path *path = calloc(room, sizeof(*path));
	bool active;
	int rc;

	if (!path) {
		snprintf(error, DAEMON_ERROR, "out of memory");
		return -1;
	}
	for (size_t i = 0; i < d->options->sources; i++) {
		const struct config_source *s = &d->options->source[i];

		if (!s->is_rule && !config_is_input(s) && (path[n].fd = open_parent(s->text)) >= 0)
			n++;
	}
	for (size_t i = 0; i < d->config->rules.n[RULE_HOSTS]; i++) {
		const char *dir = rules_line(&d->config->rules, RULE_HOSTS, i)->dir;

		if ((path[n].fd = open_nearest(dir)) >= 0)
			path[n++].write = true;      /* to rename what is done */
		/* it may go and come back; to read all of / would confine nothing */
		if (strrchr(dir, '/') != dir && (path[n].fd = open_parent(dir)) >= 0)
			n++;
	}
	if (d->has_file && (path[n].fd = openat(d->file.dir, ".", O_PATH | O_CLOEXEC)) >= 0)
		path[n++].write = true;
	rc = priv_confine(path, n, &active, error);
	for (size_t i = 0; i < n; i++)
		close(path[i].fd);
	free(path);
	if (rc == 0 && !active)
		log_info("this kernel has no Landlock: the file system is not confined");
	return rc;
}

/* ---- the ready line ---------------------------------------------------- */

static void
put_subnet(FILE *f, const struct subnet *s)
{
	char low[NUM_IP4_TEXT], high[NUM_IP4_TEXT];

	if (s->proxy) {
		fprintf(f, " proxy for %s/%u", num_ip4_text(s->net, low), s->prefix);
		return;
	}
	fprintf(f, " server for %s/%u", num_ip4_text(s->net, low), s->prefix);
	for (size_t i = 0; i < s->ranges; i++)
		fprintf(f, "%s%s-%s", i ? "," : " range ", num_ip4_text(s->range[i].low, low),
		    num_ip4_text(s->range[i].high, high));
	if (s->ranges == 0)
		fputs(" hosts with addr= only", f);
}

void
daemon_say_ready(const struct daemon *d)
{
	const struct rules *rules = &d->config->rules;
	char *text = NULL, addr[NUM_IP4_TEXT];
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;
	for (size_t i = 0; i < d->config->links.n; i++) {
		const struct netif *net = &d->config->links.net[i];

		fprintf(f, "%s%s %s", i ? "; " : "", net->name, net->addrs ?
		    num_ip4_text(net->addr[0].addr, addr) : "without address");
		for (size_t k = 0; k < rules->n[RULE_SUBNET]; k++)
			if (links_has_subnet(net, rules_line(rules, RULE_SUBNET, k)->subnet))
				put_subnet(f, rules_line(rules, RULE_SUBNET, k)->subnet);
	}
	if (fclose(f) == 0)
		log_info("ready: %s", text);
	free(text);
}

/* ---- reload ------------------------------------------------------------ */

/* Everything the new rules need, before the old ones are let go. */
static bool
prepare(struct daemon *d, struct config *c, char error[DAEMON_ERROR])
{
	if (links_open(&c->rules, &c->links, error) != LINKS_OK)
		return false;
	return bind_links(d, c, error) == 0 && open_leases(d, c, error) == 0;
}

static void
drop_links(struct daemon *d, const struct config *keep, const struct config *other)
{
	for (size_t i = 0; i < other->links.n; i++)
		if (!links_find(&keep->links, other->links.net[i].index))
			net_drop(&d->net, other->links.net[i].index);
}

static bool
can_reload(const struct config_options *o)
{
	for (size_t i = 0; i < o->sources; i++)
		if (config_is_input(&o->source[i])) {
			log_err("the rules came from standard input and cannot be read again; they stay as they were");
			return false;
		}
	return true;
}

static void
reload(struct daemon *d)
{
	struct faults faults = { 0 }, file_faults = { 0 };
	struct config *old = d->config, *c = config_load(d->options, &old->dirs, &faults, &file_faults);
	char error[DAEMON_ERROR] = "out of memory";
	bool good;

	note_faults(&faults);
	note_faults(&file_faults);
	good = c && faults.errors == 0;
	if (good && !prepare(d, c, error)) {
		log_err("%s", error);
		drop_links(d, old, c);
		leases_bind(&d->leases, &old->rules, time(NULL));
		good = false;
	}
	faults_free(&faults);
	faults_free(&file_faults);
	if (!good) {
		config_free(c);
		log_err("the rules stay as they were");
		return;
	}
	drop_links(d, c, old);
	d->config = c;
	set_server(d);
	config_free(old);
	if (poll_all(d) < 0)
		log_err("cannot poll: %s", strerror(errno));
	log_info("rules read again");
	daemon_say_ready(d);
}

/* ---- the loop ---------------------------------------------------------- */

static void
reap(void)
{
	int status;

	while (waitpid(-1, &status, WNOHANG) > 0)
		log_err("events: the helper process of the command has ended; start again to have events");
}

static bool
handle_signals(struct daemon *d)
{
	for (;;)
		switch (sigs_next(d->signals)) {
		case SIGS_STOP:
			return false;
		case SIGS_RELOAD:
			if (can_reload(d->options))
				reload(d);
			break;
		case SIGS_CHILD:
			reap();
			break;
		default:
			return true;
		}
}

static void
handle_files(struct daemon *d)
{
	struct faults faults = { 0 };
	size_t missing = d->config->dirs.missing;
	size_t changed = hostsdirs_update(&d->config->dirs, &faults);

	if (d->config->dirs.missing < missing)
		log_info("hosts: a folder that was missing is there now");

	note_faults(&faults);
	faults_free(&faults);
	if (changed)
		log_info("hosts: %zu changed, %zu files in force", changed, hostsdirs_count(&d->config->dirs));
}

static void
handle_links(struct daemon *d)
{
	links_changed(d->watch);
	links_refresh(&d->config->links);
	set_server(d);
}

static struct batch_use
use_of(struct daemon *d)
{
	d->note.now_ms = clock_ms();
	return (struct batch_use){ .server = &d->server, .file = d->has_file ? &d->file : NULL,
		.links = &d->config->links, .net = &d->net, .note = &d->note, .dirs = &d->config->dirs,
		.sniff = &d->sniff, .probes = &d->probes, .others = &d->others };
}

static void
handle_socket(struct daemon *d, int fd)
{
	struct batch_use use = use_of(d);

	if (fd == d->sniff.arp)
		batch_arp(d->batch, &use, time(NULL));
	else if (fd == d->sniff.replies)
		replies_read(&use, time(NULL));
	for (size_t i = 0; i < d->net.n; i++)
		if (d->net.sock[i].fd == fd) {
			batch_run(d->batch, &use, &d->net.sock[i], time(NULL), TURN);
			return;
		}
}

/* False when it is time to stop. */
static bool
handle(struct daemon *d, int fd)
{
	if (fd == d->signals)
		return handle_signals(d);
	if (fd == d->watch)
		handle_links(d);
	else if (fd == d->config->dirs.inotify)
		handle_files(d);
	else
		handle_socket(d, fd);
	return true;
}

/* True when there is more to do. */
static bool
tidy(struct daemon *d)
{
	size_t losses = d->file.losses;
	unsigned missed;
	int rc = d->has_file ? leasefile_tidy(&d->file, &d->leases) : 0, error = errno;
	bool lost = losses < d->file.losses;
	bool say = (rc < 0 || lost) && log_allow(&d->note.tidy, d->note.now_ms / 60, 1, &missed);

	if (say && lost)
		log_warn("%s was deleted or replaced while it was in use; it is written anew", d->file.path);
	if (say && rc < 0)
		log_warn("cannot write %s anew: %s; lines are appended to %s", d->file.path, strerror(error),
		    lost ? "a file without a name" : "it");
	return rc > 0;
}

/* Looks for hosts folders that are missing, once a second. */
static void
look_for_folders(struct daemon *d)
{
	if (d->config->dirs.missing == 0 || clock_ms() < d->look_ms)
		return;
	handle_files(d);
	d->look_ms = clock_ms() + LOOK_MS;
}

/* Milliseconds that the loop may sleep, -1 for ever. */
static int
due(struct daemon *d)
{
	struct batch_use use = use_of(d);
	int ms = batch_due(d->batch, &use, time(NULL));

	return d->config->dirs.missing > 0 && (ms < 0 || ms > LOOK_MS) ? LOOK_MS : ms;
}

int
daemon_run(struct daemon *d)
{
	bool more = false;

	for (;;) {
		struct epoll_event event[16];
		int ms = due(d), n = epoll_wait(d->epoll, event, 16, more ? 0 : ms);

		if (n < 0 && errno != EINTR) {
			log_err("epoll_wait: %s", strerror(errno));
			return EXIT_SYSTEM;
		}
		for (int i = 0; i < n; i++)
			if (!handle(d, event[i].data.fd))
				return EXIT_DONE;
		look_for_folders(d);
		more = tidy(d);
	}
}

void
daemon_close(struct daemon *d)
{
	events_close(&d->note.events);
	net_close(&d->net);
	sniff_close(&d->sniff);
	if (d->has_file)
		leasefile_close(&d->file);
	leases_free(&d->leases);
	batch_free(d->batch);
	config_free(d->config);
	close(d->epoll);
	close(d->signals);
	if (d->watch >= 0)
		close(d->watch);
}
