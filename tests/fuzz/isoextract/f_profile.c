/* Any bytes as a profile, laid over an image of every family: no record
 * without a name or kernel, none that runs on without its end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
complain(void *context, unsigned line, const char *key, const char *why)
{
	*(size_t *)context += 1;
	if (!key || !*why || line > 1 << 20)
		abort();
}

static void
fill(struct catalog *c)
{
	static const char *const paths[] = { "linux", "initrd.gz", "casper/vmlinuz", "casper/initrd",
		"live/vmlinuz-6.1", "live/initrd.img-6.1", "live/filesystem.squashfs", "images/pxeboot/vmlinuz",
		"images/pxeboot/initrd.img", "repodata/repomd.xml", "boot/x86_64/loader/linux",
		"boot/x86_64/loader/initrd", "arch/boot/x86_64/vmlinuz-linux", "arch/boot/x86_64/initramfs-linux.img",
		"boot/vmlinuz-lts", "boot/initramfs-lts", "boot/modloop-lts", "boot/vmlinuz", "boot/initrd.img",
		"altinst", "EFI/BOOT/BOOTX64.EFI" };
	static const char *const texts[] = { "keys" };
	struct catalog_member *m;

	memset(c, 0, sizeof(*c));
	c->texts = texts;
	c->n_texts = 1;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		m = catalog_add(c, paths[i], CATALOG_FILE, 20000, NULL);
		if (!m)
			abort();
		m->image.kind = strstr(paths[i], "linu") ? IMAGE_LINUX : IMAGE_UNKNOWN;
	}
	m = catalog_add(c, ".disk/info", CATALOG_FILE, 30, NULL);
	if (!m || !catalog_peeked(c, m, "Some System 12.1 - amd64", 24))
		abort();
	m = catalog_add(c, "keys", CATALOG_FILE, 30, NULL);
	if (!m || !catalog_peeked(c, m, "A='x'\nBC=1.2\n=\n", 17))
		abort();
	memcpy(c->volume, "VOLUME", 7);
	c->bytes = 123456;
	catalog_sort(c);
}

static void
check(const struct boot_record *r)
{
	if (!*r->name || !*r->kernel || !*r->family || !*r->arch)
		abort();
	if (strnlen(r->args, BOOT_TEXT) == BOOT_TEXT || strnlen(r->initrd, BOOT_TEXT) == BOOT_TEXT ||
	    strnlen(r->needs, BOOT_TEXT) == BOOT_TEXT || strnlen(r->embed, BOOT_TEXT) == BOOT_TEXT ||
	    strnlen(r->name, sizeof(r->name)) == sizeof(r->name))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p;
	struct catalog c;
	struct boot_records b;
	size_t faults = 0;

	if (!profile_parse((const char *)data, size, &p, complain, &faults)) {
		if (faults == 0 || p.family || p.rules)
			abort();
		return 0;
	}
	if (faults > 0 || !p.family)
		abort();
	fill(&c);
	if (!boot_find(&c, &p, 1, &b))
		abort();
	for (size_t i = 0; i < b.n; i++)
		check(&b.record[i]);
	boot_free(&b);
	catalog_free(&c);
	profile_free(&p);
	return 0;
}
