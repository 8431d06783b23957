/*
 * Which protocol a hypervisor's kernel is started by, from its first bytes (Multiboot
 * 0.6.96, 3.1; esx-boot's esxbootinfo.h), also if these are packed with gzip.  Pure.
 */
#ifndef MULTIBOOT_H
#define MULTIBOOT_H

#include <stddef.h>

enum multiboot {
	MULTIBOOT_UNSEEN, /* no header among the bytes given */
	MULTIBOOT_1,
	MULTIBOOT_ESX /* VMware's ESXBootInfo, which only its own mboot speaks */
};

enum multiboot multiboot_identify(const void *bytes, size_t len);

#endif
