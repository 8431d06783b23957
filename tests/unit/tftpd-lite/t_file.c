/* Files: names looked up, blocks read, uploads put in place. */
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "docroot.h"
#include "upload.h"
#include "download.h"

static char dir[] = "/tmp/t_file.XXXXXX";
static struct docroot docroot;
static const struct addr client = { .ip = { [10] = 0xff, [11] = 0xff, 10, 0, 0, 7 } };

static void
write_file(const char *name, const void *bytes, size_t len)
{
	int fd = openat(docroot.root.fd, name, O_CREAT | O_TRUNC | O_WRONLY, 0644);

	CHECK(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
	close(fd);
}

static bool
opens(const char *asked, const char *want)
{
	char path[REMAP_NAME];
	struct download_source source = { .fd = -1 };
	int fd;

	if (docroot_resolve(&docroot, asked, &client, path))
		docroot_open_file(&docroot, path, &source);
	fd = source.fd;
	if (fd < 0)
		return false;
	close(fd);
	CHECK_STR(path, want);
	return true;
}

static void
names_as_firmware_writes_them(void)
{
	docroot.any_case = false;
	CHECK(opens("EFI/Boot/boot.efi", "EFI/Boot/boot.efi"));
	CHECK(opens("//EFI\\Boot//boot.efi", "EFI/Boot/boot.efi"));
	CHECK(opens("\\EFI\\Boot\\boot.efi", "EFI/Boot/boot.efi"));
	CHECK(!opens("efi/boot/BOOT.EFI", ""));
	CHECK(!opens("", ""));
	CHECK(!opens("/", ""));
	CHECK(!opens("../../../../../../etc/passwd", ""));
}

static void
names_whatever_their_case(void)
{
	docroot.any_case = true;
	CHECK(opens("efi/boot/BOOT.EFI", "EFI/Boot/boot.efi"));
	CHECK(opens("EFI/Boot/boot.efi", "EFI/Boot/boot.efi"));
	/* of two that fit, the exact one, or the first in byte order */
	CHECK(opens("EFI/boot/ReadMe", "EFI/Boot/ReadMe"));
	CHECK(opens("EFI/boot/readme", "EFI/Boot/README"));
	CHECK(!opens("efi/boot/boot.ef", ""));
	CHECK(!opens("efi/nope/boot.efi", ""));
	docroot.any_case = false;
}

static void
names_by_rule(void)
{
	char error[REMAP_ERROR], path[REMAP_NAME];

	CHECK(remap_add(&docroot.remap, "s|^x/|EFI/Boot/|", error));
	CHECK(remap_add(&docroot.remap, "s|^mine/|{ip-hex}/{ip}/|", error));
	CHECK(opens("x\\boot.efi", "EFI/Boot/boot.efi"));
	CHECK(docroot_resolve(&docroot, "mine/a", &client, path));
	CHECK_STR(path, "0A000007/10.0.0.7/a");
	remap_free(&docroot.remap);
}

/* A whole file in blocks of `blksize`, `window` at a time. */
static struct download *
open_whole(struct files *files, int fd, bool text)
{
	return download_open(files, &(struct download_source){ .fd = fd }, text);
}

static size_t
read_all(const char *name, bool text, uint32_t blksize, uint32_t window, uint8_t *out)
{
	static uint8_t room[70000];
	struct files *files = files_new();
	struct download *s = open_whole(files, openat(docroot.root.fd, name, O_RDONLY), text);
	struct download_span span = { .first = 1, .count = window, .gap = 4, .out = room };
	size_t len = 0, last = blksize;

	CHECK_INT(download_set_terms(s, blksize, window), 0);
	while (last == blksize) {
		int n = download_read(s, &span, &last), again = download_read(s, &span, &last);

		CHECK(n > 0 && n <= (int)window && n == again);
		for (int i = 0; i < n; i++) {
			size_t part = i + 1 < n ? blksize : last;

			memcpy(out + len, room + (size_t)i * (4 + blksize) + 4, part);
			len += part;
		}
		span.first += (uint64_t)n;
	}
	download_close(files, s);
	files_free(files);
	return len;
}

static void
binary_files_in_blocks(void)
{
	static const size_t sizes[] = { 0, 1, 511, 512, 513, 1024, 5000 };
	static uint8_t in[5000], out[6000];

	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		write_file("binary", in, sizes[i]);
		for (uint32_t window = 1; window < 5; window++) {
			CHECK_INT(read_all("binary", false, 512, window, out), sizes[i]);
			CHECK(memcmp(in, out, sizes[i]) == 0);
		}
	}
}

static void
text_files_in_blocks(void)
{
	static uint8_t in[3000], want[6000], out[7000];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(in); i++) {
		in[i] = i % 5 == 0 ? '\n' : i % 7 == 0 ? '\r' : 'x';
		if (in[i] == '\n')
			want[n++] = '\r';
		want[n++] = in[i];
		if (in[i] == '\r')
			want[n++] = '\0';
	}
	write_file("text", in, sizeof(in));
	for (uint32_t blksize = 8; blksize < 600; blksize += 37)
		for (uint32_t window = 1; window < 5; window++) {
			CHECK_INT(read_all("text", true, blksize, window, out), n);
			CHECK(memcmp(want, out, n) == 0);
		}
}

/* Two readers share what was read, but not over a change of the file. */
static void
a_file_written_to_is_read_anew(void)
{
	struct files *files = files_new();
	struct download *old, *new;
	uint8_t room[516];
	struct download_span span = { .first = 1, .count = 1, .gap = 4, .out = room };
	struct timespec later[2] = { { .tv_sec = 2000000000 }, { .tv_sec = 2000000000 } };
	size_t last;

	write_file("changes", "old", 3);
	old = open_whole(files, openat(docroot.root.fd, "changes", O_RDONLY), false);
	CHECK_INT(download_set_terms(old, 512, 1), 0);
	CHECK_INT(download_read(old, &span, &last), 1);
	CHECK(last == 3 && memcmp(room + 4, "old", 3) == 0);
	write_file("changes", "new", 3);
	utimensat(docroot.root.fd, "changes", later, 0); /* clocks of file systems are coarse */
	new = open_whole(files, openat(docroot.root.fd, "changes", O_RDONLY), false);
	CHECK_INT(download_set_terms(new, 512, 1), 0);
	CHECK_INT(download_read(new, &span, &last), 1);
	CHECK(last == 3 && memcmp(room + 4, "new", 3) == 0);
	download_close(files, old);
	download_close(files, new);
	files_free(files);
}

static void
a_file_that_shrinks_is_an_error(void)
{
	uint8_t bytes[2000] = { 0 };
	struct files *files = files_new();
	struct download *s;
	struct download_span span = { .first = 3, .count = 1, .out = bytes };
	size_t last;

	write_file("shrinks", bytes, sizeof(bytes));
	s = open_whole(files, openat(docroot.root.fd, "shrinks", O_RDONLY), false);
	CHECK_INT(download_set_terms(s, 512, 1), 0);
	write_file("shrinks", bytes, 100);
	CHECK_INT(download_read(s, &span, &last), -1);
	CHECK_INT(errno, ESTALE);
	download_close(files, s);
	files_free(files);
}

static int
open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void
a_file_is_open_once_for_all_readers(void)
{
	struct files *files = files_new();
	struct download *s[10];
	int before = open_files();

	for (int i = 0; i < 10; i++)
		s[i] = open_whole(files, openat(docroot.root.fd, "EFI/Boot/boot.efi", O_RDONLY), false);
	CHECK_INT(open_files(), before + 1);
	for (int i = 0; i < 10; i++)
		download_close(files, s[i]);
	CHECK_INT(open_files(), before);
	files_free(files);
	files = files_new();
	CHECK(!open_whole(files, openat(docroot.root.fd, "EFI", O_RDONLY), false));
	CHECK_INT(errno, EISDIR);
	CHECK_INT(open_files(), before);
	files_free(files);
}

static uint64_t held;

static struct upload *
upload(const char *base, bool text, uint64_t size)
{
	const struct upload_how how = { .netascii = text, .size = size, .held = &held };

	return upload_open(openat(docroot.root.fd, "up", O_RDONLY | O_DIRECTORY), base, &how);
}

static int
entries(void)
{
	char path[64];
	DIR *d;
	int n = -2;

	snprintf(path, sizeof(path), "%s/up", dir);
	d = opendir(path);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void
uploads_appear_whole_or_not_at_all(void)
{
	struct upload *s = upload("a", false, 0), *t = upload("a", false, 0);
	struct stat st;

	CHECK(s && t);
	CHECK_INT(upload_write(s, (const uint8_t *)"hello", 5), 0);
	CHECK_INT(upload_write(t, (const uint8_t *)"other", 5), 0);
	CHECK(fstatat(docroot.root.fd, "up/a", &st, 0) < 0);
	CHECK_INT(upload_commit(s), 0);
	CHECK_INT(upload_size(s), 5);
	CHECK(fstatat(docroot.root.fd, "up/a", &st, 0) == 0 && st.st_size == 5);
	CHECK_INT(upload_commit(t), -1);
	CHECK_INT(errno, EEXIST);
	upload_close(s);
	upload_close(t);
	CHECK_INT(entries(), 1);
	CHECK(!upload("a", false, 0));
	CHECK_INT(errno, EEXIST);
	s = upload("b", true, 0);
	CHECK_INT(upload_write(s, (const uint8_t *)"x\r\ny\r", 5), 0);
	upload_close(s);
	CHECK_INT(entries(), 1);
	s = upload("b", true, 0);
	CHECK_INT(upload_write(s, (const uint8_t *)"x\r\ny\r", 5), 0);
	CHECK_INT(upload_commit(s), 0);
	CHECK_INT(upload_size(s), 4);
	upload_close(s);
	CHECK(!upload("c", false, UINT64_MAX / 2));
	CHECK_INT(errno, ENOSPC);
	CHECK_INT(entries(), 2);
}

static void
what_may_be_replaced_is_replaced_whole(void)
{
	const struct upload_how how = { .replace = true, .held = &held };
	struct upload *s;
	struct stat st, was;

	CHECK(fstatat(docroot.root.fd, "up/a", &was, 0) == 0);
	s = upload_open(openat(docroot.root.fd, "up", O_RDONLY | O_DIRECTORY), "a", &how);
	CHECK(s != NULL);
	CHECK_INT(upload_write(s, (const uint8_t *)"new", 3), 0);
	CHECK(fstatat(docroot.root.fd, "up/a", &st, 0) == 0 && st.st_ino == was.st_ino);
	CHECK_INT(upload_commit(s), 0);
	upload_close(s);
	CHECK(fstatat(docroot.root.fd, "up/a", &st, 0) == 0 && st.st_size == 3 && st.st_ino != was.st_ino);
	CHECK_INT(st.st_mode, was.st_mode);
	/* that was made beforehand for everybody to write to */
	CHECK_INT(fchmodat(docroot.root.fd, "up/a", 0666, 0), 0);
	s = upload("a", false, 0);
	CHECK(s != NULL);
	CHECK_INT(upload_commit(s), 0);
	upload_close(s);
	CHECK(fstatat(docroot.root.fd, "up/a", &st, 0) == 0 && st.st_size == 0);
	CHECK_INT(st.st_mode & 0777, 0666);
	CHECK_INT(unlinkat(docroot.root.fd, "up/a", 0), 0);
	CHECK_INT(symlinkat("b", docroot.root.fd, "up/a"), 0);
	CHECK(!upload_open(openat(docroot.root.fd, "up", O_RDONLY | O_DIRECTORY), "a", &how));
	CHECK_INT(errno, EEXIST);
	CHECK_INT(entries(), 2);
	CHECK_INT(held, 0);
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
	if (!mkdtemp(dir) || beneath_root(dir, &docroot.root) < 0)
		return 1;
	mkdirat(docroot.root.fd, "EFI", 0755);
	mkdirat(docroot.root.fd, "EFI/Boot", 0755);
	mkdirat(docroot.root.fd, "up", 0755);
	write_file("EFI/Boot/boot.efi", "MZ", 2);
	write_file("EFI/Boot/README", "a", 1);
	write_file("EFI/Boot/ReadMe", "b", 1);
	RUN(names_as_firmware_writes_them);
	RUN(names_whatever_their_case);
	RUN(names_by_rule);
	RUN(binary_files_in_blocks);
	RUN(text_files_in_blocks);
	RUN(a_file_written_to_is_read_anew);
	RUN(a_file_that_shrinks_is_an_error);
	RUN(a_file_is_open_once_for_all_readers);
	RUN(uploads_appear_whole_or_not_at_all);
	RUN(what_may_be_replaced_is_replaced_whole);
	beneath_close(&docroot.root);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return TEST_EXIT();
}
