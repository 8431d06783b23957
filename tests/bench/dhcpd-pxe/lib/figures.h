/* Many measurements and their percentiles. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stddef.h>
#include <stdint.h>

struct figures { /* zeroed to start */
	uint32_t *v;
	size_t n, room;
};

/* Ends the program if memory runs out. */
void figures_add(struct figures *f, uint64_t v);
/* The value that `share` (0..1) of them do not exceed; 0 when there are none.
 * Sorts them. */
uint32_t figures_at(struct figures *f, double share);

#endif
