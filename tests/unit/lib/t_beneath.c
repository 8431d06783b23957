/* Paths a client chose: everything inside is found, nothing outside is. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beneath.h"

static char top[] = "/tmp/t_beneath.XXXXXX";
static struct beneath root;

static const char *
clean(const char *name)
{
	static char out[64];

	return beneath_clean(name, out, sizeof(out)) ? out : "(too long)";
}

static void
names_are_cleaned(void)
{
	CHECK_STR(clean("a/b"), "a/b");
	CHECK_STR(clean("//a///b/"), "a/b");
	CHECK_STR(clean("\\a\\\\b\\c"), "a/b/c");
	CHECK_STR(clean("./a/./b/."), "a/b");
	CHECK_STR(clean("a/../b"), "a/../b");
	CHECK_STR(clean("..a/b..c/.d"), "..a/b..c/.d");
	CHECK_STR(clean(""), "");
	CHECK_STR(clean("/"), "");
	CHECK_STR(clean("0123456789012345678901234567890123456789012345678901234567890123"), "(too long)");
	CHECK_STR(clean("012345678901234567890123456789012345678901234567890123456789/123"), "(too long)");
}

/* What opening says: the first byte of the file, 'd' for a directory, or the errno. */
static int
look(const char *name)
{
	struct stat st;
	char c = '?';
	int fd = beneath_open(&root, name, O_RDONLY, 0);

	if (fd < 0)
		return -errno;
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		c = 'd';
	else
		CHECK_INT(read(fd, &c, 1), 1);
	close(fd);
	return c;
}

static void
inside_is_found(void)
{
	CHECK_INT(look("file"), 'f');
	CHECK_INT(look("sub/deep/file"), 'g');
	CHECK_INT(look("sub/../file"), 'f');
	CHECK_INT(look("sub/deep/../../sub/deep/file"), 'g');
	CHECK_INT(look(""), 'd');
	CHECK_INT(look("sub"), 'd');
	CHECK_INT(look(".hidden"), 'h');
}

static void
links_inside_are_followed(void)
{
	CHECK_INT(look("link"), 'f');
	CHECK_INT(look("sub/up"), 'f');
	CHECK_INT(look("sub/updir/sub/deep/file"), 'g');
	CHECK_INT(look("absolute"), 'g');
	CHECK_INT(look("absolutedir/file"), 'g');
	CHECK_INT(look("outandin"), -ENOENT);
}

static void
outside_is_not_found(void)
{
	CHECK_INT(look("../secret"), -ENOENT);
	CHECK_INT(look("sub/../../secret"), -ENOENT);
	CHECK_INT(look("../root/file"), -ENOENT);
	CHECK_INT(look("../rootsecret"), -ENOENT);
	CHECK_INT(look("/etc/passwd"), -ENOENT);
	CHECK_INT(look("out"), -ENOENT);
	CHECK_INT(look("outdir/passwd"), -ENOENT);
	CHECK_INT(look("sibling"), -ENOENT);
	CHECK_INT(look("relout"), -ENOENT);
	CHECK_INT(look("proc/cwd"), -ENOENT);
	CHECK_INT(look("loop"), -ELOOP);
	CHECK_INT(look("file/more"), -ENOTDIR);
	CHECK_INT(look("nope"), -ENOENT);
}

static void
pipes_and_devices_are_never_opened(void)
{
	CHECK_INT(look("fifo"), -ENOENT);
	CHECK_INT(look("tofifo"), -ENOENT);
}

static void
a_path_can_be_opened_without_its_file(void)
{
	int fd = beneath_open(&root, "sub/deep/file", O_PATH, 0);

	CHECK(fd >= 0);
	close(fd);
	CHECK_INT(beneath_open(&root, "../secret", O_PATH, 0), -1);
	CHECK_INT(errno, ENOENT);
}

static void
a_path_lies_beneath_or_not(void)
{
	char path[256];

	CHECK(beneath_encloses(&root, root.real));
	snprintf(path, sizeof(path), "%s/sub/deep", root.real);
	CHECK(beneath_encloses(&root, path));
	snprintf(path, sizeof(path), "%ssecret", root.real);
	CHECK(!beneath_encloses(&root, path));
	*strrchr(path, '/') = '\0';
	CHECK(!beneath_encloses(&root, path));
	CHECK(!beneath_encloses(&root, "/"));
	CHECK(beneath_encloses(&(struct beneath){ .real = (char[]){ "/" } }, "/etc"));
}

static void
files_are_created_inside_only(void)
{
	int fd = beneath_open(&root, "sub/new", O_WRONLY | O_CREAT | O_EXCL, 0644);

	CHECK(fd >= 0);
	close(fd);
	CHECK_INT(beneath_open(&root, "sub/new", O_WRONLY | O_CREAT | O_EXCL, 0644), -1);
	CHECK_INT(errno, EEXIST);
	CHECK_INT(beneath_open(&root, "../new", O_WRONLY | O_CREAT, 0644), -1);
	CHECK_INT(beneath_open(&root, "outdir/new", O_WRONLY | O_CREAT, 0644), -1);
}

static void
a_root_that_is_none(void)
{
	struct beneath other;

	CHECK_INT(beneath_root("/tmp/no/such/directory", &other), -1);
	CHECK_INT(errno, ENOENT);
	CHECK_INT(beneath_root("/etc/passwd", &other), -1);
	CHECK_INT(errno, ENOTDIR);
}

static void
put(const char *name, const char *text)
{
	int fd = open(name, O_CREAT | O_WRONLY, 0644);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void
link_to(const char *target, const char *name)
{
	CHECK_INT(symlink(target, name), 0);
}

static void
build(void)
{
	char path[128];

	CHECK_INT(chdir(top), 0);
	put("secret", "s");
	put("rootsecret", "s");
	CHECK_INT(
	    mkdir("root", 0755) | mkdir("root/sub", 0755) | mkdir("root/sub/deep", 0755) | mkdir("rootside", 0755), 0);
	put("rootside/file", "s");
	CHECK_INT(chdir("root"), 0);
	put("file", "f");
	put("sub/deep/file", "g");
	put(".hidden", "h");
	link_to("file", "link");
	link_to("../file", "sub/up");
	link_to("..", "sub/updir");
	snprintf(path, sizeof(path), "%s/root/sub/deep/file", top);
	link_to(path, "absolute");
	snprintf(path, sizeof(path), "%s/root/sub/deep", top);
	link_to(path, "absolutedir");
	snprintf(path, sizeof(path), "%s/rootside/file", top);
	link_to(path, "sibling");
	link_to("/etc/passwd", "out");
	link_to("/etc", "outdir");
	link_to("../secret", "relout");
	link_to("../root/file", "outandin");
	link_to("/proc/self", "proc");
	link_to("loop", "loop");
	CHECK_INT(mkfifo("fifo", 0644), 0);
	link_to("fifo", "tofifo");
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

int
main(void)
{
	char path[64];

	if (!mkdtemp(top))
		return 1;
	build();
	snprintf(path, sizeof(path), "%s/root", top);
	if (beneath_root(path, &root) < 0)
		return 1;
	RUN(names_are_cleaned);
	RUN(inside_is_found);
	RUN(links_inside_are_followed);
	RUN(outside_is_not_found);
	RUN(pipes_and_devices_are_never_opened);
	RUN(a_path_can_be_opened_without_its_file);
	RUN(a_path_lies_beneath_or_not);
	RUN(files_are_created_inside_only);
	RUN(a_root_that_is_none);
	beneath_close(&root);
	nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return TEST_EXIT();
}
