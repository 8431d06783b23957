/*
 * One connection: requests in, responses out, until it ends.  It reads and
 * writes its socket and says what to wait for; waiting is the worker's.
 */
#ifndef CONN_H
#define CONN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "accesslog.h"
#include "response.h"
#include "date.h"
#include "log.h"
#include "reqcache.h"
#include "limits.h"
#include "docroot.h"
#include "tcp.h"

#define CONN_LINGER_MS 2000 /* how long a closed connection is still read */
#define CONN_HEARD 65536

enum conn_state { CONN_HEAD, CONN_BODY, CONN_SEND, CONN_LINGER };

/* Sockets are watched edge-triggered (epoll(7)): the first two are for one
 * that has been read or written until it could not be any more. */
enum conn_wait {
	CONN_READ,  /* until there is something to read */
	CONN_WRITE, /* until there is room to write */
	CONN_AGAIN, /* until the others have had their turn */
	CONN_PACE,  /* a moment: the client has had its rate */
	CONN_DISK,  /* a moment: the file is being read from a disk */
	CONN_GONE   /* it has ended */
};

/* What a worker's connections have in common. */
struct conn_env {
	const struct docroot *docroot;
	struct filecache *filecache; /* NULL: none */
	struct limits *limits;
	struct accesslog *accesslog;
	struct reqcache *reqcache;
	uint64_t now_ms;      /* clock_ms */
	int64_t now;          /* seconds since 1970 */
	char date[DATE_HTTP]; /* the same as text */
	char stamp[ACCESSLOG_STAMP];
	bool stopping; /* each response is its connection's last */
	char *heard;   /* CONN_HEARD bytes that all share, for what is read in a turn */
	size_t heard_len;
	size_t turn;  /* bytes sent since conn_run began */
	size_t pages; /* bytes of listings on their way */
	struct log_limit request_limit, fault_limit;
};

struct conn {
	/* the worker's */
	struct conn *next, *prev;
	struct conn_queue *queue;
	uint64_t due_ms;

	int fd;
	enum conn_state state;
	bool refused;  /* too many connections: 503 whatever it asks */
	bool keep;     /* another request may follow */
	bool moved;    /* there was progress: its time begins anew; the worker clears it */
	bool more;     /* there may be something to read; the worker sets it */
	bool ended;    /* the client has closed its side; the worker sets it */
	uint16_t slot; /* limits_slot */
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} peer;

	char *in; /* read, not used yet; NULL when there is nothing */
	size_t in_len, scanned;
	size_t in_size; /* malloc'ed; 0: part of env->heard */
	uint64_t skip;  /* bytes of content to drop */

	struct response response;
	size_t page;   /* bytes of it that count in env->pages */
	uint64_t sent; /* bytes of it, head included */
	struct tcp tcp;
	uint16_t waits;    /* CONN_DISK, in a row */
	uint64_t start_ms; /* of the response; of CONN_LINGER */
	char *what;        /* for the log; NULL: not to be logged */
	const char *fault; /* why it is cut off, the worker may say, too; NULL: the client left */
	char *request;     /* accesslog_request */
	char client[48];   /* address without port, for the access log; "" until it is needed */
	int unacked;       /* SIOCOUTQ at the last deadline */
};

/* `fd` is the connection's from now on. */
void conn_init(struct conn *c, int fd);
/* Reads what the client has sent, if a request is awaited, and leaves it to
 * conn_run in the same turn: all requests of a turn are read before the first
 * is answered, so that one look at a file does for all (filecache.h). */
void conn_hear(struct conn *c, struct conn_env *env);
/* Does what can be done now. */
enum conn_wait conn_run(struct conn *c, struct conn_env *env);
/* Nothing was heard in time: what to wait for now. */
enum conn_wait conn_timeout(struct conn *c, struct conn_env *env);
/* Nothing of a request is here: it can be closed without harm. */
bool conn_idle(const struct conn *c);
/* Logs what was cut off, closes and frees what it holds. */
void conn_end(struct conn *c, struct conn_env *env);

#endif
