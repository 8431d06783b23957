/* Content types: by name whatever its case, by content where the name is silent. */
#include "mime.h"

#include "test.h"

static struct mime_table none, table;

static const char *
by_name(const struct mime_table *t, const char *name)
{
	const char *type = mime_of_name(t, name);

	return type ? type : "?";
}

static void
boot_files(void)
{
	static const struct {
		const char *name, *type;
	} list[] = {
		{ "shimx64.efi", "application/efi" },
		{ "EFI/BOOT/BOOTX64.EFI", "application/efi" },
		{ "a.b/x.Efi", "application/efi" },
		{ "netinst.iso", "application/vnd.efi-iso" },
		{ "NETINST.ISO", "application/vnd.efi-iso" },
		{ "boot.img", "application/vnd.efi-img" },
		{ "boot.ipxe", "text/plain" },
		{ "grub.cfg", "text/plain" },
		{ "a.ks", "text/plain" },
		{ "d.preseed", "text/plain" },
		{ "index.html", "text/html" },
		{ "shimx64.efi.signed", "?" },
		{ "vmlinuz", "?" },
		{ ".treeinfo", "?" },
		{ "dir.efi/linux", "?" },
		{ "x.", "?" },
		{ "", "?" },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		CHECK_STR(by_name(&none, list[i].name), list[i].type);
}

static void
mime_types(void)
{
	static const char text[] =
	    "# comment\n\napplication/x-foo\t\tfoo FO2 # not this\napplication/x-iso9660-image iso\n"
	    "text/html html htm\nnonsense bad\napplication/empty\nlast/line tail";

	CHECK(mime_load(&table, text, sizeof(text) - 1));
	CHECK_STR(by_name(&table, "x.foo"), "application/x-foo");
	CHECK_STR(by_name(&table, "x.FOO"), "application/x-foo");
	CHECK_STR(by_name(&table, "x.fo2"), "application/x-foo");
	CHECK_STR(by_name(&table, "x.not"), "?");
	CHECK_STR(by_name(&table, "x.bad"), "?");
	CHECK_STR(by_name(&table, "x.tail"), "last/line");
	CHECK_STR(by_name(&table, "x.iso"), "application/vnd.efi-iso"); /* firmware's word counts */
	CHECK_STR(by_name(&table, "x.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"), "?");
	CHECK(mime_load(&table, "", 0));
	CHECK_STR(by_name(&table, "x.foo"), "?");
	mime_free(&table);
}

/* The least that is an EFI application: MZ, PE header, subsystem 10. */
static void
by_content(void)
{
	unsigned char pe[512] = { 'M', 'Z' };

	pe[0x3c] = 0x80;
	memcpy(pe + 0x80, "PE\0\0\x64\x86\x01\0", 8);
	pe[0x80 + 20] = 240; /* size of the optional header */
	pe[0x80 + 24] = 0x0b;
	pe[0x80 + 25] = 0x02;    /* PE32+ */
	pe[0x80 + 24 + 68] = 10; /* EFI application */
	CHECK_STR(mime_of_bytes(pe, sizeof(pe)), "application/efi");
	CHECK_STR(mime_of_bytes("#!ipxe\nboot\n", 12), "text/plain");
	CHECK_STR(mime_of_bytes("[general]\nfamily = x\n", 21), "text/plain");
	CHECK_STR(mime_of_bytes("\x1f\x8b\x08\0\0\0", 6), MIME_DEFAULT);
	CHECK_STR(mime_of_bytes("", 0), MIME_DEFAULT);
}

int
main(void)
{
	RUN(boot_files);
	RUN(mime_types);
	RUN(by_content);
	return TEST_EXIT();
}
