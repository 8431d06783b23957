/* pxelinux.cfg: two files, cut at a NUL, the second included. */
#include <string.h>

#include "follow.h"
#include "cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s = script_cut(data, size);
	struct pxelinux *p = pxelinux_new();
	struct follow f;

	pxelinux_push(p, s.first, s.first_len);
	for (int n = 0; n < 50; n++) {
		pxelinux_next(p, &f);
		if (script_over(&f))
			break;
		if (f.kind == FOLLOW_SCRIPT)
			pxelinux_push(p, s.second, s.second_len);
		else
			pxelinux_result(p, true);
	}
	pxelinux_free(p);
	return 0;
}
