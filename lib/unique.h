/* Numbers that nobody else has thought of: for names of files and seeds. */
#ifndef UNIQUE_H
#define UNIQUE_H

#include <stdint.h>

/* Random; before the kernel has randomness, of the time and this process.  Never waits, and no
 * secret. */
uint64_t unique_number(void);

#endif
