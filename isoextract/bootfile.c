#include "bootfile.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "diag.h"
#include "disk.h"
#include "iso.h"

bool
bootfile_starts(const void *head, size_t len)
{
	struct bootprog p;
	struct iso iso;
	struct disk disk;

	/* A disc image may have a boot sector of its own: iPXE's do. */
	iso_identify(head, len, &iso);
	if (iso.iso9660 || iso.udf)
		return false;
	bootprog_identify(head, len, &p);
	/* A disk's first sector is a program, too.  What is made for a stick may be all of iPXE. */
	if (disk_identify(head, len, UINT64_MAX, &disk) && p.kind != BOOTPROG_IPXE)
		return false;
	return p.image.kind == IMAGE_EFI || p.image.kind == IMAGE_LINUX || p.image.kind == IMAGE_IPXE_SCRIPT ||
	    (p.image.kind == IMAGE_BIOS && p.kind != BOOTPROG_OTHER);
}

bool
bootfile_read(struct run *run, struct bootfile *out)
{
	struct source *source = run->source;
	char *kept = malloc(BOOTPROG_KEEP);
	const void *bytes;
	size_t len = 0;
	ssize_t n = 0;

	if (!kept) {
		run_error(run, EXIT_SYSTEM, "out of memory");
		return false;
	}
	source_expect(source, BOOTPROG_KEEP);
	/* Where the size is not known, the bytes after these count too. */
	while ((len < BOOTPROG_KEEP || source_size(source) == 0) && (n = source_read(source, &bytes)) > 0) {
		size_t room = BOOTPROG_KEEP - len;

		memcpy(kept + len, bytes, (size_t)n < room ? (size_t)n : room);
		len += (size_t)n < room ? (size_t)n : room;
		progress_show(&run->progress, source_position(source), source_size(source), run->o->name, clock_ms());
	}
	progress_clear(&run->progress);
	if (n < 0) {
		diag_unreadable(run, source_error(source));
	} else {
		bootprog_identify(kept, len, &out->program);
		/* Some programs have nothing else to tell them by: MokManager. */
		if (out->program.kind == BOOTPROG_OTHER)
			out->program.kind = bootprog_by_name(run->o->name);
		out->size = source_size(source) ? source_size(source) : source_position(source);
		out->whole = len == out->size;
	}
	free(kept);
	return n >= 0;
}
