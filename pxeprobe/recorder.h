/*
 * -o: what passes on the interface while machines are played there, written as a capture
 * (pcapng) whose frames carry a comment where a fault was seen.  A process of its own
 * does it, so that no transfer waits for a disk.
 */
#ifndef RECORDER_H
#define RECORDER_H

#include <stdbool.h>

#define RECORDER_ERROR 400

struct recorder;

/* Begins to write to `fd`, which it takes over.  To be called before threads, other
 * namespaces and the loss of rights.  NULL, and a sentence in `error`. */
struct recorder *recorder_start(const char *ifname, int fd, char error[RECORDER_ERROR]);
/* A comment for the last frame that was seen before now.  NULL: does nothing. */
void recorder_mark(struct recorder *r, const char *text);
/* Waits until all that was seen is written; false, and a sentence, when it was not.
 * `r` is gone then. */
bool recorder_stop(struct recorder *r, char error[RECORDER_ERROR]);

#endif
