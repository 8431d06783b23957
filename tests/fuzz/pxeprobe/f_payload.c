/* What loaders are given: kernels, modules, and iPXE and GRUB with what is packed into them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf.h"
#include "grubcore.h"
#include "payload.h"
#include "unlzma.h"

#define ROOM 65536

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct payload p = { .bytes = bytes, .kept = len, .size = len, .machine = "efi-x64" };
	char why[PAYLOAD_WHY], need[8][ELF_NAME];
	uint8_t *room = malloc(ROOM);
	static struct bootprog program;

	payload_kernel(&p, why);
	payload_initrd(&p, why);
	payload_is_linux(&p);
	p.machine = "bios";
	payload_kernel(&p, why);
	for (size_t n = elf_needs(bytes, len, need, 8); n > 0; n--)
		if (strlen(need[n - 1]) >= ELF_NAME)
			abort();
	for (int form = UNLZMA_IPXE; form <= UNLZMA_GRUB; form++)
		if (room && unlzma_raw(bytes, len, (enum unlzma_form)form, room, ROOM) > ROOM)
			abort();
	grubcore_read(bytes, len, &program);
	free(room);
	return 0;
}
