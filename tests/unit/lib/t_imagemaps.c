/* When a served directory is looked at for maps. */
#include "imagemaps.h"
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

static char top[] = "/tmp/t_imagemaps.XXXXXX";
static struct beneath root;

static void
write_file(const char *name, const char *text)
{
	int dir = open(top, O_PATH | O_DIRECTORY);
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	futimens(fd, (struct timespec[2]){ { .tv_sec = 1700000000 }, { .tv_sec = 1700000000 } });
	close(fd);
	close(dir);
}

static bool
finds(struct imagemaps *m, const char *path)
{
	struct imagemaps_file f;
	bool found = imagemaps_find(m, path, &f) == IMAGEMAPS_FILE;

	if (found)
		close(f.fd);
	return found;
}

#define MAP "image file=iso size=8 mtime=1700000000\nfile path=a at=2 size=3\n"

static void
a_name_without_a_map_is_looked_for_once_a_second(void)
{
	struct imagemaps *m = imagemaps_open(&root);
	uint64_t begun = clock_ms();
	bool early, other;

	CHECK(!finds(m, "one/a"));
	write_file("one.extents", MAP);
	write_file("two.extents", MAP);
	early = finds(m, "one/a");
	other = finds(m, "two/a");
	if (clock_ms() - begun < 1000)
		CHECK(!early);
	CHECK(other);
	while (!finds(m, "one/a") && clock_ms() - begun < 60000)
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	CHECK(finds(m, "one/a"));
	imagemaps_free(m);
}

static void
told_to_it_looks_at_once(void)
{
	struct imagemaps *m = imagemaps_open(&root);

	CHECK(!finds(m, "three/a"));
	write_file("three.extents", MAP);
	imagemaps_reload(m);
	CHECK(finds(m, "three/a"));
	CHECK(!finds(m, "three/b"));
	imagemaps_free(m);
}

int
main(void)
{
	char command[64];

	if (!mkdtemp(top) || beneath_root(top, &root) < 0)
		return 1;
	write_file("iso", "01234567");
	RUN(a_name_without_a_map_is_looked_for_once_a_second);
	RUN(told_to_it_looks_at_once);
	beneath_close(&root);
	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command) != 0 || TEST_EXIT();
}
