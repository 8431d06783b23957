#include "loader.h"

#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "wire.h"

/* GRUB's modules start with this (include/grub/kernel.h). */
#define GRUB_MODULES "mimg"
enum { GRUB_OBJECT_CONFIG = 2, GRUB_OBJECT_PREFIX = 3, GRUB_OBJECTS_MAX = 1024 };

const char *
loader_name(enum loader l)
{
	static const char *const name[] = { "program", "iPXE", "iPXE script", "PXELINUX", "lpxelinux", "shim", "GRUB",
		"kernel" };

	return name[l];
}

static bool
has(const void *bytes, size_t len, const char *text)
{
	return memmem(bytes, len, text, strlen(text)) != NULL;
}

static void
copy_text(struct rd *r, size_t len, char *out, size_t size)
{
	const uint8_t *v = rd_take(r, len);
	size_t n = len < size - 1 ? len : size - 1;

	if (!v)
		return;
	memcpy(out, v, n);
	out[n] = '\0';
}

/* The objects behind a module header; false when it is none. */
static bool
read_modules(const uint8_t *at, size_t len, struct loader_info *out)
{
	struct rd r = rd_open(at, len);
	uint64_t offset, size;
	bool found = false;

	rd_take(&r, 8);
	offset = rd_le32(&r);
	if (rd_le32(&r) != 0)
		return false;
	size = rd_le32(&r);
	if (rd_le32(&r) != 0 || r.bad || offset < 24 || offset > size || size > len)
		return false;
	r = rd_open(at + offset, (size_t)(size - offset));
	for (int i = 0; i < GRUB_OBJECTS_MAX && rd_left(&r) >= 8; i++) {
		uint32_t type = rd_le32(&r), all = rd_le32(&r);
		struct rd body;

		if (all < 8)
			return found;
		body = rd_sub(&r, all - 8);
		if (body.bad)
			return found;
		if (type == GRUB_OBJECT_CONFIG) {
			copy_text(&body, all - 8, out->config, sizeof(out->config));
			out->has_config = found = true;
		} else if (type == GRUB_OBJECT_PREFIX) {
			copy_text(&body, all - 8, out->prefix, sizeof(out->prefix));
			found = true;
		}
	}
	return found;
}

static bool
find_grub(const uint8_t *bytes, size_t len, struct loader_info *out)
{
	const uint8_t *at = bytes, *end = bytes + len;

	while ((at = memmem(at, (size_t)(end - at), GRUB_MODULES, 4))) {
		if (read_modules(at, (size_t)(end - at), out))
			return true;
		at++;
	}
	return false;
}

/* DEFAULT_LOADER of shim's Make.defaults: grub and the machine's UEFI suffix. */
void
loader_shim_next(const char *machine, char out[64])
{
	const struct machine *m = machine_named(machine);

	snprintf(out, 64, "grub%s.efi", m && m->efi ? m->efi : "x64");
}

void
loader_identify(const void *bytes, size_t len, struct loader_info *out)
{
	memset(out, 0, sizeof(*out));
	image_identify(bytes, len, &out->image);
	if (out->image.kind == IMAGE_IPXE_SCRIPT) {
		out->kind = LOADER_IPXE_SCRIPT;
	} else if (out->image.kind == IMAGE_LINUX) {
		out->kind = LOADER_KERNEL;
	} else if (has(bytes, len, "UEFI SHIM")) {
		out->kind = LOADER_SHIM;
		loader_shim_next(out->image.arch ? out->image.arch : "", out->next);
	} else if (out->image.kind == IMAGE_EFI && find_grub(bytes, len, out)) {
		out->kind = LOADER_GRUB;
	} else if (has(bytes, len, "PXELINUX ")) {
		out->kind = has(bytes, len, " lwIP ") ? LOADER_LPXELINUX : LOADER_PXELINUX;
	} else if (has(bytes, len, "PXE->EB:") || has(bytes, len, "http://ipxe.org") ||
	    has(bytes, len, "iPXE initialising")) {
		/* The first is what stays readable in a compressed undionly.kpxe. */
		out->kind = LOADER_IPXE;
	}
}
