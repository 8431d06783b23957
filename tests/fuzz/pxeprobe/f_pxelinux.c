/* pxelinux.cfg: two files, cut at a NUL, the second included. */
#include <string.h>

#include "scripts/scripts.h"
#include "cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cut s = cut_texts(data, size);
	struct pxelinux *p = pxelinux_new();
	struct script_action f;

	pxelinux_push(p, s.first, s.first_len);
	for (int n = 0; n < 50; n++) {
		pxelinux_next(p, &f);
		if (script_over(&f))
			break;
		if (f.kind == SCRIPT_CONFIG)
			pxelinux_push(p, s.second, s.second_len);
		else
			pxelinux_result(p, true);
	}
	pxelinux_free(p);
	return 0;
}
