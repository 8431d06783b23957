#include "http.h"

#include <string.h>
#include <strings.h>

#include "num.h"

#define TLS_HANDSHAKE 22 /* RFC 8446, 5.1: the first byte of a client's first record */

/* RFC 9110, 5.6.2 */
static bool
is_token_char(unsigned char c)
{
	static const bool token[256] = {
		['0' ... '9'] = true,
		['A' ... 'Z'] = true,
		['a' ... 'z'] = true,
		['!'] = true,
		['#'] = true,
		['$'] = true,
		['%'] = true,
		['&'] = true,
		['\''] = true,
		['*'] = true,
		['+'] = true,
		['-'] = true,
		['.'] = true,
		['^'] = true,
		['_'] = true,
		['`'] = true,
		['|'] = true,
		['~'] = true,
	};

	return token[c];
}

static bool
is_token(struct http_text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (!is_token_char((unsigned char)t.at[i]))
			return false;
	return t.len > 0;
}

/* RFC 9110, 5.6.3 */
static bool
is_ows(char c)
{
	return c == ' ' || c == '\t';
}

static struct http_text
trim(struct http_text t)
{
	while (t.len && is_ows(t.at[0]))
		t.at++, t.len--;
	while (t.len && is_ows(t.at[t.len - 1]))
		t.len--;
	return t;
}

/* Splits *rest at the first `c`; false when there is none. */
static bool
split_at(struct http_text *rest, char c, struct http_text *first)
{
	const char *at = rest->len ? memchr(rest->at, c, rest->len) : NULL;

	if (!at)
		return false;
	*first = (struct http_text){ rest->at, (size_t)(at - rest->at) };
	rest->len -= first->len + 1;
	rest->at = at + 1;
	return true;
}

bool
http_same(struct http_text t, const char *word)
{
	return t.at && strlen(word) == t.len && strncasecmp(t.at, word, t.len) == 0;
}

bool
http_exact(struct http_text t, const char *word)
{
	return t.at && strlen(word) == t.len && memcmp(t.at, word, t.len) == 0;
}

bool
http_number(struct http_text t, uint64_t *out)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t.len; i++) {
		unsigned digit = (unsigned char)t.at[i] - '0';

		if (digit > 9)
			return false;
		n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
	}
	if (t.len)
		*out = n;
	return t.len > 0;
}

bool
http_element(struct http_text *list, struct http_text *out)
{
	while (list->len) {
		struct http_text element = *list;
		bool quoted = false;
		size_t n = 0;

		for (; n < list->len && (quoted || list->at[n] != ','); n++)
			quoted ^= list->at[n] == '"';
		element.len = n;
		n += n < list->len;
		list->at += n;
		list->len -= n;
		element = trim(element);
		if (element.len) {
			*out = element;
			return true;
		}
	}
	return false;
}

struct http_text
http_next(const struct http_request *req, enum http_name name, size_t *at)
{
	while (*at < req->fields) {
		const struct http_field *f = &req->field[(*at)++];

		if (f->name == name)
			return f->value;
	}
	return (struct http_text){ NULL, 0 };
}

struct http_text
http_get(const struct http_request *req, enum http_name name)
{
	size_t at = 0;

	return http_next(req, name, &at);
}

/* Takes the next line off *rest, its CR LF (or bare LF: RFC 9112, 2.2) cut. */
static bool
next_line(struct http_text *rest, struct http_text *line)
{
	if (!split_at(rest, '\n', line))
		return false;
	if (line->len && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

/* Empty lines before a request line are passed over (RFC 9112, 2.2). */
static size_t
leading_blank(const char *buf, size_t len)
{
	size_t n = 0;

	while (n < len && (buf[n] == '\r' || buf[n] == '\n'))
		n++;
	return n;
}

static enum http_error
decode_path(struct http_text path, struct http_request *req)
{
	size_t n = 0;

	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.at[i];

		if (c <= ' ' || c == 0x7f || c == '#')
			return HTTP_BAD_TARGET;
		if (c == '%') {
			int high = i + 2 < path.len ? num_hex_digit(path.at[i + 1]) : -1;
			int low = high >= 0 ? num_hex_digit(path.at[i + 2]) : -1;

			if (low < 0 || high * 16 + low == 0)
				return HTTP_BAD_TARGET;
			c = (unsigned char)(high * 16 + low);
			i += 2;
		}
		if (n < HTTP_PATH - 1)
			req->path[n++] = (char)c;
		else
			req->too_long = true;
	}
	req->path[n] = '\0';
	return HTTP_OK;
}

/* origin-form, or absolute-form as proxies send it (RFC 9112, 3.2).  Other
 * methods may name "*" or host:port; they are refused by method anyway. */
static enum http_error
parse_target(struct http_text target, struct http_request *req)
{
	struct http_text path = target, query = target;

	req->too_long = false;
	req->query = (struct http_text){ NULL, 0 };
	if (req->method == HTTP_OTHER) {
		memcpy(req->path, "/", 2);
		return HTTP_OK;
	}
	if (target.len && target.at[0] != '/') {
		size_t scheme = target.len > 7 && strncasecmp(target.at, "http://", 7) == 0 ? 7 :
		    target.len > 8 && strncasecmp(target.at, "https://", 8) == 0            ? 8 :
		                                                                              0;

		if (!scheme)
			return HTTP_BAD_TARGET;
		path.at += scheme;
		path.len -= scheme;
		if (path.len && strchr("/?:", path.at[0]))
			return HTTP_BAD_TARGET; /* no host (RFC 9110, 4.2.1) */
		while (path.len && path.at[0] != '/' && path.at[0] != '?')
			path.at++, path.len--;
		query = path;
	}
	if (split_at(&query, '?', &path)) {
		for (size_t i = 0; i < query.len; i++)
			if ((unsigned char)query.at[i] <= ' ')
				return HTTP_BAD_TARGET;
		req->query = query;
	}
	if (path.len == 0)
		path = (struct http_text){ "/", 1 };
	return decode_path(path, req);
}

static enum http_method
method_of(struct http_text t)
{
	static const char *const name[] = {
		[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT"
	};

	for (unsigned i = 0; i < HTTP_OTHER; i++)
		if (http_exact(t, name[i]))
			return (enum http_method)i;
	return HTTP_OTHER;
}

static enum http_error
parse_line(struct http_text line, struct http_request *req)
{
	struct http_text v = line, method, target;

	req->line = line;
	if (line.len > HTTP_LINE_MAX)
		return HTTP_LONG_LINE;
	if (!split_at(&v, ' ', &method) || !is_token(method) || !split_at(&v, ' ', &target) || target.len == 0)
		return HTTP_BAD_LINE;
	/* what is left is the version */
	if (v.len != 8 || memcmp(v.at, "HTTP/", 5) != 0 || v.at[6] != '.' || v.at[5] < '0' || v.at[5] > '9' ||
	    v.at[7] < '0' || v.at[7] > '9')
		return HTTP_BAD_LINE;
	if (v.at[5] != '1')
		return HTTP_BAD_VERSION;
	req->http10 = v.at[7] == '0';
	req->method = method_of(method);
	return parse_target(target, req);
}

static enum http_name
name_of(struct http_text t)
{
	static const struct {
		const char *text;
		size_t len;
	} known[] = {
#define FIELD(text) { text, sizeof(text) - 1 }
		[HTTP_HOST] = FIELD("Host"),
		[HTTP_CONNECTION] = FIELD("Connection"),
		[HTTP_CONTENT_LENGTH] = FIELD("Content-Length"),
		[HTTP_TRANSFER_ENCODING] = FIELD("Transfer-Encoding"),
		[HTTP_EXPECT] = FIELD("Expect"),
		[HTTP_RANGE] = FIELD("Range"),
		[HTTP_IF_RANGE] = FIELD("If-Range"),
		[HTTP_IF_MATCH] = FIELD("If-Match"),
		[HTTP_IF_NONE_MATCH] = FIELD("If-None-Match"),
		[HTTP_IF_MODIFIED_SINCE] = FIELD("If-Modified-Since"),
		[HTTP_IF_UNMODIFIED_SINCE] = FIELD("If-Unmodified-Since"),
		[HTTP_REFERER] = FIELD("Referer"),
		[HTTP_USER_AGENT] = FIELD("User-Agent"),
		[HTTP_ACCEPT] = FIELD("Accept"),
#undef FIELD
	};

	for (unsigned i = 1; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].len == t.len && strncasecmp(known[i].text, t.at, t.len) == 0)
			return (enum http_name)i;
	return HTTP_UNKNOWN;
}

static enum http_error
parse_field(struct http_text line, struct http_request *req)
{
	struct http_text name, value = line;
	struct http_field *f = &req->field[req->fields];

	if (is_ows(line.at[0]))
		return HTTP_FOLDED; /* RFC 9112, 5.2: refuse it */
	if (!split_at(&value, ':', &name) || !is_token(name))
		return HTTP_BAD_FIELD;
	value = trim(value);
	if (value.len && (memchr(value.at, '\0', value.len) || memchr(value.at, '\r', value.len)))
		return HTTP_BAD_FIELD;
	if (req->lines++ == HTTP_FIELDS)
		return HTTP_LONG_HEAD;
	f->name = name_of(name);
	f->value = value;
	req->fields += f->name != HTTP_UNKNOWN;
	req->plain &= f->name < HTTP_RANGE || f->name > HTTP_IF_UNMODIFIED_SINCE;
	return HTTP_OK;
}

/* HOST, [ADDRESS], or one of them with :PORT (RFC 9110, 4.2.1).  An address of IPv6
 * without its brackets is let through: what it means is plain. */
static bool
is_host(struct http_text host)
{
	struct http_text port = host, name;

	if (host.len && host.at[0] == '[') {
		if (!split_at(&port, ']', &name) || (port.len && port.at[0] != ':'))
			return false;
		port.at += port.len > 0;
		port.len -= port.len > 0;
	} else if (!split_at(&port, ':', &name) || memchr(port.at, ':', port.len)) {
		return true;
	}
	for (size_t i = 0; i < port.len; i++)
		if (port.at[i] < '0' || port.at[i] > '9')
			return false;
	return true;
}

/* One Host in HTTP/1.1, none or one before (RFC 9112, 3.2).  Its port may be
 * missing or another (GRUB leaves it out): nothing here depends on it. */
static enum http_error
check_host_field(const struct http_request *req)
{
	size_t at = 0;
	struct http_text host = http_next(req, HTTP_HOST, &at);

	if (!host.at)
		return req->http10 ? HTTP_OK : HTTP_BAD_HOST;
	for (size_t i = 0; i < host.len; i++) {
		unsigned char c = (unsigned char)host.at[i];

		if (!is_token_char(c) && c < 0x80 && !strchr("()*,;=:[]", c))
			return HTTP_BAD_HOST;
	}
	if (!is_host(host))
		return HTTP_BAD_HOST;
	return http_next(req, HTTP_HOST, &at).at ? HTTP_BAD_HOST : HTTP_OK;
}

/* How long the content is (RFC 9112, 6.3): two lengths are none, two codings not one. */
static enum http_error
check_body(struct http_request *req)
{
	size_t at = 0, coded_at = 0;
	struct http_text length = http_next(req, HTTP_CONTENT_LENGTH, &at);
	bool again = http_next(req, HTTP_CONTENT_LENGTH, &at).at;
	struct http_text coding = http_next(req, HTTP_TRANSFER_ENCODING, &coded_at);
	bool coded_again = http_next(req, HTTP_TRANSFER_ENCODING, &coded_at).at;

	if (length.at && (again || coding.at || !http_number(length, &req->body)))
		return HTTP_BAD_LENGTH;
	if (coding.at && (coded_again || !http_same(coding, "chunked")))
		return HTTP_BAD_CODING;
	req->chunked = coding.at;
	req->endless = coding.at || req->body > HTTP_BODY_MAX;
	return HTTP_OK;
}

static void
check_connection(struct http_request *req)
{
	struct http_text value, word;
	bool closing = false, keeping = false;

	for (size_t at = 0; (value = http_next(req, HTTP_CONNECTION, &at)).at;)
		while (http_element(&value, &word)) {
			closing |= http_same(word, "close");
			keeping |= http_same(word, "keep-alive");
		}
	req->keep = !closing && (keeping || !req->http10);
	value = http_get(req, HTTP_EXPECT);
	if (value.at && !req->http10) {
		req->continues = http_same(value, "100-continue");
		req->unexpected = !req->continues;
	}
}

enum http_error
http_parse(const char *head, size_t len, struct http_request *req)
{
	size_t skip = leading_blank(head, len);
	struct http_text rest = { head + skip, len - skip }, line;
	enum http_error e;

	req->line = (struct http_text){ NULL, 0 };
	req->fields = req->lines = 0;
	req->plain = true;
	req->body = 0;
	req->keep = req->continues = req->chunked = req->endless = req->unexpected = req->http10 = false;
	req->method = HTTP_OTHER;
	req->path[0] = '\0';
	if (!next_line(&rest, &line))
		return HTTP_MORE;
	e = parse_line(line, req);
	while (!e) {
		if (!next_line(&rest, &line))
			return HTTP_MORE;
		if (line.len == 0)
			break;
		e = parse_field(line, req);
	}
	if (!e)
		e = check_host_field(req);
	if (!e)
		e = check_body(req);
	if (!e)
		check_connection(req);
	return e;
}

/* What can be said of a head that is still arriving: a bad first line is
 * answered at once, not when the client gives up. */
static enum http_error
scan_first(struct http_text rest)
{
	struct http_request req;
	struct http_text line;

	if (rest.len && rest.at[0] == TLS_HANDSHAKE)
		return HTTP_TLS;
	if (rest.len && !is_token_char((unsigned char)rest.at[0]))
		return HTTP_BAD_LINE;
	if (next_line(&rest, &line)) {
		enum http_error e = parse_line(line, &req);

		return e ? e : HTTP_MORE;
	}
	return rest.len > HTTP_LINE_MAX ? HTTP_LONG_LINE : HTTP_MORE;
}

enum http_error
http_scan(const char *buf, size_t len, size_t *scanned, size_t *head)
{
	size_t skip = leading_blank(buf, len);
	size_t at = *scanned > skip ? *scanned : skip;
	const char *nl = NULL;

	while (at < len && (nl = memchr(buf + at, '\n', len - at))) {
		size_t next = (size_t)(nl - buf) + 1;

		if (next < len && buf[next] == '\r')
			next++;
		if (next < len && buf[next] == '\n') {
			*head = next + 1;
			return HTTP_OK;
		}
		if (next >= len)
			break; /* look at this line end again */
		at = (size_t)(nl - buf) + 1;
	}
	*scanned = nl ? (size_t)(nl - buf) : len;
	if (len >= HTTP_HEAD_MAX)
		return memchr(buf + skip, '\n', len - skip) ? HTTP_LONG_HEAD : HTTP_LONG_LINE;
	return scan_first((struct http_text){ buf + skip, len - skip });
}

unsigned
http_error_status(enum http_error e)
{
	switch (e) {
	case HTTP_OK:
	case HTTP_MORE:
		return 200;
	case HTTP_LONG_LINE:
		return 414;
	case HTTP_LONG_HEAD:
		return 431;
	case HTTP_BAD_CODING:
		return 501;
	case HTTP_BAD_VERSION:
		return 505;
	default:
		return 400;
	}
}

const char *
http_error_text(enum http_error e)
{
	static const char *const text[] = {
		[HTTP_OK] = "fine",
		[HTTP_MORE] = "the request is not complete",
		[HTTP_BAD_LINE] = "not a request line",
		[HTTP_TLS] = "this is plain HTTP, not TLS: the URL must begin with http:",
		[HTTP_BAD_TARGET] = "not a path or http URI",
		[HTTP_BAD_FIELD] = "a malformed header line",
		[HTTP_FOLDED] = "a header line continued on the next",
		[HTTP_BAD_HOST] = "no Host header, several, or not a host",
		[HTTP_BAD_LENGTH] = "the length of the content is ambiguous",
		[HTTP_LONG_LINE] = "the request line is too long",
		[HTTP_LONG_HEAD] = "the headers are too long",
		[HTTP_BAD_CODING] = "a transfer coding other than chunked",
		[HTTP_BAD_VERSION] = "not HTTP/1",
	};

	return text[e];
}
