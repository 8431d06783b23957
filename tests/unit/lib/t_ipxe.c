#include "ipxe.h"
#include "test.h"

static void
names_of_ipxe(void)
{
	static const char *const yes[] = { "undionly.kpxe", "ipxe.efi", "x/snponly.efi", "IPXE.EFI", "ipxe-x86_64.efi",
		"netboot.xyz.efi", "netboot.xyz-undionly.kpxe", "ipxe.pxe", "http://h/ipxe.lkrn", "undionly.0",
		"http://h/a/IPXE.EFI?x=/1", "ipxe.krn", "gpxe.0" };
	static const char *const no[] = { "boot.ipxe", "pxelinux.0", "shimx64.efi", "ipxe/boot.cfg",
		"http://h/ipxe.php", "snapshot.efi", "menu.ipxe", "", "http://h/boot.php?f=/ipxe.efi" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		CHECK(ipxe_binary(yes[i]));
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		CHECK(!ipxe_binary(no[i]));
}

static void
features(void)
{
	CHECK_INT(ipxe_feature("http"), 19);
	CHECK_INT(ipxe_feature("50"), 50);
	CHECK_INT(ipxe_feature("80"), 0);
	CHECK_INT(ipxe_feature("nothing"), 0);
	CHECK_STR(ipxe_feature_name(39), "menu");
	CHECK(!ipxe_feature_name(50));
}

int
main(void)
{
	RUN(names_of_ipxe);
	RUN(features);
	return TEST_EXIT();
}
