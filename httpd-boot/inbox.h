/*
 * What clients leave here (-p): one file for each POST or PUT, never served and never
 * overwritten.  Written under a hidden name, synced, and given its own when whole.
 */
#ifndef INBOX_H
#define INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "priv.h"

#define INBOX_NAME 200           /* of a file, with its NUL */
#define INBOX_BYTES (1U << 20)   /* default of the most that one may hold */
#define INBOX_OF_ONE 64          /* times that: what an address may have in it, */
#define INBOX_OF_ALL 1024        /* and what all may */
#define INBOX_FILES_OF_ONE 10000 /* so many files at most */
#define INBOX_FILES 100000
#define INBOX_ERROR 512

struct limits;
struct inbox;

/* Opens the directory with the rights of the user to become.  NULL and a sentence. */
struct inbox *inbox_open(const char *path, const struct priv_user *user, char error[INBOX_ERROR]);
/* The directory, for lib/confine. */
int inbox_directory(const struct inbox *b);
/* Once rights are given up, and before the workers are started: looks at what is there.
 * `bytes`: the most that a file may hold.  -1 with errno. */
int inbox_begin(struct inbox *b, const struct limits *limits, uint64_t bytes);
uint64_t inbox_most(const struct inbox *b);

/* A file that is being written. */
struct inbox_file {
	int fd;
	char hidden[32];
	char name[INBOX_NAME]; /* as it will be; inbox_keep makes it unique */
	uint16_t slot;         /* limits_slot of its sender */
	uint64_t bytes;
	bool kept;
};

/* Who sends it, and what it is called: the path behind "/in/". */
struct inbox_from {
	const char *address, *name;
	uint16_t slot;
	int64_t now;
};
/* 0, or -1 with errno: EDQUOT when a bound is reached. */
int inbox_create(struct inbox *b, const struct inbox_from *from, struct inbox_file *f);
/* All or nothing; EFBIG: more than one may hold. */
int inbox_write(struct inbox *b, struct inbox_file *f, const char *bytes, size_t len);
/* Syncs it and gives it its name; -1 with errno. */
int inbox_keep(struct inbox *b, struct inbox_file *f);
/* Forgets a file that was not kept; or nothing, behind inbox_keep. */
void inbox_drop(struct inbox *b, struct inbox_file *f);

#endif
