/*
 * Lists the files of a FAT12, FAT16 or FAT32 file system with its long names
 * (Microsoft, "FAT32 File System Specification", 1.03).  Pure.
 */
#ifndef FAT_H
#define FAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blockcache.h"
#include "fsindex.h"
#include "selection.h"

#define FAT_SECTOR 512 /* bytes of a boot sector that count */

/* What a boot sector says.  Places are bytes from the volume's start. */
struct fat_volume {
	unsigned bits;      /* of an entry of the table: 12, 16 or 32 */
	uint32_t cluster;   /* bytes of one */
	uint32_t clusters;  /* they are numbered from 2 */
	uint64_t table;     /* the first FAT */
	uint64_t root;      /* the root directory; of FAT32 it is in clusters */
	uint32_t root_size; /* bytes; 0 for FAT32 */
	uint32_t root_cluster;
	uint64_t data; /* cluster 2 */
	char label[12];
};

/* Reads a boot sector; false if it is none of FAT. */
bool fat_identify(const void *sector, size_t len, struct fat_volume *out);

/* Adds the files of the volume that begins `at` bytes into the image to the directory
 * `dir`, a node of *fs.  FSINDEX_NONE if there is none. */
enum fsindex_result
fat_read(struct blockcache *cache, uint64_t at, const struct selection *wanted, struct fsindex *fs, uint32_t dir);

#endif
