/* The libraries that an ELF file says it needs (DT_NEEDED), as PXELINUX's modules do.
 * Pure. */
#ifndef ELFNEEDS_H
#define ELFNEEDS_H

#include <stddef.h>
#include <stdint.h>

#define ELFNEEDS_NAME 64

/* Sets out to the names, most at most; returns how many. */
size_t elfneeds_read(const uint8_t *bytes, size_t len, char (*out)[ELFNEEDS_NAME], size_t most);

#endif
