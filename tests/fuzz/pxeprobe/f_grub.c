/* grub.cfg: two files, cut at a NUL, the second sourced. */
#include <string.h>

#include "scripts/scripts.h"
#include "cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cut s = cut_texts(data, size);
	struct script *g = script_grub();
	struct script_action f;

	script_set(g, "root", "tftp,10.0.0.1");
	script_push(g, s.first, s.first_len);
	for (int n = 0; n < 50; n++) {
		script_next(g, &f);
		if (script_ended(&f))
			break;
		if (f.kind != SCRIPT_CONFIG || !script_push(g, s.second, s.second_len))
			script_result(g, n % 3 != 0);
	}
	script_free(g);
	return 0;
}
