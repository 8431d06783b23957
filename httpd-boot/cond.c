#include "cond.h"

#include "date.h"

/* Is our tag in the lists of all headers called `name`?  Ours are strong, so
 * W/"x" matches only where weak comparison will do (RFC 9110, 8.8.3.2). */
static bool
lists_tag(const struct http_request *req, enum http_name name, const char *etag, bool weak)
{
	struct http_text list, tag;

	for (size_t at = 0; (list = http_next(req, name, &at)).at;)
		while (http_element(&list, &tag)) {
			if (tag.len == 1 && tag.at[0] == '*')
				return true;
			if (weak && tag.len > 2 && tag.at[0] == 'W' && tag.at[1] == '/')
				tag = (struct http_text){ tag.at + 2, tag.len - 2 };
			if (etag && http_exact(tag, etag))
				return true;
		}
	return false;
}

/* A header that is not a date is ignored (13.1.3, 13.1.4). */
static bool
get_date(const struct http_request *req, enum http_name name, int64_t now, int64_t *out)
{
	struct http_text value = http_get(req, name);

	return value.at && date_parse(value.at, value.len, now, out);
}

enum cond_verdict
cond_check(const struct http_request *req, const struct cond_file *file)
{
	int64_t date;

	if (http_get(req, HTTP_IF_MATCH).at) {
		if (!lists_tag(req, HTTP_IF_MATCH, file->etag, false))
			return COND_FAILED;
	} else if (file->modified >= 0 && get_date(req, HTTP_IF_UNMODIFIED_SINCE, file->now, &date)) {
		if (file->modified > date)
			return COND_FAILED;
	}
	if (http_get(req, HTTP_IF_NONE_MATCH).at)
		return lists_tag(req, HTTP_IF_NONE_MATCH, file->etag, true) ? COND_SAME : COND_SEND;
	if (file->modified >= 0 && get_date(req, HTTP_IF_MODIFIED_SINCE, file->now, &date))
		return file->modified <= date ? COND_SAME : COND_SEND;
	return COND_SEND;
}

/* A date is good enough only if the file cannot have changed twice within
 * that second (RFC 9110, 8.8.2.2). */
bool
cond_range(const struct http_request *req, const struct cond_file *file)
{
	struct http_text value = http_get(req, HTTP_IF_RANGE);
	int64_t date;

	if (!value.at)
		return true;
	if (file->etag && http_exact(value, file->etag))
		return true;
	return file->modified >= 0 && date_parse(value.at, value.len, file->now, &date) && date == file->modified &&
	    date < file->now;
}
