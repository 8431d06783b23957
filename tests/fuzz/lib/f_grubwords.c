/* Any bytes as GRUB's commands: every word has its end within the text, reading goes on
 * until the end, and a block ends in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "grubwords.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Values of all kinds, which depend on the name. */
static const char *
value(const void *context, const char *name)
{
	static const char *const values[] = { "", "a", " a  b ", NULL, "\"'$x\\{}", "70", "\n\t " };

	if (strlen(name) >= GRUBWORDS_NAME)
		abort();
	return name[0] == '#' ? context : values[(unsigned char)name[0] % 7];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct grubwords_variables vars = { value, size % 3 ? "3" : "999999999999" };
	const char *text = (const char *)data, *end = text + size, *at = text, *before = at;
	struct grubwords c, copy;

	if (!text)
		return 0;
	for (; grubwords_read(&at, end, &vars, &c); before = at) {
		const char *close = grubwords_block_end(at, end);

		if (at <= before || at > end || close < at || close > end || (close < end && *close != '}') ||
		    c.n > GRUBWORDS_MAX)
			abort();
		for (size_t i = 0; i < c.n; i++)
			if (c.word[i] < c.text || c.word[i] + strlen(c.word[i]) >= c.text + sizeof(c.text))
				abort();
		grubwords_copy(&copy, &c, c.n > 0);
		if (copy.n + (c.n > 0) != c.n)
			abort();
		if (copy.n > 0)
			grubwords_drop(&copy, copy.n - 1);
	}
	if (at != end)
		abort();
	return 0;
}
