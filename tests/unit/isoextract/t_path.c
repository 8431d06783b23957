/* Names inside an archive: cleaned, matched, and kept inside. */
#include "path.h"

#include "test.h"

static char out[PATH_SIZE];

static void
cleaned(void)
{
	CHECK_INT(path_clean("a/b", out), PATH_OK);
	CHECK_STR(out, "a/b");
	CHECK_INT(path_clean("./a//b/./c/", out), PATH_OK);
	CHECK_STR(out, "a/b/c");
	CHECK_INT(path_clean("...", out), PATH_OK);
	CHECK_STR(out, "...");
	CHECK_INT(path_clean("..a/b..", out), PATH_OK);
	CHECK_INT(path_clean("back\\..\\slash", out), PATH_OK);
}

static void
refused(void)
{
	static const char *const outside[] = { "..", "../a", "a/..", "a/../b", "/", "/etc/passwd", "./../a",
		"a/b/../../.." };
	char part[300], whole[PATH_SIZE + 100];

	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		CHECK_INT(path_clean(outside[i], out), PATH_OUTSIDE);
	CHECK_INT(path_clean("", out), PATH_EMPTY);
	CHECK_INT(path_clean(".", out), PATH_EMPTY);
	CHECK_INT(path_clean("././/", out), PATH_EMPTY);
	memset(part, 'n', sizeof(part));
	part[255] = '\0';
	CHECK_INT(path_clean(part, out), PATH_OK);
	part[255] = 'n';
	part[256] = '\0';
	CHECK_INT(path_clean(part, out), PATH_LONG);
	for (size_t i = 0; i < sizeof(whole); i++)
		whole[i] = i % 100 ? 'p' : '/';
	whole[0] = 'p';
	whole[PATH_SIZE - 1] = '\0';
	CHECK_INT(path_clean(whole, out), PATH_OK);
	whole[PATH_SIZE - 1] = 'p';
	whole[PATH_SIZE] = '\0';
	CHECK_INT(path_clean(whole, out), PATH_LONG);
}

static bool
picks(const char *pattern, const char *path)
{
	char clean[PATH_SIZE];

	return path_match(path_pattern(pattern, clean), path);
}

static void
patterns(void)
{
	CHECK(picks("boot/vmlinuz", "boot/vmlinuz"));
	CHECK(picks("./boot/vmlinuz", "boot/vmlinuz"));
	CHECK(picks("/boot/vmlinuz", "boot/vmlinuz"));
	CHECK(!picks("vmlinuz", "boot/vmlinuz"));
	CHECK(!picks("boot/vm", "boot/vmlinuz"));
	CHECK(picks("boot", "boot"));
	CHECK(picks("boot/", "boot/grub/grub.cfg"));
	CHECK(!picks("boot", "bootstrap/x"));
	CHECK(picks("*/shimx64.efi", "usr/lib/shim/shimx64.efi"));
	CHECK(picks("*.efi", "EFI/BOOT/grubx64.efi"));
	CHECK(picks("*", ".disk/info"));
	CHECK(picks("/", "anything/at/all"));
	CHECK(picks("[ab]/?", "a/x"));
	CHECK(picks("[boot]/1-efi.img", "[boot]/1-efi.img"));
}

static void
links_inside(void)
{
	CHECK(path_link_inside("a", "b"));
	CHECK(path_link_inside("a", "."));
	CHECK(path_link_inside("debian", "./"));
	CHECK(path_link_inside("a/b", "../c"));
	CHECK(path_link_inside("a/b/c", "../../d/e"));
	CHECK(path_link_inside("a/b", ".././c"));
	CHECK(path_link_inside("a", "..."));
}

static void
links_outside(void)
{
	CHECK(!path_link_inside("a", ".."));
	CHECK(!path_link_inside("a", "../x"));
	CHECK(!path_link_inside("a/b", "../../x"));
	CHECK(!path_link_inside("a/b", "./../.././x"));
	CHECK(!path_link_inside("a", "/etc/passwd"));
	CHECK(!path_link_inside("a", ""));
	/* d/e/a -> ../.. leads to the root, so d/e/l -> a/../.. leaves. */
	CHECK(!path_link_inside("d/e/l", "a/../.."));
	CHECK(!path_link_inside("d/e/l", "a/../x"));
}

static void
resolved(void)
{
	CHECK(path_resolve("boot/vmlinuz", "vmlinuz-6.1", out));
	CHECK_STR(out, "boot/vmlinuz-6.1");
	CHECK(path_resolve("a/b/c", "../../d", out));
	CHECK_STR(out, "d");
	CHECK(path_resolve("a/b", "..", out));
	CHECK_STR(out, "");
	CHECK(path_resolve("linux", "./x//y/", out));
	CHECK_STR(out, "x/y");
}

static struct path_captures found;

static void
captures(void)
{
	CHECK(path_capture("boot/vmlinuz-*", "boot/vmlinuz-lts", &found));
	CHECK_INT(found.n, 1);
	CHECK_STR(found.text[0], "lts");
	CHECK(path_capture("arch/boot/*/vmlinuz-*", "arch/boot/x86_64/vmlinuz-linux-lts", &found));
	CHECK_INT(found.n, 2);
	CHECK_STR(found.text[0], "x86_64");
	CHECK_STR(found.text[1], "linux-lts");
	CHECK(path_capture("live/vmlinuz*", "live/vmlinuz", &found));
	CHECK_STR(found.text[0], "");
	CHECK(path_capture("*-*-x", "a-b-c-x", &found));
	CHECK_STR(found.text[0], "a");
	CHECK_STR(found.text[1], "b-c");
	CHECK(path_capture("CASPER/vmlin?z", "casper/VMLINUZ", &found));
}

static void
captures_refused(void)
{
	CHECK(!path_capture("boot/*", "boot/grub/grub.cfg", &found));
	CHECK(!path_capture("*", "a/b", &found));
	CHECK(!path_capture("a?b", "a/b", &found));
	CHECK(!path_capture("a*", "b", &found));
	CHECK(!path_capture("a", "ab", &found));
	CHECK(!path_capture("ab", "a", &found));
	CHECK(!path_capture("*/*/linux", "a/linux", &found));
	CHECK(path_capture("**************", "x", &found));
	CHECK_INT(found.n, PATH_CAPTURES);
}

int
main(void)
{
	RUN(cleaned);
	RUN(refused);
	RUN(patterns);
	RUN(links_inside);
	RUN(links_outside);
	RUN(resolved);
	RUN(captures);
	RUN(captures_refused);
	return TEST_EXIT();
}
