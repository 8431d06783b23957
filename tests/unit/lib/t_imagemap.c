/* Maps of images: read, looked up, listed, and what is wrong with them. */
#include "imagemap.h"

#include <stdlib.h>

#include "test.h"

static const char map[] = "# a comment\n"
                          "image file=\"iso/a b.iso\" size=1000 mtime=1700000000\n"
                          "file path=install/vmlinuz at=10 size=20 mtime=1690000000\n"
                          "file path=\"install/a b\" at=30 size=970\n"
                          "file path=install-x at=0 size=0\n"
                          "file path=z/deep/er at=1 size=1\n"
                          "link path=debian to=.\n"
                          "link path=z/up to=../install\n"
                          "link path=z/file to=./up/vmlinuz\n"
                          "link path=loop to=loop2\n"
                          "link path=loop2 to=loop\n"
                          "link path=out to=../..\n"
                          "link path=root to=/etc\n"
                          "extract path=pool/odd.deb\n";

static struct imagemap x;
static const struct imagemap_entry *entry;
static char found[IMAGEMAP_PATH], error[IMAGEMAP_ERROR];

static bool
parse(const char *text, size_t len)
{
	char *own = malloc(len + 1);

	memcpy(own, text, len);
	return imagemap_parse(&x, own, len, error);
}

static void
files_are_found(void)
{
	CHECK(parse(map, sizeof(map) - 1));
	CHECK_STR(x.image, "iso/a b.iso");
	CHECK_INT(x.image_size, 1000);
	CHECK_INT(imagemap_find(&x, "install/vmlinuz", &entry, found), IMAGEMAP_FILE);
	CHECK_INT(entry->at, 10);
	CHECK_INT(entry->size, 20);
	CHECK_INT(entry->mtime, 1690000000);
	CHECK_INT(imagemap_find(&x, "install/a b", &entry, found), IMAGEMAP_FILE);
	CHECK_INT(entry->mtime, 1700000000);
	CHECK_INT(imagemap_find(&x, "debian/debian/install/vmlinuz", &entry, found), IMAGEMAP_FILE);
	CHECK_INT(entry->at, 10);
	CHECK_INT(imagemap_find(&x, "z/file", &entry, found), IMAGEMAP_FILE);
	CHECK_INT(entry->at, 10);
	CHECK_INT(imagemap_find(&x, "z/../install/./vmlinuz", &entry, found), IMAGEMAP_FILE);
}

static void
others_are_not(void)
{
	static const char *const none[] = { "instal", "install/vmlinu", "install/vmlinuz/", "install/vmlinuz/x", "loop",
		"out", "out/x", "root", "root/passwd", "..", "pool/odd.deb", "pool" };

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (strcmp(none[i], "install/vmlinuz/") != 0)
			CHECK_INT(imagemap_find(&x, none[i], &entry, found), IMAGEMAP_MISSING);
}

static void
directories_are_listed(void)
{
	struct imagemap_walk w = { .dir = "" };
	char all[256] = "";

	CHECK_INT(imagemap_find(&x, "", &entry, found), IMAGEMAP_DIRECTORY);
	CHECK_STR(found, "");
	while (imagemap_next(&x, &w)) {
		strcat(all, w.name);
		strcat(all, w.entry ? (w.entry->to ? "@ " : " ") : "/ ");
	}
	CHECK_STR(all, "debian@ install-x install/ loop@ loop2@ out@ root@ z/ ");
	CHECK_INT(imagemap_find(&x, "debian/z/up", &entry, found), IMAGEMAP_DIRECTORY);
	CHECK_STR(found, "install");
	w = (struct imagemap_walk){ .dir = found };
	CHECK(imagemap_next(&x, &w));
	CHECK_STR(w.name, "a b");
	CHECK(imagemap_next(&x, &w));
	CHECK_STR(w.name, "vmlinuz");
	CHECK(!imagemap_next(&x, &w));
	imagemap_free(&x);
}

static const char *
why(const char *text)
{
	CHECK(!parse(text, strlen(text)));
	CHECK(!x.image && !x.entry);
	return error;
}

#define IMAGE "image file=a size=10 mtime=1\n"

static void
mistakes_are_named(void)
{
	CHECK_STR(why(""), "0: there is no image in it");
	CHECK_STR(why("file path=a at=1 size=1\n"), "1: the image comes first");
	CHECK_STR(
	    why("image file=../a size=10 mtime=1\n"), "1: file= is not a path below the directory that is served");
	CHECK_STR(why("image file=/a size=10 mtime=1\n"), "1: file= is not a path below the directory that is served");
	CHECK_STR(why("image file=a size=x mtime=1\n"), "1: size= or mtime= is missing, or no number");
	CHECK_STR(why(IMAGE IMAGE), "2: there is one image in a map");
	CHECK_STR(why(IMAGE "file path=a at=9 size=2\n"), "2: it lies behind the image's end");
	CHECK_STR(why(IMAGE "file path=a at=11 size=0\n"), "2: it lies behind the image's end");
	CHECK_STR(why(IMAGE "file path=a/../b at=1 size=1\n"), "2: path= is not a path");
	CHECK_STR(why(IMAGE "file path=a at=1\n"), "2: at= or size= is missing, or no number");
	CHECK_STR(why(IMAGE "\nlink path=a\n"), "3: to= is missing, or too long");
}

/* Enough for the table to be full of collisions, in an order that paths are not sorted in. */
static void
many_are_found(void)
{
	enum { MANY = 5000 };
	char *text = malloc(MANY * 80 + 100), path[80];
	size_t len = (size_t)sprintf(text, IMAGE), lost = 0;

	for (unsigned i = 0; i < MANY; i++)
		len += (size_t)sprintf(
		    text + len, "file path=d%u/e-%u%s/f%u at=1 size=%u\n", i % 7, i / 9, i % 2 ? "" : ".x", i, i % 9);
	len += (size_t)sprintf(text + len, "file path=d0/e-0.x/f0 at=2 size=2\nlink path=l to=d3\n");
	CHECK(imagemap_parse(&x, text, len, error));
	for (unsigned i = 0; i < MANY; i++) {
		sprintf(path, "d%u/e-%u%s/f%u", i % 7, i / 9, i % 2 ? "" : ".x", i);
		lost += imagemap_find(&x, path, &entry, found) != IMAGEMAP_FILE || entry->size != i % 9;
		*strrchr(path, '/') = '\0';
		lost += imagemap_find(&x, path, &entry, found) != IMAGEMAP_DIRECTORY;
		strcat(path, "/f");
		lost += imagemap_find(&x, path, &entry, found) != IMAGEMAP_MISSING;
		sprintf(path, "d%u/e-%u.", i % 7, i / 9);
		lost += imagemap_find(&x, path, &entry, found) != IMAGEMAP_MISSING;
	}
	CHECK_INT(lost, 0);
	CHECK_INT(imagemap_find(&x, "l/e-1.x/f10", &entry, found), IMAGEMAP_FILE);
	CHECK_INT(imagemap_find(&x, "d0/e-0.x/f0", &entry, found), IMAGEMAP_FILE);
	CHECK_INT(entry->at, 1);
	imagemap_free(&x);
}

int
main(void)
{
	RUN(many_are_found);
	RUN(files_are_found);
	RUN(others_are_not);
	RUN(directories_are_listed);
	RUN(mistakes_are_named);
	return TEST_EXIT();
}
