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
read_at(struct run *run, uint64_t at, void *out, size_t len)
{
	const void *bytes;
	size_t have = 0;
	ssize_t n;

	if (source_seek(run->source, at) < 0)
		return 0;
	source_expect(run->source, len);
	while (have < len && (n = source_read(run->source, &bytes)) > 0) {
		size_t take = (size_t)n < len - have ? (size_t)n : len - have;

		memcpy((uint8_t *)out + have, bytes, take);
		have += take;
	}
	return have;
}

/* Copies an image into the tree's open file, or just reads it. */
static enum tree_result
copy(struct run *run, const struct eltorito_image *i, uint64_t size, bool write)
{
	uint64_t done = 0;
	const void *bytes;
	ssize_t n = 0;

	if (source_seek(run->source, (uint64_t)i->sector * ISO_SECTOR) < 0)
		return TREE_CUT;
	source_expect(run->source, size);
	while (done < size && (n = source_read(run->source, &bytes)) > 0) {
		size_t take = (uint64_t)n < size - done ? (size_t)n : (size_t)(size - done);
		enum tree_result wrote = write ? tree_write(run->tree, bytes, take, done) : TREE_OK;

		if (wrote != TREE_OK)
			return wrote;
		done += take;
	}
	return done == size ? TREE_OK : n < 0 ? TREE_UNREAD : TREE_CUT;
}

static void
extract(struct run *run, const struct eltorito_image *i, const char *path, uint64_t size)
{
	const struct tree_meta meta = { .mode = 0444, .size = size, .has_size = true };
	enum tree_result r = run->tree ? tree_begin(run->tree, path, &meta) : TREE_OK;
	bool write = run->tree && r == TREE_OK;

	if (r == TREE_OK)
		r = copy(run, i, size, write);
	if (write && r == TREE_OK)
		r = tree_end(run->tree);
	if (r == TREE_UNREAD)
		diag_source(run, path);
	else if (run->tree || r != TREE_OK)
		run_count(run, r, path);
	if (write)
		tree_drop(run->tree); /* what has not ended */
}

static void
take(struct run *run, const struct eltorito_image *i)
{
	uint8_t first[ELTORITO_PEEK];
	char path[sizeof(PATH_BOOT) + ELTORITO_NAME];
	size_t len;
	uint64_t size;

	snprintf(path, sizeof(path), PATH_BOOT "/%.*s", ELTORITO_NAME - 1, i->name);
	if (!run_picks(run, path))
		return;
	len = read_at(run, (uint64_t)i->sector * ISO_SECTOR, first, sizeof(first));
	size = eltorito_size(i, first, len);
	if (size > source_size(run->source))
		size = (uint64_t)i->blocks * 512;
	if (run->o->list) {
		const struct reader_entry e = {
			.path = path, .type = READER_FILE, .size = size, .has_size = true, .mode = 0444
		};

		report_member(&e, path, run->o->json);
	}
	if (run->o->check || (run->o->dir && run_open_tree(run)))
		extract(run, i, path, size);
}

void
bootimage_take(struct run *run)
{
	struct eltorito_image image[ELTORITO_IMAGES];
	uint8_t catalog[ELTORITO_CATALOG];
	uint32_t sector;
	size_t len, n;
	const void *head = source_head(run->source, &len);

	if (!source_seekable(run->source) || !eltorito_catalog(head, len, &sector))
		return;
	len = read_at(run, (uint64_t)sector * ISO_SECTOR, catalog, sizeof(catalog));
	n = eltorito_images(catalog, len, image);
	for (size_t i = 0; i < n && !run->stop; i++)
		take(run, &image[i]);
}
