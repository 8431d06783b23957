/* The TFTP client: one byte chooses the program and what it asks for, then
 * come packets, each behind a byte of its length. */
#include <stdlib.h>

#include "tftpget.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct persona_tftp *const all[] = { &persona_tftp_ipxe, &persona_tftp_grub, &persona_tftp_pxelinux,
		persona_find("efi-x64")->tftp };
	enum tftpget_event e = GET_IGNORE;
	struct tftpget g;
	uint64_t bytes = 0;

	if (size < 1 ||
	    !tftpget_start(&g, all[data[0] & 3], "boot", (data[0] & 4) && all[data[0] & 3]->probe, data[0] & 8))
		return 0;
	for (size_t at = 1; at + 1 < size && e != GET_DONE && e != GET_FAILED;) {
		size_t n = data[at++];

		if (n > size - at)
			n = size - at;
		e = tftpget_input(&g, data + at, n);
		at += n;
		if (g.bytes < bytes || g.bytes - bytes != g.len || g.len > g.blksize || g.out_len > sizeof(g.out))
			abort();
		if ((e == GET_FAILED) != (g.fault != FAULT_NONE))
			abort();
		bytes = g.bytes;
	}
	return 0;
}
