/* Files beneath a directory, in a real one: made, skipped, replaced, held back,
 * and never outside. */
#include "tree.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char root[] = "/tmp/t_tree.XXXXXX";
static char in[64];
static struct tree *t;

static void
start(bool force, bool hold)
{
	const struct tree_options o = { .force = force, .hold = hold };
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s/*", root);
	CHECK_INT(system(command), 0);
	snprintf(in, sizeof(in), "%s/a/in", root);
	t = tree_open(in, &o);
	CHECK(t != NULL);
	if (!t || chdir(in) < 0)
		exit(1);
}

static struct tree_meta
meta(uint64_t size)
{
	return (struct tree_meta){
		.mode = 06711, .has_mtime = true, .mtime = { .tv_sec = 1000000000 }, .size = size, .has_size = true
	};
}

static enum tree_result
file(const char *path, const char *text)
{
	struct tree_meta m = meta(strlen(text));
	enum tree_result r = tree_begin(t, path, &m);

	if (r == TREE_OK)
		r = tree_write(t, text, strlen(text), 0);
	return r == TREE_OK ? tree_end(t) : r;
}

static const char *
content(const char *path)
{
	static char text[64];
	int fd = open(path, O_RDONLY | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n < 0 ? "none" : text;
}

/* Names in a directory that a `ls -A` shows. */
static int
names(const char *dir)
{
	char command[160];
	int n = -1;
	FILE *p;

	snprintf(command, sizeof(command), "ls -A %s | wc -l", dir);
	p = popen(command, "r");
	if (!p || fscanf(p, "%d", &n) != 1)
		n = -1;
	if (p)
		pclose(p);
	return n;
}

static void
made(void)
{
	struct stat st;

	start(false, false);
	CHECK_INT(file("x/y/z", "text"), TREE_OK);
	CHECK_STR(content("x/y/z"), "text");
	CHECK(stat("x/y/z", &st) == 0 && (st.st_mode & 07777) == 0755 && st.st_mtime == 1000000000);
	CHECK_INT(tree_symlink(t, "x/link", "y/z"), TREE_OK);
	CHECK_INT(tree_hardlink(t, "hard", "x/y/z"), TREE_OK);
	CHECK(stat("hard", &st) == 0 && st.st_nlink == 2);
	CHECK_INT(names("x"), 2);
	tree_close(t);
}

/* A directory that is empty when it is entered is not asked for each name: what
 * comes twice, or comes between, is seen all the same. */
static void
twice_in_a_new_directory(void)
{
	start(false, false);
	CHECK_INT(file("x/f", "text"), TREE_OK);
	CHECK_INT(file("x/f", "text"), TREE_SAME);
	CHECK_INT(file("x/f", "longer"), TREE_DIFFERS);
	CHECK_INT(mkdir("x/g", 0755), 0);
	CHECK_INT(file("x/g", "text"), TREE_IN_THE_WAY);
	CHECK_INT(symlink("f", "x/h"), 0);
	CHECK_INT(file("x/h", "text"), TREE_DIFFERS);
	CHECK_STR(content("x/f"), "text");
	CHECK_INT(names("x"), 3);
	tree_close(t);

	start(true, false);
	CHECK_INT(file("x/f", "text"), TREE_OK);
	CHECK_INT(file("x/f", "longer"), TREE_OK);
	CHECK_STR(content("x/f"), "longer");
	CHECK_INT(symlink("f", "x/h"), 0);
	CHECK_INT(file("x/h", "text"), TREE_OK);
	CHECK_STR(content("x/h"), "text");
	CHECK_INT(names("x"), 2);
	tree_close(t);
}

static void
modes(void)
{
	CHECK_INT(tree_mode(0400, false), 0644);
	CHECK_INT(tree_mode(07777, false), 0755);
	CHECK_INT(tree_mode(0100, false), 0755);
	CHECK_INT(tree_mode(0666, false), 0644);
	CHECK_INT(tree_mode(0, true), 0755);
}

static void
again(void)
{
	start(false, false);
	CHECK_INT(file("f", "text"), TREE_OK);
	CHECK_INT(file("f", "text"), TREE_SAME);
	CHECK_INT(file("f", "longer"), TREE_DIFFERS);
	CHECK_STR(content("f"), "text");
	CHECK_INT(tree_symlink(t, "l", "f"), TREE_OK);
	CHECK_INT(tree_symlink(t, "l", "f"), TREE_SAME);
	CHECK_INT(tree_symlink(t, "l", "g"), TREE_DIFFERS);
	CHECK_INT(tree_hardlink(t, "h", "f"), TREE_OK);
	CHECK_INT(tree_hardlink(t, "h", "f"), TREE_SAME);
	CHECK_INT(tree_hardlink(t, "h2", "none"), TREE_NO_TARGET);
	CHECK_INT(tree_hardlink(t, "h2", "l"), TREE_NO_TARGET);
	tree_close(t);
}

static void
replaced(void)
{
	start(true, false);
	CHECK_INT(file("f", "text"), TREE_OK);
	CHECK_INT(file("f", "longer"), TREE_OK);
	CHECK_STR(content("f"), "longer");
	CHECK(symlink("/etc/passwd", "l") == 0);
	CHECK_INT(file("l", "mine"), TREE_OK);
	CHECK_STR(content("l"), "mine");
	CHECK_INT(names("."), 2);
	tree_close(t);
}

static void
in_the_way(void)
{
	struct tree_meta m = meta(0);

	start(true, false);
	CHECK(mkdir("d", 0755) == 0 && symlink("../..", "up") == 0 && symlink("d", "l") == 0);
	CHECK_INT(file("f", "text"), TREE_OK);
	CHECK_INT(file("d", "text"), TREE_IN_THE_WAY);
	CHECK_INT(file("f/x", "text"), TREE_IN_THE_WAY);
	CHECK_INT(file("up/evil", "text"), TREE_LINK_IN_WAY);
	CHECK_INT(file("l/x", "text"), TREE_LINK_IN_WAY);
	CHECK_INT(tree_dir(t, "l", &m), TREE_LINK_IN_WAY);
	CHECK_INT(tree_dir(t, "f", &m), TREE_IN_THE_WAY);
	CHECK_INT(tree_dir(t, "up/evil", &m), TREE_LINK_IN_WAY);
	CHECK_INT(tree_hardlink(t, "h", "up/a"), TREE_LINK_IN_WAY);
	CHECK_INT(tree_symlink(t, "d", "x"), TREE_IN_THE_WAY);
	CHECK_INT(names(root), 1);
	CHECK_INT(names("."), 4);
	tree_close(t);
}

static void
dropped(void)
{
	struct tree_meta m = meta(4);

	start(false, false);
	CHECK_INT(tree_begin(t, "f", &m), TREE_OK);
	CHECK_INT(tree_write(t, "te", 2, 0), TREE_OK);
	CHECK_INT(names("."), 1);
	CHECK_STR(content("f"), "none");
	tree_drop(t);
	CHECK_INT(names("."), 0);
	CHECK_INT(tree_begin(t, "f", &m), TREE_OK);
	tree_close(t);
	CHECK_INT(names("."), 0);
}

static void
holes(void)
{
	struct tree_meta m = meta(100000);
	struct stat st;

	start(false, false);
	CHECK_INT(tree_begin(t, "f", &m), TREE_OK);
	CHECK_INT(tree_write(t, "x", 1, 50000), TREE_OK);
	CHECK_INT(tree_end(t), TREE_OK);
	CHECK(stat("f", &st) == 0 && st.st_size == 100000);
	tree_close(t);
}

static void
held(void)
{
	start(false, true);
	CHECK_INT(file("f", "text"), TREE_OK);
	CHECK_INT(tree_symlink(t, "d/l", "x"), TREE_OK);
	CHECK_INT(tree_hardlink(t, "h", "f"), TREE_OK);
	CHECK_STR(content("f"), "none");
	CHECK_STR(content("h"), "none");
	CHECK_INT(tree_release(t), TREE_OK);
	CHECK_STR(content("f"), "text");
	CHECK_STR(content("h"), "text");
	CHECK_INT(names("."), 3);
	tree_close(t);
	CHECK_INT(names("."), 3);
}

static void
held_and_discarded(void)
{
	start(false, true);
	CHECK_INT(file("f", "text"), TREE_OK);
	CHECK_INT(file("d/g", "text"), TREE_OK);
	tree_close(t);
	CHECK_INT(names("d"), 0);
	CHECK_STR(content("f"), "none");
}

static void
times_of_directories(void)
{
	struct tree_meta m = meta(0);
	struct stat st;

	start(false, false);
	CHECK_INT(tree_dir(t, "d", &m), TREE_OK);
	CHECK_INT(tree_dir(t, "d/e", &m), TREE_OK);
	CHECK_INT(file("d/e/f", "text"), TREE_OK);
	CHECK_INT(tree_dir(t, "d", &m), TREE_SAME);
	tree_finish(t);
	CHECK(stat("d/e", &st) == 0 && st.st_mtime == 1000000000);
	CHECK(stat("d", &st) == 0 && st.st_mtime == 1000000000);
	tree_close(t);
}

int
main(void)
{
	char command[64];

	umask(022);
	if (!mkdtemp(root))
		return 1;
	RUN(made);
	RUN(twice_in_a_new_directory);
	RUN(modes);
	RUN(again);
	RUN(replaced);
	RUN(in_the_way);
	RUN(dropped);
	RUN(holes);
	RUN(held);
	RUN(held_and_discarded);
	RUN(times_of_directories);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command) != 0 || TEST_EXIT();
}
