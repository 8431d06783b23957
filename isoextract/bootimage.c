#include "bootimage.h"

#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "eltorito.h"
#include "extents.h"
#include "iso.h"
#include "path.h"
#include "report.h"

/* Reads up to `len` bytes from a sector on.  Returns how many there were. */
static size_t
read_sector(struct run *run, uint32_t sector, void *out, size_t len)
{
	const void *bytes;
	size_t have = 0;
	ssize_t n;

	if (source_seek(run->source, (uint64_t)sector * ISO_SECTOR) < 0)
		return 0;
	source_expect(run->source, len);
	while (have < len && (n = source_read(run->source, &bytes)) > 0) {
		size_t take = (size_t)n < len - have ? (size_t)n : len - have;

		memcpy((uint8_t *)out + have, bytes, take);
		have += take;
	}
	return have;
}

/* Copies an image into the tree's open file; NULL: just reads it. */
static enum tree_result
copy_image(struct run *run, struct tree *to, const struct eltorito_image *i, uint64_t size)
{
	uint64_t done = 0;
	const void *bytes;
	ssize_t n = 0;

	if (source_seek(run->source, (uint64_t)i->sector * ISO_SECTOR) < 0)
		return TREE_CUT;
	source_expect(run->source, size);
	while (done < size && (n = source_read(run->source, &bytes)) > 0) {
		size_t take = (uint64_t)n < size - done ? (size_t)n : (size_t)(size - done);
		enum tree_result wrote = to ? tree_write(to, bytes, take, done) : TREE_OK;

		if (wrote != TREE_OK)
			return wrote;
		done += take;
	}
	return done == size ? TREE_OK : n < 0 ? TREE_UNREAD : TREE_CUT;
}

static void
extract_image(struct run *run, struct output *output, const struct eltorito_image *i)
{
	uint8_t first[ELTORITO_PEEK];
	char path[sizeof(PATH_BOOT) + ELTORITO_NAME];
	struct tree_meta meta = { .mode = 0444, .has_size = true };
	struct tree *tree;
	enum tree_result r;
	bool begun;
	uint64_t size;

	snprintf(path, sizeof(path), PATH_BOOT "/%.*s", ELTORITO_NAME - 1, i->name);
	if (!selection_picks(run->selection, path))
		return;
	size = eltorito_size(i, first, read_sector(run, i->sector, first, sizeof(first)));
	if (size > source_size(run->source))
		size = (uint64_t)i->blocks * 512;
	if (run->o->extents) {
		if (size <= source_size(run->source) - (uint64_t)i->sector * ISO_SECTOR)
			extents_print_file(run, path, (uint64_t)i->sector * ISO_SECTOR, size);
		return;
	}
	meta.size = size;
	if (run->o->list) {
		const struct reader_entry e = {
			.path = path, .type = READER_FILE, .size = size, .has_size = true, .mode = 0444
		};

		report_member(&e, path, run->o->json);
	}
	if (!run->o->check && !(run->o->dir && output_make_tree(output)))
		return;
	tree = output->tree;
	r = tree ? tree_begin(tree, path, &meta) : TREE_OK;
	begun = tree && r == TREE_OK;
	if (r == TREE_OK)
		r = copy_image(run, tree, i, size);
	if (begun && r == TREE_OK)
		r = tree_end(tree);
	if (r == TREE_UNREAD)
		diag_source(run, path);
	else if (tree || r != TREE_OK)
		output_count(output, r, path);
	if (begun)
		tree_drop(tree); /* if it has not ended */
}

static size_t
find_images(struct run *run, struct eltorito_image image[ELTORITO_IMAGES])
{
	uint8_t catalog[ELTORITO_CATALOG];
	uint32_t sector;
	size_t len;
	const void *head = source_head(run->source, &len);

	if (!source_seekable(run->source) || !eltorito_catalog(head, len, &sector))
		return 0;
	return eltorito_images(catalog, read_sector(run, sector, catalog, sizeof(catalog)), image);
}

bool
bootimage_for_bios(struct run *run)
{
	struct eltorito_image image[ELTORITO_IMAGES];
	size_t n = find_images(run, image), i = 0;

	while (i < n && !strstr(image[i].name, "bios"))
		i++;
	return i < n;
}

void
bootimage_extract(struct run *run, struct output *output)
{
	struct eltorito_image image[ELTORITO_IMAGES];
	size_t n = find_images(run, image);

	for (size_t i = 0; i < n && !run_is_interrupted(run); i++)
		extract_image(run, output, &image[i]);
}
