/*
 * Fetches a file as a given program does, and says what that program would
 * find wrong with the server's way of serving it.
 */
#ifndef FETCH_H
#define FETCH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "lan.h"
#include "persona.h"
#include "url.h"

#define FETCH_TEXT 200
#define FETCH_DNS 3
#define FETCH_FAULTS 6

/* The program that fetches. */
struct fetcher {
	struct lan *lan;
	uint32_t addr; /* the one that we leased */
	uint32_t dns[FETCH_DNS];
	unsigned dns_n;
	bool six; /* it is IPv6 that it has: */
	struct in6_addr addr6, dns6[FETCH_DNS];
	unsigned patience_ms; /* longest silence tolerated */
	const struct persona_tftp *tftp;
	const struct persona_http *http; /* NULL: it has no HTTP */
};

struct fetched {
	enum fault fault; /* FAULT_NONE: all of it arrived */
	char why[FETCH_TEXT];
	/* What this program refuses, even where we could read the file all the
	 * same: each is an error of its own. */
	struct {
		enum fault fault;
		bool warning; /* here, whatever its usual weight */
		char why[FETCH_TEXT];
	} flaw[FETCH_FAULTS];
	size_t flaws;
	bool not_there; /* the server has no such file */
	uint64_t bytes, size;
	bool has_size;
	uint64_t ms;
	uint8_t *data; /* the first `kept` bytes, NUL behind them; free with fetch_free */
	size_t kept, room, keep;
	char from[64];        /* the server, as text */
	char how[64];         /* "blksize 1468, window 4"; "HTTP/1.1 200" */
	char type[96];        /* Content-Type */
	char final[URL_TEXT]; /* address after redirects */
};

void fetch_free(struct fetched *f);
/* Bytes per second. */
uint64_t fetch_rate(const struct fetched *f);

/* True when the file has taken so long, in milliseconds, that nobody would wait: more
 * than FETCH_ENDLESS times the patience, but for as much of an announced length (0: none)
 * as came at 1 Mbit/s since.  Silence is another matter (patience_ms). */
#define FETCH_ENDLESS 12 /* two minutes by default */
bool fetch_is_endless(const struct fetcher *f, uint64_t ms, uint64_t bytes, uint64_t announced);

/* For the two below: note what came in, and what is wrong with it. */
void fetch_take(struct fetched *f, const void *bytes, size_t len);
void fetch_fail(struct fetched *f, enum fault fault, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void fetch_flaw(struct fetched *f, enum fault fault, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void fetch_warn(struct fetched *f, enum fault fault, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* An address of either family, with a port. */
union fetch_addr {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};
socklen_t fetch_addr_len(const union fetch_addr *a);
const char *fetch_addr_text(const union fetch_addr *a, char out[INET6_ADDRSTRLEN]);
/* The same host; its port does not matter. */
bool fetch_addr_same(const union fetch_addr *a, const union fetch_addr *b);
in_port_t *fetch_addr_port(union fetch_addr *a);
/* What the program has, with port 0. */
void fetch_own(const struct fetcher *f, union fetch_addr *out);
/* The host's address; false when no DNS server knows it. */
bool fetch_resolve(const struct fetcher *f, const char *host, union fetch_addr *out);
/* Is it, or the router to it, on the network?  If not, the failure is added. */
bool fetch_reach(const struct fetcher *f, const union fetch_addr *to, enum fault fault, struct fetched *out);

/* Fetch a file into *out, which is zero but for keep, how many of its first
 * bytes are kept.  out->fault says how it went. */
void fetch_tftp(const struct fetcher *f, const struct url *u, struct fetched *out);
/* Reads what libcurl reads of this system, while that can be reached. */
void fetch_http_prepare(void);
void fetch_http(const struct fetcher *f, const struct url *u, struct fetched *out);

#endif
