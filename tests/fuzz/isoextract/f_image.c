/* Any bytes as an image's volume descriptors, its implanted sum, an EFI program's
 * section table, a boot catalog, and as an archive that is listed and read.  Behind an 'I' they
 * are what follows the 32 KiB that an ISO image starts with. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "digest.h"
#include "eltorito.h"
#include "fsreader.h"
#include "iso.h"
#include "archivereader.h"

#define MEMBERS 200
#define BYTES (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at_parts(const uint8_t *data, size_t size)
{
	struct digest *d = digest_new(true, true);
	struct eltorito_image boot[ELTORITO_IMAGES] = { 0 };
	struct iso_sum sum;
	struct iso iso;
	uint32_t sector;

	iso_identify(data, size, &iso);
	if (strnlen(iso.volume, sizeof(iso.volume)) == sizeof(iso.volume))
		abort();
	if (iso_sum(data, size, &sum) && (strlen(sum.md5) != 32 || sum.covers == 0))
		abort();
	if (eltorito_images(data, size, boot) > ELTORITO_IMAGES)
		abort();
	eltorito_size(&boot[0], data, size);
	if (eltorito_catalog(data, size, &sector) && size < ISO_DESCRIPTORS + ISO_SECTOR)
		abort();
	if (!d)
		abort();
	digest_feed(d, data, size / 3);
	digest_feed(d, data + size / 3, size - size / 3);
	digest_implanted(d);
	digest_free(d);
}

static void
read_members(struct reader *r)
{
	struct reader_entry e;
	size_t members = 0, bytes = 0;

	while (r->next(r, &e) == READER_OK && members++ < MEMBERS) {
		const void *p;
		uint64_t offset;
		size_t len;

		if (!e.path || ((e.type == READER_SYMLINK || e.type == READER_HARDLINK) && !e.link))
			abort();
		while (bytes < BYTES && r->data(r, &p, &len, &offset) == READER_OK)
			bytes += len;
	}
}

/* As session.c does it. */
static struct source *
decompress(struct source *s)
{
	size_t len;
	const void *head = source_head(s, &len);
	struct source *decoded = archivereader_is_compressed(head, len) ? source_decoded(s, &archivereader_decoder) : s;

	if (!decoded)
		abort();
	return decoded;
}

static void
try_image(const uint8_t *data, size_t size)
{
	struct source_options o = { 0 };
	char error[SOURCE_ERROR], name[32];
	int fd = memfd_create("image", 0);
	struct source *s;
	struct reader *r;
	const char *fault;
	bool wrong;

	look_at_parts(data, size);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	s = source_open(name, &o, error, &wrong);
	if (!s)
		abort();
	s = decompress(s);
	r = fsreader_open(s, NULL, &fault);
	if (!r && !fault)
		r = archivereader_open(s);
	if (!r && !fault)
		abort();
	if (r) {
		read_members(r);
		r->close(r);
	}
	if (source_can_rewind(s) && source_rewind(s) < 0)
		abort();
	source_close(s);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *image;

	if (archivereader_missing())
		abort();
	if (size == 0 || data[0] != 'I') {
		try_image(data, size);
		return 0;
	}
	image = calloc(1, ISO_DESCRIPTORS + size - 1);
	if (!image)
		abort();
	memcpy(image + ISO_DESCRIPTORS, data + 1, size - 1);
	try_image(image, ISO_DESCRIPTORS + size - 1);
	free(image);
	return 0;
}
