/* What images say of themselves, lists of sums, volume descriptors. */
#include "iso.h"
#include "release.h"
#include "sums.h"

#include <stdlib.h>

#include "digest.h"
#include "progress.h"
#include "test.h"
#include "utf8.h"

static struct release release;

static void
disk_info(void)
{
	release_disk_info(
	    "Debian GNU/Linux 12.5.0 \"Bookworm\" - Official amd64 NETINST with firmware 20240210-11:27", &release);
	CHECK_STR(release.name, "Debian GNU/Linux 12.5.0 Bookworm");
	CHECK_STR(release.version, "12.5.0");
	CHECK_STR(release.arch, "x86_64");
	release_disk_info("Ubuntu-Server 22.04.3 LTS \"Jammy Jellyfish\" - Release arm64 (20230810)\nmore\n", &release);
	CHECK_STR(release.name, "Ubuntu-Server 22.04.3 LTS Jammy Jellyfish");
	CHECK_STR(release.version, "22.04.3");
	CHECK_STR(release.arch, "arm64");
	release = (struct release){ 0 };
	release_disk_info("  \x1b[2J \t  x\n", &release);
	CHECK_STR(release.name, "[2J x");
	CHECK_STR(release.version, "");
}

static void
treeinfo(void)
{
	release = (struct release){ 0 };
	release_treeinfo(
	    "[release]\nname = Wrong\n[general]\n; WARNING\nname = CentOS Stream 9\nversion=9\narch = aarch64\n"
	    "[media]\nversion = 7\n",
	    &release);
	CHECK_STR(release.name, "CentOS Stream 9");
	CHECK_STR(release.version, "9");
	CHECK_STR(release.arch, "aarch64");
	release_treeinfo("[general]\nfamily = Red Hat Enterprise Linux\nversion = 6.10\nnamesake = x\n", &release);
	CHECK_STR(release.name, "Red Hat Enterprise Linux 6.10");
	release_treeinfo("[general]\nname", &release);
	CHECK_STR(release.name, "");
}

static void
os_release(void)
{
	release = (struct release){ 0 };
	release_os_release("NAME=\"Arch\"\nPRETTY_NAME=\"Arch Linux\"\nVERSION_ID=2024\nX_PRETTY_NAME=no", &release);
	CHECK_STR(release.name, "Arch Linux");
	CHECK_STR(release.version, "2024");
	release_line("alpine-standard-3.19.1 240126\n", "", &release);
	CHECK_STR(release.name, "alpine-standard-3.19.1 240126");
	CHECK_STR(release.version, "3.19.1");
	release_line("2024.01.01", "Arch Linux ", &release);
	CHECK_STR(release.name, "Arch Linux 2024.01.01");
	CHECK(!release_line(" \n\r\n", "Nothing ", &release));
	CHECK_STR(release.name, "Arch Linux 2024.01.01");
	release_line("\nclonezilla-live-3.1.2-22-amd64\n", "", &release);
	CHECK_STR(release.version, "3.1.2-22");
	CHECK_STR(release.arch, "x86_64");
}

/* Lines KEY=value, as of Proxmox' .disk/info, which then is no name itself. */
static void
keys(void)
{
	static const char text[] = "RELEASE='9.2'\r\nISORELEASE='1'\nPRODUCTLONG='Proxmox VE'\nEMPTY=\n";

	release = (struct release){ 0 };
	release_disk_info(text, &release);
	CHECK_STR(release.name, "");
	CHECK(release_keys(text, "{PRODUCTLONG} {RELEASE}-{ISORELEASE}", &release));
	CHECK_STR(release.name, "Proxmox VE 9.2-1");
	CHECK_STR(release.version, "9.2-1");
	CHECK(!release_keys(text, "{PRODUCT}", &release));
	CHECK(!release_keys(text, "{EMPTY}", &release));
	CHECK(!release_keys(text, "{}", &release));
	CHECK(!release_keys(text, "{RELEASE", &release) || release.name[0]);
	CHECK(release_keys(text, "plain", &release));
	CHECK_STR(release.name, "plain");
}

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static const char *
find(const char *text, const char *name)
{
	static char out[SUMS_SHA256];

	return sums_find(text, strlen(text), name, out) ? out : "none";
}

static void
sums(void)
{
	char out[SUMS_SHA256];

	CHECK(sums_is_sha256("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", out));
	CHECK_STR(out, SUM);
	CHECK(!sums_is_sha256(SUM "0", out));
	CHECK(!sums_is_sha256("", out));
	CHECK_STR(find(OTHER "  b.iso\n" SUM "  a.iso\n", "/x/a.iso"), SUM);
	CHECK_STR(find(OTHER " *b.iso\r\n" SUM " *./a.iso\r\n", "a.iso"), SUM);
	CHECK_STR(find("# comment\nSHA256 (b.iso) = " OTHER "\nSHA256 (a.iso) = " SUM "\n", "http://h/a.iso"), SUM);
	CHECK_STR(find("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" SUM "  a.iso\n" OTHER "  b.iso", "b.iso"),
	    OTHER);
	CHECK_STR(find(SUM "  other.iso\n", "a.iso"), SUM);
	CHECK_STR(find(SUM "\n", "-"), SUM);
	CHECK_STR(find(SUM "  b.iso\n" OTHER "  c.iso\n", "a.iso"), "none");
	CHECK_STR(find(SUM "00  a.iso\n", "a.iso"), "none");
	CHECK_STR(find("", "a.iso"), "none");
}

/* An image with a descriptor and an implanted sum, as a whole number of
 * sectors. */
#define SECTORS 40
static uint8_t image[SECTORS * ISO_SECTOR];

static void
make_image(const char *application)
{
	uint8_t *d = image + ISO_DESCRIPTORS;

	for (size_t i = 0; i < sizeof(image); i++)
		image[i] = (uint8_t)(i * 7);
	memset(d, 0, ISO_SECTOR);
	d[0] = 1;
	memcpy(d + 1, "CD001", 5);
	memset(d + 40, ' ', 32);
	memcpy(d + 40, "VOLUME", 6);
	d[80] = SECTORS;
	memset(d + ISO_APPLICATION, ' ', ISO_APPLICATION_LEN);
	memcpy(d + ISO_APPLICATION, application, strlen(application));
}

static void
descriptors(void)
{
	struct iso iso;

	make_image("");
	iso_identify(image, sizeof(image), &iso);
	CHECK(iso.iso9660);
	CHECK(!iso.udf);
	CHECK_STR(iso.volume, "VOLUME");
	CHECK_INT(iso.bytes, SECTORS * ISO_SECTOR);
	memcpy(image + ISO_DESCRIPTORS + ISO_SECTOR + 1, "NSR03", 5);
	iso_identify(image, sizeof(image), &iso);
	CHECK(iso.udf);
	for (size_t n = 0; n < sizeof(image); n += 97)
		iso_identify(image, n, &iso);
	iso_identify(image, ISO_DESCRIPTORS + ISO_SECTOR - 1, &iso);
	CHECK(!iso.iso9660);
}

/* Fed in pieces of every size, the sum is the same. */
static enum digest_implanted
implanted(size_t len, size_t piece)
{
	struct digest *d = digest_new(false, true);
	enum digest_implanted result;

	for (size_t at = 0; at < len; at += piece)
		digest_feed(d, image + at, piece < len - at ? piece : len - at);
	result = digest_implanted(d);
	digest_free(d);
	return result;
}

static void
implanted_sums(void)
{
	static const size_t pieces[] = { 1000, 2048, 33000, 34815, 34816, 34817, sizeof(image) };
	static const char sum[] = "ISO MD5SUM = %s;SKIPSECTORS = 2;RHLISOSTATUS=1;";
	char text[200];

	make_image("");
	CHECK_INT(implanted(sizeof(image), 999), DIGEST_NONE);
	make_image("ISO MD5SUM = zz;SKIPSECTORS = 2;");
	CHECK_INT(implanted(sizeof(image), 999), DIGEST_NONE);
	make_image("ISO MD5SUM = 00000000000000000000000000000000;SKIPSECTORS = 40;");
	CHECK_INT(implanted(sizeof(image), 999), DIGEST_NONE);
	/* of the image with blanks there, without its last two sectors: md5sum(1) */
	snprintf(text, sizeof(text), sum, "8d89913d99f95dceb29da23cf5eca43b");
	make_image(text);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		CHECK_INT(implanted(sizeof(image), pieces[i]), DIGEST_SAME);
	CHECK_INT(implanted(sizeof(image) - 2 * ISO_SECTOR, 4096), DIGEST_SAME);
	CHECK_INT(implanted(sizeof(image) - 2 * ISO_SECTOR - 1, 4096), DIGEST_SHORT);
	image[5] ^= 1;
	CHECK_INT(implanted(sizeof(image), 4096), DIGEST_DIFFERENT);
}

static void
sha256(void)
{
	struct digest *d = digest_new(true, false);
	char out[DIGEST_SHA256_TEXT];

	digest_feed(d, "a", 1);
	digest_feed(d, "bc", 2);
	/* FIPS 180-4, appendix B.1 */
	CHECK_STR(digest_sha256(d, out), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_free(d);
}

/* What a terminal would take for a command, and a line that is too long for it. */
static void
terminals(void)
{
	char text[] = "a\x1b[2J\r\n\x7f\xc2\x9b"
	              "b\xc3\xa9\xc2\xa0";
	char wide[] = "abc\xc3\xa9\xe6\xbc\xa2z";

	utf8_plain(text);
	CHECK_STR(text,
	    "a?[2J????"
	    "?b\xc3\xa9\xc2\xa0");
	progress_cut(wide, 7);
	CHECK_STR(wide, "abc\xc3\xa9\xe6\xbc\xa2z");
	progress_cut(wide, 6);
	CHECK_STR(wide, "abc\xc3\xa9\xe6\xbc\xa2");
	progress_cut(wide, 5);
	CHECK_STR(wide, "abc\xc3\xa9");
	progress_cut(wide, 0);
	CHECK_STR(wide, "");
}

int
main(void)
{
	RUN(disk_info);
	RUN(treeinfo);
	RUN(os_release);
	RUN(keys);
	RUN(sums);
	RUN(descriptors);
	RUN(implanted_sums);
	RUN(sha256);
	RUN(terminals);
	return TEST_EXIT();
}
