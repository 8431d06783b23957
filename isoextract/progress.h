/* Progress on a terminal: one line on stderr that rewrites itself. */
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
/* Starts measuring the rate anew. */
void progress_start(struct progress *p, uint64_t now_ms);
/* Shows `done` of `total` bytes (0: unknown) since the start, and `what` beside it.
 * Writes a few times a second at most, one line at most. */
void progress_show(struct progress *p, uint64_t done, uint64_t total, const char *what, uint64_t now_ms);
/* Erases the line, to make room for other output. */
void progress_clear(struct progress *p);

/* "12 B", "3.4 MiB"; returns out. */
#define PROGRESS_SIZE_TEXT 24
const char *progress_size(uint64_t bytes, char out[PROGRESS_SIZE_TEXT]);
/* Cuts a text to fit `columns` of a terminal; wide characters (ideograms) take two. */
void progress_cut(char *text, unsigned columns);

#endif
