#include "facts.h"

#include <stdlib.h>
#include <string.h>

#include "num.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
	    c == '.';
}

/* ---- reading --------------------------------------------------------- */

/* A line being read: from p to end, values copied to `to` (the store is as
 * long as the line and a NUL a word, which a value never exceeds). */
struct reader {
	const char *start, *p, *end;
	char *to;
};

/* What follows a backslash: " \ n xHH. */
static enum facts_error
read_escape(struct reader *r)
{
	char c = r->p < r->end ? *r->p++ : 0;
	int high, low;

	switch (c) {
	case '"':
	case '\\':
		*r->to++ = c;
		return FACTS_OK;
	case 'n':
		*r->to++ = '\n';
		return FACTS_OK;
	case 'x':
		if (r->end - r->p < 2)
			return FACTS_ESCAPE;
		high = num_hex_digit(r->p[0]);
		low = num_hex_digit(r->p[1]);
		if (high < 0 || low < 0 || (high | low) == 0)
			return FACTS_ESCAPE;
		r->p += 2;
		*r->to++ = (char)(high << 4 | low);
		return FACTS_OK;
	default:
		return FACTS_ESCAPE;
	}
}

static enum facts_error
read_quoted(struct reader *r)
{
	enum facts_error e;

	r->p++;
	while (r->p < r->end && *r->p != '"' && *r->p != '\n') {
		if (*r->p != '\\') {
			*r->to++ = *r->p++;
			continue;
		}
		r->p++;
		if ((e = read_escape(r)) != FACTS_OK)
			return e;
	}
	if (r->p == r->end || *r->p != '"')
		return FACTS_UNTERMINATED;
	r->p++;
	if (r->p < r->end && !is_blank(*r->p))
		return FACTS_AFTER_QUOTE;
	return FACTS_OK;
}

static enum facts_error
read_word(struct reader *r, struct facts_word *w)
{
	const char *p = r->p;
	enum facts_error e = FACTS_OK;

	w->column = (size_t)(r->p - r->start) + 1;
	w->key = NULL;
	while (p < r->end && is_key(*p))
		p++;
	if (p > r->p && p < r->end && *p == '=') {
		size_t n = (size_t)(p - r->p);

		memcpy(r->to, r->p, n);
		r->to[n] = '\0';
		w->key = r->to;
		r->to += n + 1;
		r->p = p + 1;
	}
	w->value = r->to;
	if (r->p < r->end && *r->p == '"') {
		e = read_quoted(r);
	} else {
		while (r->p < r->end && !is_blank(*r->p))
			*r->to++ = *r->p++;
	}
	*r->to++ = '\0';
	return e;
}

static bool
add_word(struct facts *f, struct facts_word **out)
{
	if (f->n == f->word_size) {
		size_t size = f->word_size ? f->word_size * 2 : 16;
		struct facts_word *more = realloc(f->word, size * sizeof(*more));

		if (!more)
			return false;
		f->word = more;
		f->word_size = size;
	}
	*out = &f->word[f->n];
	return true;
}

/* Each word needs its bytes and a NUL for its value; its '=' pays for the
 * key's. */
static bool
make_room(struct facts *f, size_t len)
{
	size_t need = len * 2 + 2;
	char *more;

	if (f->store_size >= need)
		return true;
	more = realloc(f->store, need);
	if (!more)
		return false;
	f->store = more;
	f->store_size = need;
	return true;
}

enum facts_error
facts_parse(struct facts *f, const char *line, size_t len)
{
	struct reader r = { .start = line, .p = line, .end = line + len };
	struct facts_word *w;
	enum facts_error e;

	f->n = 0;
	f->error_column = 1;
	if (len > 0 && memchr(line, 0, len))
		return FACTS_NUL;
	if (!make_room(f, len))
		return FACTS_MEMORY;
	r.to = f->store;
	for (;;) {
		while (r.p < r.end && is_blank(*r.p))
			r.p++;
		if (r.p == r.end || *r.p == '#')
			return FACTS_OK;
		if (!add_word(f, &w))
			return FACTS_MEMORY;
		e = read_word(&r, w);
		if (e != FACTS_OK) {
			f->error_column = w->column;
			f->n = 0;
			return e;
		}
		f->n++;
	}
}

const char *
facts_error_text(enum facts_error e)
{
	switch (e) {
	case FACTS_OK:
		return "fine";
	case FACTS_UNTERMINATED:
		return "a quoted value has no closing \"";
	case FACTS_ESCAPE:
		return "after \\ only \\\" \\\\ \\n \\xHH can stand";
	case FACTS_AFTER_QUOTE:
		return "a blank is missing after the closing \"";
	case FACTS_NUL:
		return "the line holds a NUL byte";
	case FACTS_MEMORY:
		return "out of memory";
	}
	return "?";
}

const char *
facts_get(const struct facts *f, const char *key)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->word[i].key && strcmp(f->word[i].key, key) == 0)
			return f->word[i].value;
	return NULL;
}

void
facts_free(struct facts *f)
{
	free(f->word);
	free(f->store);
	*f = (struct facts){ 0 };
}

/* ---- writing --------------------------------------------------------- */

/* Counts all, stores what fits: snprintf's way. */
struct text {
	char *out;
	size_t size, len;
};

static void
text_char(struct text *t, char c)
{
	if (t->len + 1 < t->size)
		t->out[t->len] = c;
	t->len++;
}

static void
text_bytes(struct text *t, const void *bytes, size_t n)
{
	size_t room = t->len < t->size ? t->size - t->len : 0;

	if (room > 0)
		memcpy(t->out + t->len, bytes, n < room ? n : room);
	t->len += n;
}

static size_t
text_end(struct text *t)
{
	if (t->size)
		t->out[t->len < t->size ? t->len : t->size - 1] = '\0';
	return t->len;
}

static void
text_hex(struct text *t, const char *prefix, unsigned char c)
{
	static const char digit[] = "0123456789abcdef";

	for (; *prefix; prefix++)
		text_char(t, *prefix);
	text_char(t, digit[c >> 4]);
	text_char(t, digit[c & 15]);
}

/* Can it stand without quotes and read back the same? */
static bool
is_plain(const unsigned char *b, size_t len)
{
	if (len == 0 || b[0] == '#')
		return false;
	for (size_t i = 0; i < len; i++)
		if (b[i] <= ' ' || b[i] >= 0x7f || b[i] == '"' || b[i] == '\\')
			return false;
	return true;
}

/* Copies the ASCII that starts here and stands for itself between quotes: how many
 * bytes that was. */
static size_t
text_plain(struct text *t, const unsigned char *b, size_t left)
{
	size_t n = 0;

	while (n < left && b[n] >= ' ' && b[n] < 0x7f && b[n] != '"' && b[n] != '\\')
		n++;
	text_bytes(t, b, n);
	return n;
}

/* How many bytes of well-formed UTF-8 start here; 0 for none (RFC 3629). */
static size_t
utf8_len(const unsigned char *b, size_t left)
{
	size_t n = b[0] < 0x80          ? 1 :
	    b[0] >= 0xc2 && b[0] < 0xe0 ? 2 :
	    b[0] >= 0xe0 && b[0] < 0xf0 ? 3 :
	    b[0] >= 0xf0 && b[0] < 0xf5 ? 4 :
	                                  0;

	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] >= 0xa0) || (b[0] == 0xf0 && b[1] < 0x90) ||
	    (b[0] == 0xf4 && b[1] >= 0x90))
		return 0;
	return n;
}

size_t
facts_printable(const void *bytes, size_t left)
{
	const unsigned char *b = bytes;
	size_t n = utf8_len(b, left);

	if (n == 1)
		return b[0] >= ' ' && b[0] != 0x7f;
	/* U+200E, 200F, 202A to 202E, 2066 to 2069 and 061C turn the direction of writing:
	 * what is read is not what is there. */
	if (n == 3 && b[0] == 0xe2 &&
	    ((b[1] == 0x80 && (b[2] == 0x8e || b[2] == 0x8f || (b[2] >= 0xaa && b[2] <= 0xae))) ||
	        (b[1] == 0x81 && b[2] >= 0xa6 && b[2] <= 0xa9)))
		return 0;
	if (n == 2 && b[0] == 0xd8 && b[1] == 0x9c)
		return 0;
	return n == 2 && b[0] == 0xc2 && b[1] < 0xa0 ? 0 : n;
}

size_t
facts_quote_always(const void *bytes, size_t len, char *out, size_t size)
{
	const unsigned char *b = bytes;
	struct text t = { .out = out, .size = size };

	text_char(&t, '"');
	for (size_t i = 0, n; i < len;) {
		i += text_plain(&t, b + i, len - i);
		if (i == len)
			break;
		n = facts_printable(b + i, len - i);
		if (b[i] == '\n') {
			text_char(&t, '\\');
			text_char(&t, 'n');
			i++;
			continue;
		}
		if (n == 0) {
			text_hex(&t, "\\x", b[i++]);
			continue;
		}
		if (b[i] == '"' || b[i] == '\\')
			text_char(&t, '\\');
		for (; n > 0; n--)
			text_char(&t, (char)b[i++]);
	}
	text_char(&t, '"');
	return text_end(&t);
}

size_t
facts_quote(const void *bytes, size_t len, char *out, size_t size)
{
	struct text t = { .out = out, .size = size };

	if (!is_plain(bytes, len))
		return facts_quote_always(bytes, len, out, size);
	text_bytes(&t, bytes, len);
	return text_end(&t);
}

/* A JSON string (RFC 8259).  A byte that is not UTF-8 becomes the code point
 * of the same number. */
static size_t
json_quote(const void *bytes, size_t len, char *out, size_t size)
{
	const unsigned char *b = bytes;
	struct text t = { .out = out, .size = size };

	text_char(&t, '"');
	for (size_t i = 0, n; i < len;) {
		i += text_plain(&t, b + i, len - i);
		if (i == len)
			break;
		n = utf8_len(b + i, len - i);
		if (n == 0 || b[i] < ' ') {
			text_hex(&t, "\\u00", b[i++]);
			continue;
		}
		/* JSON allows them; who reads it on a screen is misled all the same. */
		if (facts_printable(b + i, len - i) == 0 && n > 1) {
			unsigned point = n == 2 ? (b[i] & 0x1fu) << 6 | (b[i + 1] & 0x3fu) :
			                          (b[i] & 0x0fu) << 12 | (b[i + 1] & 0x3fu) << 6 | (b[i + 2] & 0x3fu);

			text_hex(&t, "\\u", (unsigned char)(point >> 8));
			text_hex(&t, "", (unsigned char)point);
			i += n;
			continue;
		}
		if (b[i] == '"' || b[i] == '\\')
			text_char(&t, '\\');
		for (; n > 0; n--)
			text_char(&t, (char)b[i++]);
	}
	text_char(&t, '"');
	return text_end(&t);
}

static bool
out_room(struct facts_out *o, size_t need)
{
	size_t size = o->size ? o->size : 256;
	char *more;

	if (o->failed)
		return false;
	while (size - o->len < need + 1)
		size *= 2;
	if (size == o->size)
		return true;
	more = realloc(o->buf, size);
	if (!more) {
		o->failed = true;
		return false;
	}
	o->buf = more;
	o->size = size;
	return true;
}

static void
out_text(struct facts_out *o, const char *s)
{
	size_t n = strlen(s);

	if (out_room(o, n)) {
		memcpy(o->buf + o->len, s, n + 1);
		o->len += n;
	}
}

static void
out_value(struct facts_out *o, const void *bytes, size_t len)
{
	size_t (*quote)(const void *, size_t, char *, size_t) = o->json ? json_quote : facts_quote;
	/* \u00HH for each byte, and the quotes */
	size_t most = 6 * len + 2;

	if (out_room(o, most))
		o->len += quote(bytes, len, o->buf + o->len, most + 1);
}

void
facts_begin(struct facts_out *o, const char *word)
{
	o->len = 0;
	out_text(o, o->json ? "{\"record\":" : "");
	out_value(o, word, strlen(word));
}

static void
out_key(struct facts_out *o, const char *key)
{
	out_text(o, o->json ? ",\"" : " ");
	out_text(o, key);
	out_text(o, o->json ? "\":" : "=");
}

void
facts_put_bytes(struct facts_out *o, const char *key, const void *bytes, size_t len)
{
	out_key(o, key);
	out_value(o, bytes, len);
}

void
facts_put(struct facts_out *o, const char *key, const char *value)
{
	facts_put_bytes(o, key, value, strlen(value));
}

void
facts_put_num(struct facts_out *o, const char *key, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
	out_key(o, key);
	out_text(o, digits);
}

void
facts_put_milli(struct facts_out *o, const char *key, uint64_t thousandths)
{
	char digits[28];
	int n = snprintf(digits, sizeof(digits), "%llu.%03llu", (unsigned long long)(thousandths / 1000),
	    (unsigned long long)(thousandths % 1000));

	while (n > 0 && digits[n - 1] == '0')
		digits[--n] = '\0';
	if (n > 0 && digits[n - 1] == '.')
		digits[n - 1] = '\0';
	out_key(o, key);
	out_text(o, digits);
}

int
facts_end(struct facts_out *o, FILE *to)
{
	bool failed;

	out_text(o, o->json ? "}\n" : "\n");
	failed = o->failed;
	o->failed = false;
	if (failed || fwrite(o->buf, 1, o->len, to) != o->len)
		return -1;
	return 0;
}

void
facts_out_free(struct facts_out *o)
{
	free(o->buf);
	*o = (struct facts_out){ .json = o->json };
}
