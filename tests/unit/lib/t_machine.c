#include "machine.h"

#include "pxe.h"
#include "test.h"

static void
every_machine_of_the_registry_is_there(void)
{
	size_t n;
	const struct pxe_arch *a = pxe_archs(&n);

	for (size_t i = 0; i < n; i++) {
		const struct machine *m = machine_named(a[i].name);
		uint16_t code;

		CHECK(m != NULL);
		if (!m)
			continue;
		CHECK_INT(machine_is_efi(m), a[i].efi);
		CHECK(!m->uefi || machine_is_efi(machine_named(m->uefi)));
		CHECK(pxe_arch_code(a[i].name, a[i].http, &code) && code <= a[i].code);
	}
	CHECK(!machine_named("vax"));
}

static void
what_each_program_calls_it(void)
{
	static const struct {
		const char *name, *efi, *grub, *platform, *ipxe, *ipxe_platform;
	} want[] = {
		{ "bios", "", "i386", "pc", "i386", "pcbios" },
		{ "efi-ia32", "ia32", "i386", "efi", "i386", "efi" },
		{ "efi-x64", "x64", "x86_64", "efi", "x86_64", "efi" },
		{ "efi-arm32", "arm", "arm", "efi", "arm32", "efi" },
		{ "efi-arm64", "aa64", "arm64", "efi", "arm64", "efi" },
		{ "efi-riscv64", "riscv64", "riscv64", "efi", "riscv64", "efi" },
		{ "efi-loong64", "loongarch64", "loongarch64", "efi", "loong64", "efi" },
		{ "uboot-arm32", "", "arm", "uboot", "", "pcbios" },
		{ "ppc-of", "", "powerpc", "ieee1275", "", "pcbios" },
		{ "s390x", "", "", "", "", "pcbios" },
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct machine *m = machine_named(want[i].name);

		CHECK_STR(m->efi ? m->efi : "", want[i].efi);
		CHECK_STR(m->grub ? m->grub : "", want[i].grub);
		CHECK_STR(machine_grub_platform(m), want[i].platform);
		CHECK_STR(m->ipxe ? m->ipxe : "", want[i].ipxe);
		CHECK_STR(machine_ipxe_platform(m), want[i].ipxe_platform);
	}
}

static const char *
record(const struct machine *m)
{
	return m ? m->record : "none";
}

static void
any_name_leads_to_the_record(void)
{
	static const char *const pairs[][2] = { { "amd64", "x86_64" }, { "x86_64", "x86_64" }, { "X64", "x86_64" },
		{ "x86-64", "x86_64" }, { "efi-x64", "x86_64" }, { "i386", "i386" }, { "i486", "i386" },
		{ "i686", "i386" }, { "386", "i386" }, { "ia32", "i386" }, { "aarch64", "arm64" }, { "aa64", "arm64" },
		{ "efi-arm64", "arm64" }, { "armhf", "arm" }, { "armv7l", "arm" }, { "armv7", "arm" },
		{ "riscv64", "riscv64" }, { "loongarch64", "loong64" }, { "ppc64el", "ppc64le" }, { "s390x", "s390x" },
		{ "powerpc", "none" }, { "vax", "none" }, { "", "none" }, { "bios", "none" } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		CHECK_STR(record(machine_by_any_name(pairs[i][0])), pairs[i][1]);
	CHECK(!machine_by_any_name(NULL));
}

static void
paths_and_lines_of_text(void)
{
	static const char *const pairs[][2] = { { "install.386/vmlinuz", "i386" },
		{ "install.amd/gtk/vmlinuz", "x86_64" }, { "boot/x86_64/loader/linux", "x86_64" },
		{ "live-aarch64/vmlinuz", "arm64" }, { "arch/boot/amd-ucode.img", "none" }, { "boot/vmlinuz", "none" },
		{ "Debian GNU/Linux 12.4.0 \"Bookworm\" - Official amd64 NETINST", "x86_64" },
		{ "Ubuntu-Server 24.04 LTS - Release arm64 (20240423)", "arm64" }, { "Fedora x86-64", "x86_64" },
		{ "", "none" } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		CHECK_STR(record(machine_in_text(pairs[i][0])), pairs[i][1]);
}

static void
pe_machine_types(void)
{
	CHECK_STR(machine_by_pe(0x8664)->name, "efi-x64");
	CHECK_STR(machine_by_pe(0x01c2)->name, "efi-arm32");
	CHECK_STR(machine_by_pe(0x01c4)->name, "efi-arm32");
	CHECK_STR(machine_by_pe(0x6264)->name, "efi-loong64");
	CHECK(!machine_by_pe(0));
	CHECK(!machine_by_pe(0xffff));
}

int
main(void)
{
	RUN(every_machine_of_the_registry_is_there);
	RUN(what_each_program_calls_it);
	RUN(any_name_leads_to_the_record);
	RUN(paths_and_lines_of_text);
	RUN(pe_machine_types);
	return TEST_EXIT();
}
