/* ELF files, little-endian: how long they are, and the libraries that PXELINUX's modules
 * say they need.  Pure. */
#ifndef ELF_H
#define ELF_H

#include <stddef.h>
#include <stdint.h>

#define ELF_NAME 64

/* Where the last of its segments ends, in bytes of the file; 0 when it is no such file
 * or has none. */
uint64_t elf_end(const uint8_t *bytes, size_t len);
/* Sets out to the names of its libraries (DT_NEEDED), most at most; returns how many. */
size_t elf_needs(const uint8_t *bytes, size_t len, char (*out)[ELF_NAME], size_t most);

#endif
