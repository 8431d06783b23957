#include "picture_marks.h"

size_t
picture_line(const char *text, size_t width, size_t *shown)
{
	size_t bytes = 0, chars = 0, cut = 0;

	while (text[bytes] && chars < width) {
		if (text[bytes] == ' ')
			cut = bytes;
		bytes++;
		while (((unsigned char)text[bytes] & 0xc0) == 0x80)
			bytes++;
		chars++;
	}
	/* At a blank where there is one in its later half. */
	if (text[bytes] && text[bytes] != ' ' && cut > bytes / 2)
		bytes = cut;
	*shown = bytes;
	return bytes + (text[bytes] == ' ');
}
