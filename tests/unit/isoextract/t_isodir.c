/* ISO 9660 directories with Rock Ridge, made here sector by sector: names that
 * go on, links, moved directories, several extents; circles and lies. */
#include "isodir.h"

#include "rockridge.h"
#include "test.h"
#include "fsindex_check.h"

#define SECTOR 2048
#define SECTORS 64

static uint8_t image[SECTORS * SECTOR];
static struct fsindex v;
static size_t fill; /* in the directory being made */

static void
le32(uint8_t *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(n >> (8 * i));
}

static uint8_t *
sector(size_t n)
{
	return image + n * SECTOR;
}

/* A record in directory `dir`, with a system use area. */
static uint8_t *
record(size_t dir, const char *name, size_t name_len, uint32_t start, uint32_t size)
{
	uint8_t *r = sector(dir) + fill;

	r[0] = (uint8_t)(33 + name_len + (name_len % 2 == 0));
	le32(r + 2, start);
	le32(r + 10, size);
	memcpy(r + 18, "\x78\x02\x03\x04\x05\x06\0", 7);
	r[32] = (uint8_t)name_len;
	memcpy(r + 33, name, name_len);
	fill += r[0];
	return r;
}

static void
use(uint8_t *r, const char *bytes, size_t len)
{
	memcpy(r + r[0], bytes, len);
	r[0] = (uint8_t)(r[0] + len);
	fill += len;
}

static void
start_dir(size_t dir)
{
	uint8_t *r;

	fill = 0;
	r = record(dir, "\0", 1, (uint32_t)dir, SECTOR);
	r[25] = 2;
	if (dir == 20) {
		use(r, "SP\7\1\xbe\xef\0", 7);
		use(r, "RR\5\1\x89", 5);
	}
	record(dir, "\1", 1, (uint32_t)dir, SECTOR)[25] = 2;
}

static void
start(void)
{
	uint8_t *pvd = sector(16);

	memset(image, 0, sizeof(image));
	pvd[0] = 1;
	memcpy(pvd + 1, "CD001", 5);
	pvd[129] = 8; /* blocks of 2048 bytes */
	pvd[156] = 34;
	le32(pvd + 158, 20);
	le32(pvd + 166, SECTOR);
	pvd[156 + 32] = 1;
	memcpy(sector(17), "\377CD001", 6);
	start_dir(20);
}

static enum fsindex_result
read_iso(struct blockcache *cache, const struct selection *wanted, struct fsindex *out)
{
	bool rich;

	return isodir_read(cache, wanted, out, &rich);
}

static enum fsindex_result
read_image(void)
{
	struct fsindex_check_bytes all = { image, sizeof(image) };
	enum fsindex_result r;

	fsindex_free(&v);
	r = fsindex_check_find(&all, read_iso, &v);
	CHECK_STR(fsindex_check(&v) ? fsindex_check(&v) : "fine", "fine");
	return r;
}

/* A node by its path; NULL when there is none. */
static const struct fsindex_node *
find(const char *want)
{
	char path[FSINDEX_PATH];

	for (uint32_t i = 1; i < v.nodes; i++)
		if (fsindex_path(&v, i, path) && strcmp(path, want) == 0 && v.node[i].kind != FSINDEX_ABSENT)
			return &v.node[i];
	return NULL;
}

static void
plain_file(void)
{
	const struct fsindex_node *n;
	uint8_t *r;

	start();
	r = record(20, "A.;1", 4, 30, 1000);
	use(r, "NM\x0b\1\0a-name", 11);
	record(20, "NOTHING.;1", 10, 31, 0);
	CHECK_INT(read_image(), FSINDEX_OK);
	n = find("a-name");
	CHECK(n && n->size == 1000 && v.extent[n->first].at == 30 * SECTOR);
	CHECK(n && n->has_mtime && n->mtime == 1580702706);
	CHECK(find("NOTHING") && find("NOTHING")->extents == 0);
	CHECK_INT(v.faults, 0);
}

static void
name_in_a_continuation(void)
{
	uint8_t *r;

	start();
	r = record(20, "A.;1", 4, 30, 10);
	use(r, "NM\x09\1\1four", 9);
	use(r, "CE\x1c\1\x28\0\0\0\0\0\0\x28\x10\0\0\0\0\0\0\x10\x09\0\0\0\0\0\0\x09", 28);
	memcpy(sector(40) + 16, "NM\x09\1\0more", 9);
	CHECK_INT(read_image(), FSINDEX_OK);
	CHECK(find("fourmore") != NULL);
}

static void
continuation_in_a_circle(void)
{
	uint8_t *r;

	start();
	r = record(20, "A.;1", 4, 30, 10);
	use(r, "CE\x1c\1\x28\0\0\0\0\0\0\x28\0\0\0\0\0\0\0\0\x1c\0\0\0\0\0\0\x1c", 28);
	record(20, "B.;1", 4, 31, 10);
	memcpy(sector(40), "CE\x1c\1\x28\0\0\0\0\0\0\x28\0\0\0\0\0\0\0\0\x1c\0\0\0\0\0\0\x1c", 28);
	CHECK_INT(read_image(), FSINDEX_OK);
	CHECK_INT(v.faults, 1);
	CHECK(v.faults == 1 && strstr(v.fault[0].why, "circle"));
	CHECK(find("A") && find("A")->broken);
	CHECK(find("B") && !find("B")->broken);
}

static void
symbolic_link(void)
{
	const struct fsindex_node *n;
	uint8_t *r;

	start();
	r = record(20, "L.;1", 4, 0, 0);
	use(r, "PX\x24\1\xff\xa1\0\0\0\0\xa1\xff", 12);
	use(r, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
	use(r, "SL\x13\1\0\4\0\0\3lib\1\2so\0\1.", 19);
	CHECK_INT(read_image(), FSINDEX_OK);
	n = find("L");
	CHECK(n && n->kind == FSINDEX_SYMLINK);
	CHECK_STR(n ? v.text + n->link : "", "../lib/so.");
}

static void
several_extents(void)
{
	const struct fsindex_node *n;

	start();
	record(20, "BIG.;1", 6, 30, 2 * SECTOR)[25] = 0x80;
	record(20, "BIG.;1", 6, 32, SECTOR)[25] = 0x80;
	record(20, "BIG.;1", 6, 40, 100);
	record(20, "C.;1", 4, 41, 5);
	CHECK_INT(read_image(), FSINDEX_OK);
	n = find("BIG");
	CHECK(n && n->size == 3 * SECTOR + 100 && n->extents == 2);
	CHECK(n && v.extent[n->first].len == 3 * SECTOR && v.extent[n->first + 1].at == 40 * SECTOR);
	CHECK(find("C") && find("C")->size == 5);
	CHECK_INT(v.nodes, 3);
}

static void
moved_directory(void)
{
	uint8_t *r;

	start();
	r = record(20, "RR_MOVED", 8, 21, SECTOR);
	r[25] = 2;
	use(r, "NM\x0d\1\0rr_moved", 13);
	r = record(20, "HERE.;1", 7, 0, 0);
	use(r, "NM\x09\1\0here", 9);
	use(r, "CL\x0c\1\x16\0\0\0\0\0\0\x16", 12);
	start_dir(21);
	r = record(21, "HERE", 4, 22, SECTOR);
	r[25] = 2;
	use(r, "RE\4\1", 4);
	start_dir(22);
	record(22, "F.;1", 4, 30, 7);
	CHECK_INT(read_image(), FSINDEX_OK);
	CHECK(find("here/F") != NULL);
	CHECK(find("rr_moved") == NULL);
	CHECK_INT(v.faults, 0);
}

static void
directory_inside_itself(void)
{
	start();
	record(20, "SELF", 4, 20, SECTOR)[25] = 2;
	record(20, "OTHER", 5, 21, SECTOR)[25] = 2;
	start_dir(21);
	record(21, "BACK", 4, 20, SECTOR)[25] = 2;
	CHECK_INT(read_image(), FSINDEX_OK);
	CHECK_INT(v.faults, 2);
	CHECK(find("OTHER/BACK") != NULL);
	CHECK_INT(v.nodes, 4);
}

static void
lies(void)
{
	uint8_t *r;

	start();
	record(20, "FAR", 3, 0xfffffff0, SECTOR)[25] = 2;
	record(20, "NONE", 4, 50, SECTOR)[25] = 2;
	record(20, "LONG", 4, 21, SECTOR)[25] = 2;
	start_dir(21);
	le32(sector(21) + 10, 0xf0000000);
	CHECK_INT(read_image(), FSINDEX_OK);
	CHECK_INT(v.faults, 3);
	start();
	r = record(20, "A.;1", 4, 30, 10);
	r[32] = 200; /* a name longer than its record */
	CHECK_INT(read_image(), FSINDEX_BROKEN);
	start();
	le32(sector(16) + 158, 60); /* no root there */
	CHECK_INT(read_image(), FSINDEX_BROKEN);
	memset(sector(16), 0, SECTOR);
	CHECK_INT(read_image(), FSINDEX_NONE);
}

static void
packed(void)
{
	start();
	use(record(20, "Z.;1", 4, 30, 10), "ZF\x10\1pz\4\x0f\x10\0\0\0\0\0\0\x10", 16);
	CHECK_INT(read_image(), FSINDEX_OK);
	CHECK(v.node[1].packed);
	CHECK_INT(v.node[1].size, 16);
	CHECK_INT(v.extent[v.node[1].first].len, 10);
}

static void
left_to_others(void)
{
	start();
	record(20, "I.;1", 4, 30, 10)[26] = 1;
	CHECK_INT(read_image(), FSINDEX_UNFIT);
}

int
main(void)
{
	RUN(plain_file);
	RUN(name_in_a_continuation);
	RUN(continuation_in_a_circle);
	RUN(symbolic_link);
	RUN(several_extents);
	RUN(moved_directory);
	RUN(directory_inside_itself);
	RUN(lies);
	RUN(packed);
	RUN(left_to_others);
	fsindex_free(&v);
	return TEST_EXIT();
}
