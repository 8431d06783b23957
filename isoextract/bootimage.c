#include "bootimage.h"

#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "eltorito.h"
#include "iso.h"
#include "path.h"
#include "reader.h"
#include "report.h"

/* Up to `len` bytes from a position; how many there were. */
static size_t
read_at(struct job *j, uint64_t at, void *out, size_t len)
{
	const void *bytes;
	size_t have = 0;
	ssize_t n;

	if (source_seek(j->source, at) < 0)
		return 0;
	source_expect(j->source, len);
	while (have < len && (n = source_read(j->source, &bytes)) > 0) {
		size_t take = (size_t)n < len - have ? (size_t)n : len - have;

		memcpy((uint8_t *)out + have, bytes, take);
		have += take;
	}
	return have;
}

/* Copies an image into the tree's open file, or just reads it. */
static enum tree_result
copy(struct job *j, const struct eltorito_image *i, uint64_t size, bool write)
{
	uint64_t done = 0;
	const void *bytes;
	ssize_t n = 0;

	if (source_seek(j->source, (uint64_t)i->sector * ISO_SECTOR) < 0)
		return TREE_CUT;
	source_expect(j->source, size);
	while (done < size && (n = source_read(j->source, &bytes)) > 0) {
		size_t take = (uint64_t)n < size - done ? (size_t)n : (size_t)(size - done);
		enum tree_result wrote = write ? tree_write(j->tree, bytes, take, done) : TREE_OK;

		if (wrote != TREE_OK)
			return wrote;
		done += take;
	}
	return done == size ? TREE_OK : n < 0 ? TREE_UNREAD : TREE_CUT;
}

static void
extract(struct job *j, const struct eltorito_image *i, const char *path, uint64_t size)
{
	const struct tree_meta meta = { .mode = 0444, .size = size, .has_size = true };
	enum tree_result r = j->tree ? tree_begin(j->tree, path, &meta) : TREE_OK;
	bool write = j->tree && r == TREE_OK;

	if (r == TREE_OK)
		r = copy(j, i, size, write);
	if (write && r == TREE_OK)
		r = tree_end(j->tree);
	if (r == TREE_UNREAD)
		complain_source(j, path);
	else if (j->tree || r != TREE_OK)
		job_count(j, r, path);
	if (write)
		tree_drop(j->tree); /* what has not ended */
}

static void
take(struct job *j, const struct eltorito_image *i)
{
	uint8_t first[ELTORITO_PEEK];
	char path[sizeof(PATH_BOOT) + ELTORITO_NAME];
	size_t len;
	uint64_t size;

	snprintf(path, sizeof(path), PATH_BOOT "/%.*s", ELTORITO_NAME - 1, i->name);
	if (!job_picks(j, path))
		return;
	len = read_at(j, (uint64_t)i->sector * ISO_SECTOR, first, sizeof(first));
	size = eltorito_size(i, first, len);
	if (size > source_size(j->source))
		size = (uint64_t)i->blocks * 512;
	if (j->o->list) {
		const struct reader_entry e = {
			.path = path, .type = READER_FILE, .size = size, .has_size = true, .mode = 0444
		};

		report_member(&e, path, j->o->json);
	}
	if (j->o->check || (j->o->dir && job_open_tree(j)))
		extract(j, i, path, size);
}

void
bootimage_take(struct job *j)
{
	struct eltorito_image image[ELTORITO_IMAGES];
	uint8_t catalog[ELTORITO_CATALOG];
	uint32_t sector;
	size_t len, n;
	const void *head = source_head(j->source, &len);

	if (!source_seekable(j->source) || !eltorito_catalog(head, len, &sector))
		return;
	len = read_at(j, (uint64_t)sector * ISO_SECTOR, catalog, sizeof(catalog));
	n = eltorito_images(catalog, len, image);
	for (size_t i = 0; i < n && !j->stop; i++)
		take(j, &image[i]);
}
