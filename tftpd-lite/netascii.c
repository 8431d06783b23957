#include "netascii.h"

size_t
netascii_encode(struct netascii_out *s, const uint8_t *in, size_t len, uint8_t *out, size_t size)
{
	size_t n = 0, i = 0;

	while (n < size && (s->pending || i < len)) {
		uint8_t c;

		if (s->pending) {
			out[n++] = s->next;
			s->pending = false;
			continue;
		}
		c = in[i++];
		out[n++] = c == '\n' ? '\r' : c;
		if (c == '\n' || c == '\r') {
			s->pending = true;
			s->next = c == '\n' ? '\n' : '\0';
		}
	}
	s->taken = i;
	return n;
}

size_t
netascii_decode(struct netascii_in *s, const uint8_t *in, size_t len, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		uint8_t c = in[i];

		if (s->cr) {
			s->cr = c == '\r';
			if (c == '\n') {
				out[n++] = '\n';
				continue;
			}
			out[n++] = '\r';
			if (c == '\0' || c == '\r')
				continue;
		} else if (c == '\r') {
			s->cr = true;
			continue;
		}
		out[n++] = c;
	}
	return n;
}

size_t
netascii_flush(struct netascii_in *s, uint8_t *out)
{
	if (!s->cr)
		return 0;
	s->cr = false;
	out[0] = '\r';
	return 1;
}
