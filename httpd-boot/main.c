/* httpd-boot: options, sockets, files, privileges, then the workers. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asuser.h"
#include "cli.h"
#include "confine.h"
#include "fds.h"
#include "log.h"
#include "num.h"
#include "pool.h"
#include "priv.h"
#include "sandbox.h"
#include "sigs.h"

#define NAME "httpd-boot"
#define PORT 80
#define MIME_TYPES "/etc/mime.types"
#define SPARE_FDS 64 /* in addition to two per connection */
#define GRACE_S 3
#define FEW_FDS 128 /* with fewer, only a quarter is for connections */

static const char usage[] =
    "usage: httpd-boot [-ELnv] [-l ADDR:PORT]... [-p INBOX] [-P BYTES] [-H ADDR/LEN]... [-M FILE] [-x COMMAND] [-j WORKERS] [-c CONNECTIONS] [-a LOGFILE] [-r RATE] [-t SEC] [-g SEC] [-u USER] DIR\n"
    "\n"
    "Serves the files below DIR over HTTP/1.1.\n"
    "  -l ADDR:PORT    listen there (default :80, IPv4 and IPv6)\n"
    "  -p INBOX        keep what is sent by POST and PUT below /in/ there, a file each\n"
    "  -P BYTES        the most that one may hold (default 1M)\n"
    "  -H ADDR/LEN     connections from there begin with a PROXY header, which says whose they are\n"
    "  -M FILE         write what is counted there every 5 s, for Prometheus\n"
    "  -x COMMAND      gets a line for each file sent or kept, on standard input\n"
    "  -j WORKERS      processes that serve (default 1)\n"
    "  -c CONNECTIONS  at most that many at once; others are told to retry (default 16384)\n"
    "  -a LOGFILE      access log in combined format, reopened on SIGHUP (- for stdout)\n"
    "  -r RATE         at most that many bytes per second and client, such as 500k or 10M\n"
    "  -t SEC          drop a client that is silent or stuck for that long (default 60)\n"
    "  -u USER         become USER (default for root: _httpd-boot, else nobody)\n"
    "  -g SEC          at the end, let responses under way finish for that long (default 3)\n"
    "  -E              ETags that are the same on all hosts that have copies with the same times\n"
    "  -L              no directory listings\n"
    "  -n              check the options, DIR, LOGFILE and USER, and exit\n"
    "  -v              log every request\n"
    "  --help, --version\n"
    "\n"
    "Example: httpd-boot -l :8080 /srv/boot     See httpd-boot(8).\n";

struct options {
	const char *listen[LISTEN_MAX];
	size_t listens;
	unsigned workers, connections;
	bool connections_given;
	const char *accesslog, *inbox, *metrics, *command;
	uint64_t rate, inbox_bytes;
	uint32_t timeout_s, grace_s;
	const char *user, *dir;
	struct trust trust;
	bool no_listings, same_tags, check, verbose;
};

static uint64_t
option_number(int option, const char *text, uint64_t lo, uint64_t hi)
{
	uint64_t n;

	if (!num_uint(text, lo, hi, &n))
		cli_wrong(NAME, "-%c %s: not a number from %llu to %llu", option, text, (unsigned long long)lo,
		    (unsigned long long)hi);
	return n;
}

static void
parse_option(int c, const char *arg, struct options *o)
{
	switch (c) {
	case 'l':
		if (o->listens == LISTEN_MAX)
			cli_wrong(NAME, "more than %d -l", LISTEN_MAX);
		o->listen[o->listens++] = arg;
		break;
	case 'j':
		o->workers = (unsigned)option_number(c, arg, 1, LIMITS_WORKERS);
		break;
	case 'c':
		o->connections = (unsigned)option_number(c, arg, 1, 1000000);
		o->connections_given = true;
		break;
	case 'a':
		o->accesslog = arg;
		break;
	case 'p':
		o->inbox = arg;
		break;
	case 'P':
		if (!num_bytes(arg, &o->inbox_bytes) || o->inbox_bytes == 0 || o->inbox_bytes > UINT64_C(1) << 30)
			cli_wrong(NAME, "-P %s: not a number of bytes up to 1G, such as 64k or 10M", arg);
		break;
	case 'H':
		if (!trust_add(&o->trust, arg))
			cli_wrong(NAME,
			    "-H %s: not an address or a network, such as 127.0.0.1, 10.0.0.0/8 or ::1, or more than %d",
			    arg, TRUST_MAX);
		break;
	case 'M':
		o->metrics = arg;
		break;
	case 'x':
		o->command = arg;
		break;
	case 'r':
		if (!num_bytes(arg, &o->rate) || o->rate == 0 || o->rate > UINT64_C(1) << 40)
			cli_wrong(NAME, "-r %s: not a number of bytes per second, such as 500k or 10M", arg);
		break;
	case 't':
		if (!num_seconds(arg, &o->timeout_s) || o->timeout_s == 0 || o->timeout_s > 86400)
			cli_wrong(NAME, "-t %s: not a number of seconds from 1 to 86400", arg);
		break;
	case 'g':
		if (!num_seconds(arg, &o->grace_s) || o->grace_s == 0 || o->grace_s > 3600)
			cli_wrong(NAME, "-g %s: not a number of seconds from 1 to 3600", arg);
		break;
	case 'u':
		o->user = arg;
		break;
	default:
		o->no_listings |= c == 'L';
		o->same_tags |= c == 'E';
		o->check |= c == 'n';
		o->verbose |= c == 'v';
	}
}

static void
parse_options(int argc, char **argv, struct options *o)
{
	int c;

	*o = (struct options){
		.workers = 1, .connections = 16384, .timeout_s = 60, .grace_s = GRACE_S, .inbox_bytes = INBOX_BYTES
	};
	while ((c = cli_getopt(argc, argv, "ELnvg:l:p:P:H:M:x:j:c:a:r:t:u:", NAME, usage)) != -1)
		parse_option(c, optarg, o);
	if (optind == argc)
		cli_wrong(NAME, "DIR, the directory to serve, is missing");
	if (optind + 1 < argc)
		cli_wrong(NAME, "one DIR only, not \"%s\" as well", argv[optind + 1]);
	o->dir = argv[optind];
}

/* Each connection needs a descriptor, and another one while it is sent a file.
 * If there are too few for that, a quarter is kept for files; a request that
 * finds none left is told to retry. */
static unsigned
fit_connections(const struct options *o)
{
	rlim_t want = (rlim_t)o->connections * 2 + SPARE_FDS;
	struct rlimit limit;
	unsigned fit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= want)
		return o->connections;
	if (limit.rlim_max < want) {
		struct rlimit more = { want, want };

		if (setrlimit(RLIMIT_NOFILE, &more) == 0)
			return o->connections;
	}
	limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
	setrlimit(RLIMIT_NOFILE, &limit);
	fit = (unsigned)(limit.rlim_cur > FEW_FDS ? (limit.rlim_cur - SPARE_FDS) / 4 * 3 : (limit.rlim_cur + 3) / 4);
	if (fit >= o->connections)
		return o->connections;
	if (o->connections_given)
		log_warn("-c %u: the limit of open files (%llu) lets %u through; raise it (ulimit -n, LimitNOFILE=)",
		    o->connections, (unsigned long long)limit.rlim_cur, fit);
	return fit;
}

/* The file may be missing: the types that matter for booting are built in. */
static void
load_mime_types(struct mime_table *mime)
{
	int fd = open(MIME_TYPES, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;
	ssize_t n;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && st.st_size > 0 && st.st_size < 1 << 22 && (text = malloc((size_t)st.st_size))) {
		n = read(fd, text, (size_t)st.st_size);
		if (n > 0)
			mime_load(mime, text, (size_t)n);
		free(text);
	}
	close(fd);
}

static void
open_docroot(const struct options *o, struct docroot *docroot)
{
	docroot->listings = !o->no_listings;
	docroot->same_tags = o->same_tags;
	if (beneath_root(o->dir, &docroot->root) < 0)
		die(errno == ENOENT || errno == ENOTDIR ? EXIT_USAGE : EXIT_SYSTEM,
		    "cannot serve \"%s\": %s; DIR must be a readable directory", o->dir, strerror(errno));
	load_mime_types(&docroot->mime);
}

/* Comes first: from here on it is known whether stderr is the client. */
static void
open_listeners(const struct options *o, struct listen_set *set)
{
	int rc = listen_open(SOCK_STREAM, o->listen, o->listens, PORT, set);
	enum exit_code code = errno == EINVAL ? EXIT_USAGE : EXIT_SYSTEM;
	int on = 1;

	if (set->from == LISTEN_INETD)
		log_open(NAME, true, o->verbose);
	if (rc < 0)
		die(code, "%s", set->error);
	if (set->from == LISTEN_INETD && set->connected && o->accesslog && strcmp(o->accesslog, "-") == 0)
		die(EXIT_USAGE, "-a -: standard output is the client; name a file");
	for (size_t i = 0; i < set->n; i++) /* accepted sockets inherit it */
		setsockopt(set->fd[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

struct log_job {
	const char *path;
	struct accesslog *log; /* NULL: only see whether it could be opened */
};

static int
open_log_job(void *context)
{
	struct log_job *j = context;

	return j->log ? accesslog_open(j->path, j->log) : accesslog_check(j->path);
}

/* With the rights of the user to become: its directory may be that user's, who could
 * have put a link there. */
static void
open_accesslog(const struct options *o, const struct priv_user *user, struct accesslog *log)
{
	struct log_job j = { o->accesslog, log };

	if (!o->accesslog || asuser_try(user, o->accesslog, open_log_job, &j) == 0)
		return;
	if (errno == EACCES && user->change)
		die(EXIT_SYSTEM,
		    "cannot write the access log \"%s\": user %s is not permitted to; give it the log and its directory "
		    "(chown), or name another user with -u",
		    o->accesslog, user->name);
	die(EXIT_SYSTEM, "cannot write the access log \"%s\": %s", o->accesslog, accesslog_error(errno));
}

static bool
is_same(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool
lies_beneath(const char *path, const struct beneath *root)
{
	char *real = realpath(path, NULL);
	bool lies = !real || beneath_encloses(root, real);

	free(real);
	return lies;
}

static void
open_written(const struct options *o, const struct priv_user *user, struct worker_conf *conf)
{
	char error[INBOX_ERROR > METRICS_ERROR ? INBOX_ERROR : METRICS_ERROR];

	conf->metrics.table = &stats_table;
	if (metrics_open(&conf->metrics, o->metrics, user, error) < 0)
		die(EXIT_USAGE, "%s", error);
	if (!o->inbox)
		return;
	conf->inbox = inbox_open(o->inbox, user, error);
	if (conf->inbox && lies_beneath(o->inbox, &conf->docroot.root))
		beneath_hide(&conf->docroot.root, inbox_directory(conf->inbox));
	if (!conf->inbox)
		die(EXIT_USAGE, "%s", error);
	if (is_same(inbox_directory(conf->inbox), conf->docroot.root.fd))
		die(EXIT_USAGE, "-p \"%s\": what is left there would be served; make the inbox a directory of its own",
		    o->inbox);
}

/* Before anything that it must not have is open, but for what fds.h closes. */
static void
start_command(const struct options *o, const struct priv_user *user, struct worker_conf *conf)
{
	if (o->command && conf->listen.from == LISTEN_INETD)
		die(EXIT_USAGE, "-x: what inetd starts has no place for a command");
	if (events_start(&conf->events, o->command, user) < 0)
		die(EXIT_SYSTEM, "cannot start the command of -x: %s", strerror(errno));
}

/* With the rights that remain.  The tree can still be changed while it is served, so
 * this is only a warning. */
static bool
check_readable(const struct worker_conf *conf, const struct options *o, const struct priv_user *user)
{
	if (faccessat(conf->docroot.root.fd, ".", o->no_listings ? X_OK : R_OK | X_OK, AT_EACCESS) == 0)
		return true;
	log_warn("%s%s may not read \"%s\": chmod a+rx it, or name another user with -u",
	    user->change ? "user " : "this user", user->change ? user->name : "", o->dir);
	return false;
}

/* Drops privileges for good; what remains is DIR and the directory of the log. */
static void
confine(const struct worker_conf *conf, const struct options *o, const struct priv_user *user)
{
	const struct accesslog *log = &conf->accesslog;
	struct confine_path path[4] = { { .fd = conf->docroot.root.fd } };
	struct confine limits = { .path = path, .n = 1, .root = conf->docroot.root.fd };
	enum confine_fence fence;
	char error[PRIV_ERROR];

	if (log->on && log->dir >= 0)
		path[limits.n++] = (struct confine_path){ .fd = log->dir, .name = log->name, .write = true };
	if (conf->metrics.dir >= 0)
		path[limits.n++] =
		    (struct confine_path){ .fd = conf->metrics.dir, .name = conf->metrics.name, .write = true };
	if (conf->inbox)
		path[limits.n++] = (struct confine_path){ .fd = inbox_directory(conf->inbox), .write = true };
	listen_notify_open();
	if (confine_enter(&limits, &fence, error) < 0 || priv_drop(user, 0, error) < 0)
		die(EXIT_SYSTEM, "%s", error);
	if (fence == CONFINE_NONE)
		log_info("this kernel has no Landlock: only file permissions confine us");
	check_readable(conf, o, user);
}

/* The last step: from here on there is only what serving takes.  Each worker
 * narrows it further. */
static void
narrow_calls(const struct worker_conf *conf, bool pool)
{
	sandbox_or_die((pool ? SANDBOX_WORKERS : 0) | worker_calls(conf));
}

/* -n: everything that can be checked without a socket.  Privileges are dropped to
 * look at DIR. */
static enum exit_code
check_only(struct worker_conf *conf, const struct options *o, const struct priv_user *user)
{
	char error[PRIV_ERROR];

	open_accesslog(o, user, NULL);
	open_written(o, user, conf);
	if (priv_drop(user, 0, error) < 0)
		die(EXIT_SYSTEM, "%s", error);
	return check_readable(conf, o, user) ? EXIT_DONE : EXIT_USAGE;
}

static void
announce_ready(const struct worker_conf *conf, const struct options *o)
{
	char where[LISTEN_MAX * LISTEN_TEXT], name[LISTEN_TEXT];
	size_t n = 0;

	if (conf->listen.connected)
		return;
	for (size_t i = 0; i < conf->listen.n; i++)
		n += (size_t)snprintf(
		    where + n, sizeof(where) - n, "%s%s", i ? " " : "", listen_name(conf->listen.fd[i], name));
	log_info("ready: \"%s\" on %s workers=%u connections=%u", o->dir, where, o->workers, conf->connections);
	listen_notify_ready();
}

int
main(int argc, char **argv)
{
	static struct worker_conf conf;
	struct options o;
	struct priv_user user;
	char error[PRIV_ERROR], bad[LISTEN_ERROR];
	bool pool;

	fds_standard();
	parse_options(argc, argv, &o);
	log_open(NAME, false, o.verbose);
	log_never_wait();
	conf.timeout_ms = o.timeout_s * 1000;
	conf.grace_ms = o.grace_s * 1000;
	conf.trust = o.trust;
	for (size_t i = 0; o.check && i < o.listens; i++)
		if (listen_check(SOCK_STREAM, o.listen[i], PORT, bad) < 0)
			die(EXIT_USAGE, "%s", bad);
	if (!o.check)
		open_listeners(&o, &conf.listen);
	if (priv_lookup(o.user, "_" NAME, &user, error) < 0)
		die(EXIT_USAGE, "%s", error);
	open_docroot(&o, &conf.docroot);
	if (o.check)
		return check_only(&conf, &o, &user);
	open_accesslog(&o, &user, &conf.accesslog);
	open_written(&o, &user, &conf);
	fds_forget_inherited();
	start_command(&o, &user, &conf);
	conf.connections = fit_connections(&o);
	conf.limits = limits_make(o.workers, o.rate);
	conf.signals = sigs_open();
	conf.stats = stats_make(o.workers);
	if (!conf.limits || !conf.stats || conf.signals < 0)
		die(EXIT_SYSTEM, "cannot get shared memory or a signal descriptor: %s", strerror(errno));
	confine(&conf, &o, &user);
	if (conf.inbox && inbox_begin(conf.inbox, conf.limits, o.inbox_bytes) < 0)
		die(EXIT_SYSTEM, "cannot look into the inbox \"%s\": %s", o.inbox, strerror(errno));
	pool = o.workers > 1 && !conf.listen.connected;
	conf.pooled = pool;
	narrow_calls(&conf, pool);
	conf.docroot.images = imagemaps_open(&conf.docroot.root);
	announce_ready(&conf, &o);
	if (pool)
		pool_run(&conf, o.workers);
	else if (worker_run(&conf, 0) < 0)
		die(EXIT_SYSTEM, "cannot start serving: %s", strerror(errno));
	worker_report(&conf, false);
	events_close(&conf.events);
	imagemaps_free(conf.docroot.images);
	beneath_close(&conf.docroot.root);
	mime_free(&conf.docroot.mime);
	free(conf.accesslog.buf);
	return EXIT_DONE;
}
