/* Any file of rewrite rules: refused as a whole, or loaded; and what -nv prints
 * of the loaded rules loads as the same rules. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "remapfile.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
rewrite_file(int fd, const void *bytes, size_t len)
{
	require(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, len, 0) == (ssize_t)len);
}

/* Nested and counted repetition costs glibc's regcomp minutes; it is the operator's own. */
static int
is_cheap(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 1 < size; i++)
		if ((data[i] == '{' && data[i + 1] != 'i') ||
		    (strchr("*+{", data[i]) && data[i] && strchr("*+?{", data[i + 1])))
			return 0;
	return size < 120;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static struct remapfile f;
	struct remap map = { .n = 12345 }, again = { .n = 0 };
	static char path[64];
	char printed[1024];
	size_t len = 0;

	if (scratch_open()) {
		log_open("f_remapfile", true, false); /* keeps standard error for the sanitizers */
		snprintf(path, sizeof(path), "%s/rules", scratch);
		fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
		require(fd >= 0 && remapfile_open(path, &f) == 0);
	}
	if (!is_cheap(data, size))
		return 0;
	rewrite_file(fd, data, size);
	if (remapfile_load(&f, &map) < 0) {
		require(map.n == 12345 && !map.rule);
		return 0;
	}
	for (size_t i = 0; i < map.n; i++)
		len += (size_t)snprintf(printed + len, sizeof(printed) - len, "%s\n", map.rule[i].line);
	rewrite_file(fd, printed, len);
	require(remapfile_load(&f, &again) == 0 && again.n == map.n);
	for (size_t i = 0; i < map.n; i++)
		require(strcmp(map.rule[i].line, again.rule[i].line) == 0 &&
		    strcmp(map.rule[i].with, again.rule[i].with) == 0);
	remap_free(&map);
	remap_free(&again);
	return 0;
}
