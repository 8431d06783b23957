#include "digest.h"

#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iso.h"
#include "wire.h"

struct digest {
	bool sha256, implanted;
	struct sha256_ctx sha;
	struct md5_ctx md5;
	uint64_t at;                /* bytes fed so far */
	uint8_t sector[ISO_SECTOR]; /* the primary volume descriptor, as it passes */
	struct iso_sum sum;
	bool has_sum;
	uint64_t covered; /* bytes that are in md5 */
};

struct digest *
digest_new(bool sha256, bool implanted)
{
	struct digest *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->sha256 = sha256;
	d->implanted = implanted;
	sha256_init(&d->sha);
	md5_init(&d->md5);
	return d;
}

void
digest_free(struct digest *d)
{
	free(d);
}

static size_t
smaller(uint64_t a, uint64_t b)
{
	return (size_t)(a < b ? a : b);
}

void
digest_feed(struct digest *d, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	if (d->sha256)
		sha256_update(&d->sha, len, p);
	while (d->implanted && len > 0) {
		size_t n = len;

		if (d->at < ISO_DESCRIPTORS) {
			n = smaller(len, ISO_DESCRIPTORS - d->at);
			md5_update(&d->md5, n, p);
		} else if (d->at < ISO_DESCRIPTORS + ISO_SECTOR) {
			n = smaller(len, ISO_DESCRIPTORS + ISO_SECTOR - d->at);
			/* The descriptor's whole sector is collected: it says what
			 * the sum covers, and the sum was made with blanks where it
			 * now stands itself. */
			memcpy(d->sector + (d->at - ISO_DESCRIPTORS), p, n);
			if (d->at + n == ISO_DESCRIPTORS + ISO_SECTOR) {
				d->has_sum = iso_sum(d->sector, ISO_SECTOR, &d->sum);
				memset(d->sector + ISO_APPLICATION, ' ', ISO_APPLICATION_LEN);
				md5_update(&d->md5, ISO_SECTOR, d->sector);
				d->covered = ISO_DESCRIPTORS + ISO_SECTOR;
			}
		} else if (d->has_sum && d->covered < d->sum.covers) {
			size_t more = smaller(len, d->sum.covers - d->covered);

			md5_update(&d->md5, more, p);
			d->covered += more;
		}
		d->at += n;
		p += n;
		len -= n;
	}
}

static void
hex(const uint8_t *bytes, size_t len, char *out)
{
	for (size_t i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

const char *
digest_sha256(struct digest *d, char out[DIGEST_SHA256_TEXT])
{
	uint8_t sum[SHA256_DIGEST_SIZE];

	sha256_digest(&d->sha, sizeof(sum), sum);
	hex(sum, sizeof(sum), out);
	return out;
}

enum digest_implanted
digest_implanted(struct digest *d)
{
	uint8_t sum[MD5_DIGEST_SIZE];
	char text[2 * MD5_DIGEST_SIZE + 1];

	if (!d->has_sum)
		return DIGEST_NONE;
	if (d->covered < d->sum.covers)
		return DIGEST_SHORT;
	md5_digest(&d->md5, sizeof(sum), sum);
	hex(sum, sizeof(sum), text);
	return strcmp(text, d->sum.md5) == 0 ? DIGEST_SAME : DIGEST_DIFFERENT;
}
