/*
 * The control socket of a DHCP server, FILE.control beside the lease file (mode 0600):
 * what its -r asks the running daemon.  A packet is one word, an address or what else
 * names leases; the answer to it is a packet of facts lines, none when there was
 * nothing to forget.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#define CONTROL ".control" /* behind the lease file's name */
#define CONTROL_CLIENTS 4
#define CONTROL_WORD 64
#define CONTROL_REPLY 16384

struct control {
	int fd;                    /* takes connections, to poll; -1: there is none */
	int conn[CONTROL_CLIENTS]; /* to poll too; -1: free */
	int dir;                   /* of the lease file; not ours to close */
	char name[300];
};

/* No socket yet. */
void control_init(struct control *c);
/* Makes it in that directory, in place of what a dead daemon left: the caller holds
 * the lock of the lease file.  -1 with errno. */
int control_open(struct control *c, int dir, const char *lease_file);
/* A new connection, to poll; -1 when there are too many. */
int control_accept(struct control *c);
bool control_has(const struct control *c, int fd);
/* The next word of a connection; false when there is none, and the connection is
 * closed when it has ended. */
bool control_word(struct control *c, int fd, char word[CONTROL_WORD]);
void control_close(struct control *c);

/* The other end: a connection to the daemon of that lease file; -1 with errno. */
int control_connect(const char *leases);
/* The answer to a word: its length, -1 with errno. */
long control_ask(int fd, const char *word, char reply[CONTROL_REPLY]);

#endif
