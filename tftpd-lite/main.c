/*
 * tftpd-lite: serves files over TFTP (RFC 1350, 2347, 2348, 2349, 7440).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "asuser.h"
#include "cli.h"
#include "clock.h"
#include "confine.h"
#include "events.h"
#include "fds.h"
#include "listen.h"
#include "log.h"
#include "metrics.h"
#include "neighbours.h"
#include "remapfile.h"
#include "num.h"
#include "priv.h"
#include "sandbox.h"
#include "server.h"
#include "sigs.h"
#include "negotiate.h"

#define NAME "tftpd-lite"
#define GIVE_UP_S 30
#define LINGER_S 900 /* idle, under inetd */
#define GRACE_S 3

static const char usage[] =
    "usage: tftpd-lite [-cinosv] [-l ADDR:PORT]... [-M FILE] [-x COMMAND] [-b BLKSIZE] [-w WINDOW] [-P LO-HI] [-m MAP] [-t SEC] [-g SEC] [-u USER] DIR\n"
    "\n"
    "Serves the files below DIR over TFTP.\n"
    "\n"
    "  -b BLKSIZE    largest block size (default: what the route's MTU carries)\n"
    "  -c            let clients create files that do not exist yet\n"
    "  -g SEC        at the end, let transfers under way finish for that long (default 3)\n"
    "  -i            ignore case in names\n"
    "  -l ADDR:PORT  listen there (default :69, IPv4 and IPv6)\n"
    "  -m MAP        file of rewrite rules for names, s/ERE/replacement/flags\n"
    "  -M FILE       write what is counted there every 5 s, for Prometheus\n"
    "  -n            check the command line and MAP, and exit; with -v print the rules\n"
    "  -o            with -c: let uploads replace files\n"
    "  -P LO-HI      ports to answer from (default: any)\n"
    "  -s            answer from the listening port (NAT, containers)\n"
    "  -t SEC        give up a silent transfer (default 30);\n"
    "                from inetd also: exit when idle (default 900)\n"
    "  -u USER       become this user (default for root: _tftpd-lite, else nobody)\n"
    "  -v            log more\n"
    "  -w WINDOW     largest windowsize (default 64)\n"
    "  -x COMMAND    gets a line for each transfer that ends, on standard input\n"
    "\n"
    "Try it:  mkdir -p /srv/tftp && tftpd-lite /srv/tftp\n";

struct options {
	struct server_config server;
	const char *address[LISTEN_MAX];
	size_t addresses;
	const char *map, *metrics, *command, *user, *dir;
	bool any_case, check, verbose;
	uint32_t linger_ms, grace_s;
};

/* ---- the command line -------------------------------------------------- */

static uint64_t
option_number(const char *text, char option, uint64_t lo, uint64_t hi)
{
	uint64_t n;

	if (!num_uint(text, lo, hi, &n))
		cli_wrong(NAME, "-%c \"%s\": not a number from %llu to %llu", option, text, (unsigned long long)lo,
		    (unsigned long long)hi);
	return n;
}

/* The lower end is 1024: root is given up before any such port is opened. */
static void
parse_port_range(const char *text, struct server_config *config)
{
	char low[8];
	const char *dash = strchr(text, '-');
	uint64_t lo, hi;

	if (!dash || dash == text || dash[1] == '\0' || (size_t)(dash - text) >= sizeof(low))
		cli_wrong(NAME, "-P \"%s\": not a range LO-HI, such as 50000-50099", text);
	memcpy(low, text, (size_t)(dash - text));
	low[dash - text] = '\0';
	lo = option_number(low, 'P', 1024, 65535);
	hi = option_number(dash + 1, 'P', lo, 65535);
	config->lo = (uint16_t)lo;
	config->hi = (uint16_t)hi;
}

static void
parse_option(int c, struct options *o)
{
	struct request_config *request = &o->server.request;
	uint32_t s;

	switch (c) {
	case 'b':
		request->blksize = (uint32_t)option_number(optarg, 'b', TFTP_BLKSIZE_MIN, TFTP_BLKSIZE_MAX);
		break;
	case 'l':
		if (o->addresses == LISTEN_MAX)
			cli_wrong(NAME, "more than %d -l", LISTEN_MAX);
		o->address[o->addresses++] = optarg;
		break;
	case 'g':
		if (!num_seconds(optarg, &s) || s < 1 || s > 3600)
			cli_wrong(NAME, "-g \"%s\": not seconds from 1 to 3600", optarg);
		o->grace_s = s;
		break;
	case 'm':
		o->map = optarg;
		break;
	case 'M':
		o->metrics = optarg;
		break;
	case 'P':
		parse_port_range(optarg, &o->server);
		break;
	case 't':
		if (!num_seconds(optarg, &s) || s < 1 || s > 86400)
			cli_wrong(NAME, "-t \"%s\": not seconds from 1 to 86400", optarg);
		request->give_up_ms = o->linger_ms = s * 1000;
		break;
	case 'u':
		o->user = optarg;
		break;
	case 'w':
		request->windowsize = (uint32_t)option_number(optarg, 'w', 1, TFTP_WINDOW_MAX);
		break;
	case 'x':
		o->command = optarg;
		break;
	default:
		request->create |= c == 'c';
		request->replace |= c == 'o';
		request->single |= c == 's';
		o->any_case |= c == 'i';
		o->check |= c == 'n';
		o->verbose |= c == 'v';
	}
}

static void
parse_options(int argc, char *argv[], struct options *o)
{
	int c;

	while ((c = cli_getopt(argc, argv, "b:cg:il:m:M:noP:st:u:vw:x:", NAME, usage)) != -1)
		parse_option(c, o);
	if (argc == optind)
		cli_wrong(NAME, "which directory is to be served?");
	if (argc - optind > 1)
		cli_wrong(NAME, "only one directory can be served: \"%s\" is too many", argv[argc - 1]);
	if (o->server.request.single && o->server.lo)
		cli_wrong(NAME, "-s answers from the listening port, -P from others: use one of the two");
	if (o->server.request.replace && !o->server.request.create)
		cli_wrong(NAME, "-o lets uploads replace files, and -c lets clients upload: give both");
	o->dir = argv[optind];
}

/* ---- setting up -------------------------------------------------------- */

/* inetd puts the network on fd 0, and on fd 2 too: nothing may be printed. */
static bool
from_inetd(void)
{
	int family;
	socklen_t len = sizeof(family);

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_DOMAIN, &family, &len) == 0 &&
	    (family == AF_INET || family == AF_INET6);
}

/* A transfer holds a descriptor for its file, and one for its port. */
static void
raise_fd_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

struct map_job {
	const char *path;
	struct remapfile *map;
};

static int
open_map(void *context)
{
	struct map_job *j = context;

	return remapfile_open(j->path, j->map);
}

/* What is opened before rights are given up, and stays in reach. */
struct reach {
	struct docroot docroot;
	struct remapfile map;
	struct metrics metrics;
};

/* The map with the rights of the user to become: its directory may be that user's, who
 * could have put a link there. */
static void
open_reach(const struct options *o, const struct priv_user *user, struct reach *reach)
{
	struct map_job j = { o->map, &reach->map };
	int fd;
	char error[METRICS_ERROR];

	if (beneath_root(o->dir, &reach->docroot.root) < 0)
		die(EXIT_USAGE, "cannot serve \"%s\": %s%s", o->dir, strerror(errno),
		    errno == ENOENT ? "; create it or name another directory" : "");
	reach->docroot.any_case = o->any_case;
	if (metrics_open(&reach->metrics, o->metrics, user, error) < 0)
		die(EXIT_USAGE, "%s", error);
	if (!o->map)
		return;
	if (asuser_try(user, o->map, open_map, &j) < 0)
		die(EXIT_USAGE, "cannot read the rules \"%s\": %s", o->map, strerror(errno));
	if (remapfile_load(&reach->map, &reach->docroot.remap) < 0)
		exit(EXIT_USAGE);
	fd = neighbours_open(); /* a rule with {mac} may come later */
	if (fd < 0)
		log_warn("rules with {mac} are passed over: cannot ask for the neighbour table: %s", strerror(errno));
	reach->docroot.neighbours = fd < 0 ? 0 : fd;
}

static void
drop_privileges(const struct options *o, const struct priv_user *user, const struct reach *reach)
{
	const char *who = user->change ? "user " : "this user", *name = user->change ? user->name : "";
	bool create = o->server.request.create;
	int root = reach->docroot.root.fd;
	struct confine_path paths[3] = { { .fd = root, .write = create } };
	struct confine limits = { .path = paths, .n = 1, .root = root };
	enum confine_fence fence;
	char error[PRIV_ERROR];

	if (o->map)
		paths[limits.n++] = (struct confine_path){ .fd = reach->map.dir, .name = reach->map.name };
	if (o->metrics)
		paths[limits.n++] =
		    (struct confine_path){ .fd = reach->metrics.dir, .name = reach->metrics.name, .write = true };
	listen_notify_open();
	if (confine_enter(&limits, &fence, error) < 0 || priv_drop(user, 0, error) < 0)
		die(EXIT_SYSTEM, "%s", error);
	if (fence == CONFINE_NONE)
		log_info("this kernel has no Landlock: only path checks guard the directory");
	if (faccessat(root, ".", R_OK | X_OK, AT_EACCESS) < 0)
		log_warn("%s%s may not read \"%s\": chmod a+rx it, or name another user with -u", who, name, o->dir);
	if (create && faccessat(root, ".", W_OK | X_OK, AT_EACCESS) < 0)
		log_warn("%s%s may not write to \"%s\": uploads will only work in directories below it that it owns",
		    who, name, o->dir);
}

/* The last step: from here on there is only what serving takes. */
static void
narrow_calls(const struct options *o)
{
	sandbox_or_die(SANDBOX_DATAGRAM | SANDBOX_CONNECT | (o->metrics ? SANDBOX_CREATE : 0) |
	    (o->server.request.create ? SANDBOX_CREATE | SANDBOX_MEMORY_FILES : 0));
}

static void
announce_ready(const struct options *o, const struct listen_set *set)
{
	char list[LISTEN_MAX * LISTEN_TEXT] = "", one[LISTEN_TEXT], dir[600];
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, " %s", listen_name(set->fd[i], one));
	listen_notify_ready();
	log_info("ready: serving %s on%s", log_quote_str(o->dir, dir, sizeof(dir)), list);
}

/* ---- the loop ---------------------------------------------------------- */

struct loop {
	struct server *server;
	struct reach *reach;
	int signals;
	uint64_t linger_ms; /* exit after this much idleness; XFER_NEVER */
	uint64_t stop_ms;   /* the latest time to stop; XFER_NEVER */
	uint32_t grace_s;   /* from SIGTERM until then */
};

static void
reload_rules(struct loop *l)
{
	struct remap fresh;

	if (l->reach->docroot.images)
		imagemaps_reload(l->reach->docroot.images);
	if (l->reach->map.dir < 0)
		return;
	if (remapfile_load(&l->reach->map, &fresh) < 0) {
		log_err("the old rules stay in force");
		return;
	}
	remap_free(&l->reach->docroot.remap);
	l->reach->docroot.remap = fresh;
	log_info("reread %zu rules", fresh.n);
}

static void
loop_signals(struct loop *l, uint64_t now_ms)
{
	enum sigs_event e;

	while ((e = sigs_next(l->signals)) != SIGS_NONE) {
		if (e == SIGS_CHILD) {
			events_reap(NAME);
		} else if (e == SIGS_RELOAD) {
			reload_rules(l);
		} else if (e == SIGS_REPORT) {
			metrics_log(&stats_table, server_stats(l->server));
		} else if (e == SIGS_STOP && l->stop_ms == XFER_NEVER) {
			listen_notify_stopping(l->grace_s + GRACE_S);
			server_stop(l->server);
			l->stop_ms = now_ms + l->grace_s * 1000;
		}
	}
}

static uint64_t
earliest(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* When the loop ends if nothing comes; XFER_NEVER. */
static uint64_t
loop_end(const struct loop *l)
{
	if (l->stop_ms != XFER_NEVER)
		return server_running(l->server) > 0 ? l->stop_ms : 0;
	if (l->linger_ms == XFER_NEVER || server_running(l->server) > 0)
		return XFER_NEVER;
	return server_last_request(l->server) + l->linger_ms;
}

static void
run_loop(struct loop *l)
{
	uint64_t now_ms = clock_ms(), end_ms;

	while (now_ms < (end_ms = loop_end(l))) {
		uint64_t until_ms = earliest(server_deadline(l->server), earliest(end_ms, l->reach->metrics.due_ms));
		int timeout_ms = -1;

		if (until_ms != XFER_NEVER)
			timeout_ms = until_ms <= now_ms ? 0 : (int)earliest(until_ms - now_ms, 60000);
		if (server_wait(l->server, l->signals, timeout_ms))
			loop_signals(l, clock_ms());
		now_ms = clock_ms();
		server_take(l->server, now_ms);
		server_attend(l->server, now_ms);
		now_ms = clock_ms();
		server_tick(l->server, now_ms);
		if (now_ms >= l->reach->metrics.due_ms)
			metrics_write(&l->reach->metrics, server_stats(l->server), now_ms);
	}
}

int
main(int argc, char *argv[])
{
	struct options o = { .server.request = { .windowsize = NEGOTIATE_WINDOW, .give_up_ms = GIVE_UP_S * 1000 },
		.linger_ms = LINGER_S * 1000,
		.grace_s = GRACE_S };
	struct reach reach = { .map = { .dir = -1, .fd = -1 }, .metrics = { .table = &stats_table } };
	struct loop loop = { .reach = &reach, .linger_ms = XFER_NEVER, .stop_ms = XFER_NEVER };
	struct server server;
	struct events events = { .fd = -1 };
	struct listen_set set;
	struct priv_user user;
	char error[PRIV_ERROR];

	fds_standard();
	parse_options(argc, argv, &o);
	log_open(NAME, from_inetd(), o.verbose);
	log_never_wait();
	if (priv_lookup(o.user, "_" NAME, &user, error) < 0)
		die(EXIT_USAGE, "%s", error);
	open_reach(&o, &user, &reach);
	if (o.check) {
		for (size_t i = 0; o.verbose && i < reach.docroot.remap.n; i++)
			printf("%s\n", reach.docroot.remap.rule[i].line);
		docroot_close(&reach.docroot);
		return cli_flush() < 0 ? EXIT_SYSTEM : EXIT_DONE;
	}

	fds_forget_inherited();
	if (o.command && from_inetd())
		die(EXIT_USAGE, "-x: what inetd starts has no place for a command");
	if (events_start(&events, o.command, &user) < 0)
		die(EXIT_SYSTEM, "cannot start the command of -x: %s", strerror(errno));
	errno = 0;
	if (listen_open(SOCK_DGRAM, o.address, o.addresses, TFTP_PORT, &set) < 0)
		die(errno == EINVAL ? EXIT_USAGE : EXIT_SYSTEM, "%s", set.error);
	raise_fd_limit();
	loop.signals = sigs_open();
	if (loop.signals < 0)
		die(EXIT_SYSTEM, "cannot watch for signals: %s", strerror(errno));
	if (server_init(&server, &o.server, &reach.docroot, clock_ms()) < 0)
		die(EXIT_SYSTEM, "cannot start: %s", strerror(errno));
	for (size_t i = 0; i < set.n; i++)
		if (server_listen(&server, set.fd[i]) < 0)
			die(EXIT_SYSTEM, "cannot use the socket on descriptor %d: %s", set.fd[i], strerror(errno));
	drop_privileges(&o, &user, &reach);
	narrow_calls(&o);

	server.pool.events = events_wanted(&events) ? &events : NULL;
	server.pool.stats[STATS_STARTED] = (uint64_t)time(NULL);
	reach.docroot.images = imagemaps_open(&reach.docroot.root);
	loop.server = &server;
	loop.grace_s = o.grace_s;
	if (set.from == LISTEN_INETD)
		loop.linger_ms = o.linger_ms;
	announce_ready(&o, &set);
	run_loop(&loop);

	server_free(&server, clock_ms());
	metrics_write(&reach.metrics, server_stats(&server), clock_ms());
	events_close(&events);
	docroot_close(&reach.docroot);
	return EXIT_DONE;
}
