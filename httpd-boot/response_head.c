#include "response_head.h"

const char *
response_head_status(unsigned status)
{
	switch (status) {
	case 200:
		return "200 OK";
	case 201:
		return "201 Created";
	case 206:
		return "206 Partial Content";
	case 301:
		return "301 Moved Permanently";
	case 304:
		return "304 Not Modified";
	case 400:
		return "400 Bad Request";
	case 403:
		return "403 Forbidden";
	case 404:
		return "404 Not Found";
	case 405:
		return "405 Method Not Allowed";
	case 408:
		return "408 Request Timeout";
	case 412:
		return "412 Precondition Failed";
	case 413:
		return "413 Content Too Large";
	case 414:
		return "414 URI Too Long";
	case 416:
		return "416 Range Not Satisfiable";
	case 417:
		return "417 Expectation Failed";
	case 431:
		return "431 Request Header Fields Too Large";
	case 501:
		return "501 Not Implemented";
	case 503:
		return "503 Service Unavailable";
	case 507:
		return "507 Insufficient Storage";
	case 505:
		return "505 HTTP Version Not Supported";
	default:
		return "500 Internal Server Error";
	}
}

static void
put_field(struct wr *w, const char *name, const char *value)
{
	if (!value)
		return;
	wr_text(w, name);
	wr_text(w, ": ");
	wr_text(w, value);
	wr_text(w, "\r\n");
}

static void
put_type(struct wr *w, const struct response_head *r)
{
	if (!r->type)
		return;
	wr_text(w, "Content-Type: ");
	wr_text(w, r->type);
	wr_text(w, r->utf8 ? "; charset=utf-8\r\n" : "\r\n");
}

static void
put_range(struct wr *w, const struct response_head *r)
{
	wr_text(w, "Content-Range: bytes ");
	if (r->status == 416) {
		wr_text(w, "*");
	} else {
		wr_decimal(w, r->first);
		wr_text(w, "-");
		wr_decimal(w, r->last);
	}
	wr_text(w, "/");
	wr_decimal(w, r->size);
	wr_text(w, "\r\n");
}

void
response_head_write(struct wr *w, const struct response_head *r)
{
	wr_text(w, "HTTP/1.1 ");
	wr_text(w, response_head_status(r->status));
	wr_text(w, "\r\n");
	put_field(w, "Date", r->date);
	put_field(w, "Server", "httpd-boot");
	if (r->boundary) {
		wr_text(w, "Content-Type: multipart/byteranges; boundary=");
		wr_text(w, r->boundary);
		wr_text(w, "\r\n");
	} else {
		put_type(w, r);
	}
	put_field(w, "Location", r->location);
	put_field(w, "Vary", r->varies ? "Accept" : NULL);
	if (r->status != 304) { /* it has no content, and some clients would wait for it */
		wr_text(w, "Content-Length: ");
		wr_decimal(w, r->length);
		wr_text(w, "\r\n");
	}
	if (r->ranged)
		put_range(w, r);
	if (r->ranges)
		put_field(w, "Accept-Ranges", "bytes");
	put_field(w, "Last-Modified", r->modified);
	put_field(w, "ETag", r->etag);
	if (r->status == 405)
		put_field(w, "Allow", "GET, HEAD");
	if (r->status == 503) {
		wr_text(w, "Retry-After: ");
		wr_decimal(w, RESPONSE_HEAD_RETRY_S);
		wr_text(w, "\r\n");
	}
	if (r->close)
		put_field(w, "Connection", "close");
	else if (r->keep)
		put_field(w, "Connection", "keep-alive");
	wr_text(w, "\r\n");
}

void
response_head_part(struct wr *w, const struct response_head *r)
{
	wr_text(w, "\r\n--");
	wr_text(w, r->boundary);
	wr_text(w, "\r\n");
	put_type(w, r);
	put_range(w, r);
	wr_text(w, "\r\n");
}

void
response_head_end(struct wr *w, const char *boundary)
{
	wr_text(w, "\r\n--");
	wr_text(w, boundary);
	wr_text(w, "--\r\n");
}
