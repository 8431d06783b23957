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
list_image(struct run *run, const char *path, uint64_t size)
{
	const struct reader_entry e = {
		.path = path, .type = READER_FILE, .size = size, .has_size = true, .mode = 0444
	};

	report_member(&e, path, run->o->json);
}

static void
name_image(const struct eltorito_image *i, char path[sizeof(PATH_BOOT) + ELTORITO_NAME])
{
	snprintf(path, sizeof(PATH_BOOT) + ELTORITO_NAME, PATH_BOOT "/%.*s", ELTORITO_NAME - 1, i->name);
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

	name_image(i, path);
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
	if (run->o->list)
		list_image(run, path, size);
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

/* ---- a source that passes once ------------------------------------------------------ */

/* Bytes that pass. */
struct pass {
	uint64_t at;
	const uint8_t *bytes;
	size_t len;
};

/* Of `size` bytes from `want` on, `have` are there: copies those of the rest that pass.
 * How many are there now. */
static size_t catch (uint8_t *to, size_t have, size_t size, uint64_t want, const struct pass *p)
{
	const uint64_t next = want + have;
	size_t n = size - have;

	if (n == 0 || next < p->at || next - p->at >= p->len)
		return have;
	if (n > p->len - (size_t)(next - p->at))
		n = p->len - (size_t)(next - p->at);
	memcpy(to + have, p->bytes + (next - p->at), n);
	return have + n;
}

/* The images lie behind the catalog, or their size is what that says. */
static void
see_pass(void *context, uint64_t at, const void *bytes, size_t len)
{
	struct bootimage_passing *p = context;
	const struct pass pass = { at, bytes, len };

	if (p->catalog_len < sizeof(p->catalog)) {
		p->catalog_len = catch (p->catalog, p->catalog_len, sizeof(p->catalog), p->catalog_at, &pass);
		if (p->catalog_len == sizeof(p->catalog))
			p->n = eltorito_images(p->catalog, p->catalog_len, p->image);
	}
	for (size_t i = 0; i < p->n; i++)
		p->first_len[i] = catch (
		    p->first[i], p->first_len[i], ELTORITO_PEEK, (uint64_t)p->image[i].sector *ISO_SECTOR, &pass);
}

void
bootimage_catch(struct run *run, struct bootimage_passing *p)
{
	size_t len;
	const void *head = source_head(run->source, &len);
	uint32_t sector;

	if (source_seekable(run->source) || !(run->o->list || run->o->boot) || !eltorito_catalog(head, len, &sector))
		return;
	p->on = true;
	p->catalog_at = (uint64_t)sector * ISO_SECTOR;
	source_tap(run->source, see_pass, p);
}

/* Members may end before the image does. */
static void
list_passed(struct run *run, struct bootimage_passing *p)
{
	char path[sizeof(PATH_BOOT) + ELTORITO_NAME];
	const void *bytes;

	while (!run_is_interrupted(run) && source_read(run->source, &bytes) > 0)
		;
	source_tap(run->source, NULL, NULL);
	for (size_t i = 0; i < p->n && run->o->list; i++) {
		name_image(&p->image[i], path);
		if (selection_picks(run->selection, path))
			list_image(run, path, eltorito_size(&p->image[i], p->first[i], p->first_len[i]));
	}
}

/* ---- both --------------------------------------------------------------------------- */

bool
bootimage_for(struct run *run, const struct bootimage_passing *p, const char *firmware)
{
	struct eltorito_image found[ELTORITO_IMAGES];
	const struct eltorito_image *image = p->on ? p->image : found;
	size_t n = p->on ? p->n : find_images(run, found), i = 0;

	while (i < n && !strstr(image[i].name, firmware))
		i++;
	return i < n;
}

void
bootimage_extract(struct run *run, struct output *output, struct bootimage_passing *p)
{
	struct eltorito_image image[ELTORITO_IMAGES];
	size_t n;

	if (p->on) {
		list_passed(run, p);
		return;
	}
	n = find_images(run, image);
	for (size_t i = 0; i < n && !run_is_interrupted(run); i++)
		extract_image(run, output, &image[i]);
}
