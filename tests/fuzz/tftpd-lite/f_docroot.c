/* Any name a client asks for, through rewrite rules to the tree: what opens
 * is a file inside it, and a new file's directory lies inside it, too.
 * The first byte picks the rules and whether case counts. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "docroot.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char inside[64];

/* scratch/secret, and in scratch/tree: a, A/b, up -> .., out -> ../secret, in -> A, pipe */
static void
make_tree(int root)
{
	require(close(openat(root, "../secret", O_CREAT | O_WRONLY, 0600)) == 0);
	require(close(openat(root, "a", O_CREAT | O_WRONLY, 0600)) == 0);
	require(mkdirat(root, "A", 0700) == 0);
	require(close(openat(root, "A/b", O_CREAT | O_WRONLY, 0600)) == 0);
	require(symlinkat("..", root, "up") == 0 && symlinkat("../secret", root, "out") == 0);
	require(symlinkat("A", root, "in") == 0 && mkfifoat(root, "pipe", 0600) == 0);
}

static void
start(struct docroot docroots[4])
{
	static const char *const rules[4] = { "", "s|^|{ip}/../|", "s/x/../g", "s|^c/(.*)$|\\1/{ip-hex}/../../|i" };
	char error[REMAP_ERROR];

	snprintf(inside, sizeof(inside), "%s/tree", scratch);
	require(mkdir(inside, 0700) == 0);
	for (int i = 0; i < 4; i++) {
		require(beneath_root(inside, &docroots[i].root) == 0);
		require(remap_add(&docroots[i].remap, rules[i], error));
	}
	make_tree(docroots[0].root.fd);
}

/* Where this descriptor leads is the tree, or below it. */
static void
require_inside(int fd)
{
	char link[64], path[4096];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	require(n > 0);
	path[n] = '\0';
	require(strncmp(path, inside, strlen(inside)) == 0);
	require(path[strlen(inside)] == '\0' || path[strlen(inside)] == '/');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct addr client = { .ip = { [10] = 0xff, [11] = 0xff, 10, 0, 0, 7 } };
	static struct docroot docroots[4];
	char path[REMAP_NAME], *name;
	const char *base;
	struct download_source source;
	struct docroot *d;
	struct stat st;
	int fd;

	if (scratch_open())
		start(docroots);
	if (size == 0)
		return 0;
	d = &docroots[data[0] & 3];
	d->any_case = data[0] & 4;
	name = strndup((const char *)data + 1, size - 1);
	require(name != NULL);
	if (docroot_resolve(d, name, &client, path)) {
		require(strlen(path) < REMAP_NAME && path[0] != '/' && path[0] != '\0');
		docroot_open_file(d, path, &source);
		fd = source.fd;
		if (fd >= 0) {
			require(fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)));
			require_inside(fd);
			close(fd);
		}
		fd = docroot_open_parent(d, path, &base);
		if (fd >= 0) {
			require(fstat(fd, &st) == 0 && S_ISDIR(st.st_mode));
			require(base >= path && *base && !strchr(base, '/') && strcmp(base, "..") != 0);
			require_inside(fd);
			close(fd);
		}
	}
	free(name);
	return 0;
}
