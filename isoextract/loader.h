/* EFI programs: which one is it?  Pure. */
#ifndef LOADER_H
#define LOADER_H

#include <stddef.h>

/* From the names of its PE sections: "shim", "grub", "systemd-boot" or NULL. */
const char *loader_by_sections(const void *bytes, size_t len);
/* From its file's name: shim grub mok fallback systemd-boot ipxe memtest
 * windows, or NULL. */
const char *loader_by_name(const char *path);

#endif
