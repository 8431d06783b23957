/* How far it is, on a terminal: one line on stderr, written over itself. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool on;
	uint64_t start_ms, last_ms;
	bool shown;
};

void progress_open(struct progress *p, bool on);
/* Something begins whose rate is its own. */
void progress_start(struct progress *p, uint64_t now_ms);
/* `done` of `total` bytes (0: not known) of what began; `what` is shown beside
 * it.  Writes a few times a second at most, and no more than a line. */
void progress_show(struct progress *p, uint64_t done, uint64_t total, const char *what, uint64_t now_ms);
/* Takes the line away, for something else to be written. */
void progress_clear(struct progress *p);

/* "12 B", "3.4 MiB"; returns out. */
#define PROGRESS_SIZE_TEXT 24
const char *progress_size(uint64_t bytes, char out[PROGRESS_SIZE_TEXT]);
/* Cuts a text to what `columns` of a terminal hold; wide letters (ideograms)
 * take two. */
void progress_cut(char *text, unsigned columns);

#endif
