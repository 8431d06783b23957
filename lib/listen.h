/*
 * "Give me my sockets": handed over by systemd (LISTEN_FDS), on fd 0 (inetd),
 * or bound here (sd_listen_fds(3), inetd(8)).
 */
#ifndef LISTEN_H
#define LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define LISTEN_MAX 32
#define LISTEN_FIRST_FD 3 /* SD_LISTEN_FDS_START (sd_listen_fds(3)) */
#define LISTEN_TEXT 64    /* "[v6 address%interface]:65535" and NUL */
#define LISTEN_ERROR 256

enum listen_from { LISTEN_BOUND, LISTEN_SYSTEMD, LISTEN_INETD };

struct listen_set {
	int fd[LISTEN_MAX]; /* close-on-exec, non-blocking */
	size_t n;
	enum listen_from from;
	bool connected;           /* a stream that is already one client */
	char error[LISTEN_ERROR]; /* a sentence, when a call returned -1 */
};

/* How many sockets systemd handed over to us, from LISTEN_FIRST_FD on. */
size_t listen_handed_over(void);

/* Takes sockets of `type` (SOCK_DGRAM or SOCK_STREAM) that we were started
 * with: LISTEN_FDS when LISTEN_PID is ours, else fd 0 when it is a socket.
 * set->n is 0 when there are none.  -1 and set->error when what was handed
 * over is unfit. */
int listen_inherited(int type, struct listen_set *set);

/* Binds "ADDR:PORT", ":PORT", "[::1]:PORT"; an address alone gets
 * `default_port`.  ":PORT" is both families on one IPv6 socket, or IPv4
 * alone where there is no IPv6.  Streams listen.  Returns the fd, or -1 and a
 * sentence that says what to do in `error`. */
int listen_bind(int type, const char *where, unsigned default_port, char error[LISTEN_ERROR]);

/* Could `where` be meant?  0, or -1 and the sentence; nothing is bound. */
int listen_check(int type, const char *where, unsigned default_port, char error[LISTEN_ERROR]);

/* The first two: what was inherited, else each of `where`, else
 * ":default_port".  Inherited ones and `where` together are an error; a UNIX
 * socket as standard input does not count then. */
int listen_open(int type, const char *const *where, size_t n, unsigned default_port, struct listen_set *set);

/* "10.0.0.1:69" or "[::1]:69"; IPv4-mapped addresses as IPv4; returns out. */
const char *listen_text(const struct sockaddr *sa, char out[LISTEN_TEXT]);
/* The same for the address a socket is bound to. */
const char *listen_name(int fd, char out[LISTEN_TEXT]);

/* Connects to the service manager (NOTIFY_SOCKET), before that is out of reach. */
void listen_notify_open(void);
/* Tells the service manager (NOTIFY_SOCKET) that we are ready, or stopping; nothing
 * happens where there is none.  That may take `within_s` seconds (0: not worth a word),
 * whatever it is set to wait. */
void listen_notify_ready(void);
void listen_notify_stopping(unsigned within_s);

#endif
