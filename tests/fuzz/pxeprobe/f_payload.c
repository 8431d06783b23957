/* What loaders are given: kernels, modules, and iPXE with what is packed into it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf.h"
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

	payload_kernel(&p, why);
	payload_initrd(&p, why);
	payload_is_linux(&p);
	p.machine = "bios";
	payload_kernel(&p, why);
	for (size_t n = elf_needs(bytes, len, need, 8); n > 0; n--)
		if (strlen(need[n - 1]) >= ELF_NAME)
			abort();
	if (room && unlzma_raw(bytes, len, room, ROOM) > ROOM)
		abort();
	free(room);
	return 0;
}
