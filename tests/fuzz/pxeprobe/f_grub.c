/* grub.cfg: two files, cut at a NUL, the second sourced. */
#include <string.h>

#include "scripts/scripts.h"
#include "cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cut s = cut_texts(data, size);
	struct grub *g = grub_new();
	struct script_action f;

	grub_set(g, "root", "tftp,10.0.0.1");
	grub_push(g, s.first, s.first_len, false);
	for (int n = 0; n < 50; n++) {
		grub_next(g, &f);
		if (script_over(&f))
			break;
		if (f.kind != SCRIPT_CONFIG || !grub_push(g, s.second, s.second_len, grub_replaces(g)))
			grub_result(g, n % 3 != 0);
	}
	grub_free(g);
	return 0;
}
