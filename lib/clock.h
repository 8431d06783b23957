/* The monotonic clock. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Milliseconds of a clock that never jumps: for deadlines. */
uint64_t clock_ms(void);
/* The same in microseconds: for what is measured. */
uint64_t clock_us(void);
/* Microseconds since 1970, as captures have them; jumps when the clock is set. */
uint64_t clock_wall_us(void);

#endif
