/*
 * A raw disk image: its partitions, by the table of the PC (MBR) or of UEFI (GPT,
 * UEFI 2.10, 5.3), or a FAT file system without a table.  Pure.
 */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_PARTITIONS 16 /* as many as are looked at */

struct disk_partition {
	uint64_t at, len; /* bytes in the image */
	unsigned number;  /* as the table counts, from 1; 0: there is no table */
	bool efi;         /* an EFI system partition */
};

struct disk {
	struct disk_partition partition[DISK_PARTITIONS];
	size_t n;
	bool bios; /* its first sector has a program, which a BIOS starts */
};

/* Reads an image's first `len` bytes; 64 KiB are enough.  False if they are no disk's: a
 * disc's image may have such a table as well, for sticks. */
bool disk_identify(const void *head, size_t len, uint64_t size, struct disk *out);

#endif
