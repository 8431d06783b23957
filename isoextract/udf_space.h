/* Turns UDF's addresses, blocks of partitions, into bytes of the image.  Pure. */
#ifndef UDF_SPACE_H
#define UDF_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blockcache.h"
#include "fsindex.h"
#include "wire.h"

#define UDF_PARTITIONS 4
#define UDF_BLOCK_MAX BLOCKCACHE_MAX
#define UDF_SPARES 256

enum udf_tag {
	UDF_PRIMARY = 1,
	UDF_ANCHOR = 2,
	UDF_POINTER = 3,
	UDF_PARTITION = 5,
	UDF_LOGICAL = 6,
	UDF_TERMINATOR = 8,
	UDF_FILE_SET = 256,
	UDF_NAME = 257,
	UDF_ALLOCATION = 258,
	UDF_INDIRECT = 259,
	UDF_ENTRY = 261,
	UDF_EXTENDED_ENTRY = 266
};

/* An address: a block of one of the volume's partitions (7.1). */
struct udf_address {
	uint32_t block;
	uint16_t partition;
};

/* An extent as recorded, its two kind bits taken out of `bytes`. */
struct udf_extent {
	struct udf_address at;
	uint32_t bytes;
	uint8_t kind; /* UDF_RECORDED ... */
};
enum { UDF_RECORDED, UDF_ALLOCATED, UDF_UNALLOCATED, UDF_CONTINUED };

/* Pieces of a file, as bytes of the image. */
struct udf_piece {
	uint64_t at, len;
	uint64_t upto; /* the lengths so far, its own as well: a place is found in few steps */
};
struct udf_pieces {
	struct udf_piece *e;
	size_t n, size;
};

enum udf_partition_kind { UDF_PLAIN, UDF_SPARABLE, UDF_VIRTUAL, UDF_METADATA };

struct udf_partition {
	enum udf_partition_kind kind;
	uint64_t start, len; /* of the physical partition, bytes of the image */
	uint16_t number;     /* of the physical one */
	uint32_t packet;     /* sparable: how many blocks are replaced together */
	struct udf_spare {
		uint32_t from, to; /* blocks of the partition; of the image */
	} spare[UDF_SPARES];       /* in the order of `from` */
	size_t spares;
	uint32_t file, mirror;        /* metadata: the blocks of its file's two entries */
	struct udf_pieces pieces;     /* virtual: of its table; metadata: of its blocks */
	uint64_t table_at, table_len; /* virtual: where the table's entries begin and end */
};

struct udf_space {
	struct blockcache *cache;
	uint32_t block; /* bytes */
	struct udf_partition partition[UDF_PARTITIONS];
	size_t partitions;
};

void udf_space_free(struct udf_space *s);

/* Copies a block, s->block bytes.  False if it cannot be read. */
bool udf_block(const struct udf_space *s, struct udf_address a, uint8_t copy[UDF_BLOCK_MAX]);
/* CRC-ITU-T, X^16 + X^12 + X^5 + 1 (3/7.2.6). */
uint16_t udf_crc(const uint8_t *p, size_t len);
/* The tag that the bytes start with; 0 if it is not a valid one. */
unsigned udf_tag(const void *bytes, size_t len);

struct udf_extent udf_short_ad(struct rd *r, uint16_t partition);
struct udf_extent udf_long_ad(struct rd *r);

/* Appends the pieces that an extent maps to.  False if it leaves its partition, if
 * the image's pieces are more than it has room for, or for lack of memory. */
bool udf_map(const struct udf_space *s, const struct udf_extent *e, struct udf_pieces *out);
bool udf_pieces_add(struct udf_pieces *p, uint64_t at, uint64_t len);

/* Copies up to BLOCKCACHE_MAX bytes from a place in the pieces; false if they end first. */
bool udf_bytes(struct blockcache *cache, const struct udf_pieces *p, uint64_t at, void *out, size_t len);
uint64_t udf_pieces_len(const struct udf_pieces *p);

#endif
