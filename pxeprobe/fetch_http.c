/* HTTP and HTTPS through libcurl, with what the program that fetches would refuse. */
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "fetch.h"
#include "num.h"

#define REDIRECTS 5
#define WAIT_MS 1000
#define HEADER (URL_HOST + 200)

/* One program's requests for one file: HEAD and GET share a connection where
 * the server lets them, as EDK2's do. */
struct http_client {
	const struct fetcher *f;
	CURLM *multi;
};

/* What the headers of one reply say. */
struct http_reply {
	struct fetched *out;
	const struct persona_http *how;
	bool body; /* a GET: keep what comes */
	bool has_length, chunked, http10;
	bool odd_case;
	bool endless; /* it took too long */
	uint64_t length;
	long status;
	uint64_t last_ms; /* when something last came in */
};

static bool
reply_header(const char *line, const char *name, const char **value)
{
	size_t n = strlen(name);

	if (strncasecmp(line, name, n) != 0 || line[n] != ':')
		return false;
	*value = line + n + 1 + strspn(line + n + 1, " \t");
	return true;
}

static size_t
on_header(char *bytes, size_t size, size_t n, void *ctx)
{
	struct http_reply *r = ctx;
	char line[1024];
	const char *v;

	r->last_ms = clock_ms();
	snprintf(line, sizeof(line), "%.*s", (int)(size * n), bytes);
	if (strncmp(line, "HTTP/", 5) == 0) {
		/* A new reply, perhaps after a redirect. */
		r->has_length = r->chunked = r->odd_case = false;
		r->http10 = strncmp(line, "HTTP/1.0", 8) == 0;
		snprintf(r->out->how, sizeof(r->out->how), "%.12s", line);
		r->out->type[0] = '\0';
	} else if (reply_header(line, "Content-Length", &v)) {
		r->has_length = true;
		r->length = strtoull(v, NULL, 10);
		r->odd_case = strncmp(line, "Content-Length: ", 16) != 0;
	} else if (reply_header(line, "Transfer-Encoding", &v)) {
		r->chunked = strncasecmp(v, "chunked", 7) == 0;
	} else if (reply_header(line, "Content-Type", &v)) {
		snprintf(r->out->type, sizeof(r->out->type), "%.*s", (int)strcspn(v, ";\r\n"), v);
	}
	return size * n;
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct http_reply *r = ctx;

	r->last_ms = clock_ms();
	if (r->body)
		fetch_take(r->out, bytes, size * n);
	return size * n;
}

/* Runs one transfer while frames are carried. */
static CURLcode
run_transfer(const struct http_client *c, CURL *easy, struct http_reply *r)
{
	struct curl_waitfd extra[LAN_POLLFDS];
	struct pollfd p[LAN_POLLFDS];
	CURLcode result = CURLE_OPERATION_TIMEDOUT;
	struct CURLMsg *msg;
	int running = 1, left;
	uint64_t begun = clock_ms();

	lan_pollfds(c->f->lan, p);
	for (int i = 0; i < LAN_POLLFDS; i++)
		extra[i] = (struct curl_waitfd){ .fd = p[i].fd, .events = CURL_WAIT_POLLIN };
	curl_multi_add_handle(c->multi, easy);
	r->last_ms = begun;
	while (running && !r->endless && clock_ms() - r->last_ms < c->f->patience_ms && !lan_stopped(c->f->lan)) {
		curl_multi_perform(c->multi, &running);
		lan_pump(c->f->lan);
		if (running)
			curl_multi_poll(c->multi, extra, LAN_POLLFDS, WAIT_MS, NULL);
		lan_wait(c->f->lan, -1, 0, 0);
		r->endless = fetch_is_endless(c->f, clock_ms() - begun, r->out->bytes, r->has_length ? r->length : 0);
	}
	while ((msg = curl_multi_info_read(c->multi, &left)))
		if (msg->msg == CURLMSG_DONE)
			result = msg->data.result;
	curl_multi_remove_handle(c->multi, easy);
	return result;
}

/* All header lines in the program's order: libcurl would put Host first and
 * lines of its own between. */
static struct curl_slist *
make_headers(const struct persona_http *how, const struct url *u)
{
	struct curl_slist *all = curl_slist_append(NULL, "Host:"), *more;
	char line[HEADER];

	more = all ? curl_slist_append(all, "User-Agent:") : NULL;
	if (more && !strstr(how->headers, "Accept:"))
		more = curl_slist_append(all, "Accept:");
	for (const char *h = how->headers; more && *h; h += strspn(h, "\n")) {
		size_t len = strcspn(h, "\n");
		struct wr w = wr_open(line, sizeof(line));

		url_header(u, h, len, &w);
		wr_u8(&w, 0);
		more = w.full ? NULL : curl_slist_append(all, line);
		h += len;
	}
	if (more)
		return all;
	curl_slist_free_all(all);
	return NULL;
}

static void
set_curl_options(CURL *easy, const struct http_client *c, const char *url, struct http_reply *r)
{
	char addr[INET6_ADDRSTRLEN];
	union fetch_addr own;

	fetch_own(c->f, &own);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_INTERFACE, fetch_addr_text(&own, addr));
	curl_easy_setopt(
	    easy, CURLOPT_HTTP_VERSION, (long)(c->f->http->speaks10 ? CURL_HTTP_VERSION_1_0 : CURL_HTTP_VERSION_1_1));
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256 * 1024L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)c->f->patience_ms);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, r);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, r);
}

/* Offers what the program offers, or more, to find out what it lacks. */
enum tls_offer { TLS_ITS_OWN, TLS_ANY_CIPHER, TLS_ANYTHING };

static void
set_tls_options(CURL *easy, const struct persona_tls *tls, enum tls_offer offer)
{
	long least = tls->tls12 && offer != TLS_ANYTHING ? CURL_SSLVERSION_TLSv1_2 : CURL_SSLVERSION_TLSv1_0;
	char ciphers[1024];

	snprintf(ciphers, sizeof(ciphers), "%s:@SECLEVEL=0", offer == TLS_ITS_OWN ? tls->ciphers : "ALL");
	curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, ciphers);
	curl_easy_setopt(
	    easy, CURLOPT_SSLVERSION, least | (offer == TLS_ANYTHING ? 0 : (long)CURL_SSLVERSION_MAX_TLSv1_2));
	/* Whether a certificate is good is judged by what the firmware would say
	 * (check_tls), not by this host. */
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
}

/* Does the server agree to that, whoever it is? */
static bool
tls_agrees(const struct http_client *c, const char *url, struct curl_slist *names, enum tls_offer offer)
{
	struct fetched nothing = { .keep = 0 };
	struct http_reply r = { .out = &nothing, .how = c->f->http };
	CURL *easy = curl_easy_init();
	CURLcode rc;

	if (!easy)
		return false;
	set_curl_options(easy, c, url, &r);
	set_tls_options(easy, c->f->http->tls, offer);
	curl_easy_setopt(easy, CURLOPT_RESOLVE, names);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	rc = run_transfer(c, easy, &r);
	curl_easy_cleanup(easy);
	fetch_free(&nothing);
	return rc == CURLE_OK;
}

/* The handshake failed: what does the server want? */
static void
note_handshake(const struct http_client *c, const char *url, struct curl_slist *names, struct fetched *out)
{
	const struct persona_tls *tls = c->f->http->tls;

	if (tls_agrees(c, url, names, TLS_ANY_CIPHER))
		fetch_fail(out, FAULT_TLS_CIPHER,
		    tls->tls12 ? "%s: %s offers AES with DHE or RSA key exchange, and takes RSA keys alone" :
		                 "%s: %s offers AES with ECDHE, DHE or RSA key exchange, and takes RSA keys alone",
		    url, tls->who);
	else if (tls_agrees(c, url, names, TLS_ANYTHING))
		fetch_fail(out, FAULT_TLS_VERSION, "%s: %s speaks TLS 1.2%s", url, tls->who,
		    tls->tls12 ? " alone" : " and older ones");
	else
		fetch_fail(out, FAULT_HTTP_NO_ANSWER, "%s: what is there does not speak TLS", url);
}

static void
note_error(struct fetched *out, CURLcode rc, CURL *easy, const char *url)
{
	long error = 0;

	switch (rc) {
	case CURLE_PEER_FAILED_VERIFICATION:
		fetch_fail(out, FAULT_TLS_NAME, "%s", url);
		break;
	case CURLE_PARTIAL_FILE:
		fetch_fail(
		    out, FAULT_HTTP_NO_ANSWER, "%s broke off after %llu bytes", url, (unsigned long long)out->bytes);
		break;
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
		if (error == ECONNREFUSED)
			fetch_fail(out, FAULT_HTTP_NO_ANSWER, "%s: %s is there, but nothing listens on that TCP port",
			    url, out->from);
		else
			fetch_fail(
			    out, FAULT_HTTP_NO_ANSWER, "%s: %s", url, error ? strerror((int)error) : "no connection");
		break;
	case CURLE_OPERATION_TIMEDOUT:
		fetch_fail(out, FAULT_HTTP_NO_ANSWER, "%s: no answer in time", url);
		break;
	default:
		fetch_fail(out, FAULT_HTTP_NO_ANSWER, "%s: %s", url, curl_easy_strerror(rc));
	}
}

static void
note_status(struct fetched *out, const struct http_reply *r, const char *url)
{
	out->not_there = r->status == 404 || r->status == 410;
	if (r->status >= 300 && r->status < 400)
		fetch_fail(out, FAULT_HTTP_REDIRECT, "%s answers %ld", url, r->status);
	else
		fetch_fail(out, FAULT_HTTP_STATUS, "%s answers %ld", url, r->status);
}

static void
note_flaws(struct fetched *out, const struct http_reply *r, const char *url)
{
	const struct persona_http *how = r->how;
	size_t len = strcspn(url, "?");
	const char *suffix = url + (len > 4 ? len - 4 : 0);
	/* HttpBootCheckImageType compares with case. */
	bool efi_suffix =
	    strncmp(suffix, ".efi", 4) == 0 || strncmp(suffix, ".iso", 4) == 0 || strncmp(suffix, ".img", 4) == 0;

	if (r->http10 && !how->http10)
		fetch_flaw(out, FAULT_HTTP_10, "%s", url);
	if (r->chunked && !how->chunked)
		fetch_flaw(out, FAULT_HTTP_CHUNKED, "%s", url);
	if (!r->has_length && !r->chunked && !how->no_length)
		fetch_flaw(out, FAULT_HTTP_NO_LENGTH, "%s", url);
	if (r->has_length && r->odd_case && how->exact_case)
		fetch_flaw(out, FAULT_HTTP_CASE, "%s", url);
	if (how->efi_type && strcmp(out->type, "application/efi") != 0 &&
	    strncmp(out->type, "application/vnd.efi", 19) != 0 && !efi_suffix)
		fetch_flaw(
		    out, FAULT_HTTP_TYPE, "%s %s%s", url, out->type[0] ? "is " : "has no Content-Type", out->type);
}

/* The name in the URL, found with the DNS servers of the lease, as libcurl wants
 * to be told (an address in brackets it reads itself); false: not found. */
static bool
resolve_host(const struct fetcher *f, const struct url *u, union fetch_addr *addr, struct curl_slist **names)
{
	char line[URL_HOST + 80], text[INET6_ADDRSTRLEN];
	unsigned port = u->port ? u->port : strcmp(u->scheme, "https") == 0 ? 443 : 80;

	*names = NULL;
	if (!fetch_resolve(f, u->host, addr))
		return false;
	if (u->host[0] == '[')
		return true;
	snprintf(line, sizeof(line), "%s:%u:%s", u->host, port, fetch_addr_text(addr, text));
	*names = curl_slist_append(NULL, line);
	return *names;
}

/* X509_verify_result: EDK2 does not ask about dates, as it has no clock to trust
 * (X509_V_FLAG_NO_CHECK_TIME). */
enum { CERTIFICATE_OK = 0, CERTIFICATE_NOT_YET_VALID = 9, CERTIFICATE_HAS_EXPIRED = 10 };

/* The shortest RSA key of those certificates, in bits; 0: none has one. */
static unsigned
shortest_key(const struct curl_certinfo *info)
{
	static const char label[] = "RSA Public Key:";
	unsigned shortest = 0;

	for (int i = 0; i < info->num_of_certs; i++)
		for (const struct curl_slist *l = info->certinfo[i]; l; l = l->next) {
			unsigned bits = 0;

			if (strncmp(l->data, label, sizeof(label) - 1) == 0)
				bits = (unsigned)strtoul(l->data + strcspn(l->data, "0123456789"), NULL, 10);
			if (bits && (!shortest || bits < shortest))
				shortest = bits;
		}
	return shortest;
}

/* Does the server's own certificate name the address as one? */
static bool
names_address(const struct curl_certinfo *info, const char *host)
{
	char want[NUM_IP4_TEXT + 16];
	size_t len = (size_t)snprintf(want, sizeof(want), "IP Address:%s", host);

	for (const struct curl_slist *l = info->certinfo[0]; l; l = l->next)
		for (const char *at = l->data; strstr(l->data, "Subject Alternative Name") && (at = strstr(at, want));
		     at += len)
			if (!strchr(".0123456789", at[len]) || !at[len])
				return true;
	return false;
}

/* What the firmware would say of the server's certificates. */
static void
check_tls(CURL *easy, struct http_reply *r, const char *host)
{
	const struct persona_tls *tls = r->how->tls;
	struct curl_certinfo *info = NULL;
	long verified = CERTIFICATE_OK;
	unsigned bits;
	uint32_t addr;

	curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info);
	/* Of a connection that is used again nothing is told. */
	if (!info || info->num_of_certs == 0)
		return;
	bits = shortest_key(info);
	curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verified);
	if (verified != CERTIFICATE_OK && verified != CERTIFICATE_NOT_YET_VALID && verified != CERTIFICATE_HAS_EXPIRED)
		fetch_warn(r->out, FAULT_TLS_CA, "the certificate of %s", host);
	if (!tls->address_in_name && num_ip4(host, &addr) && !names_address(info, host))
		fetch_flaw(
		    r->out, FAULT_TLS_NAME, "%s is not among its addresses; %s looks for it there", host, tls->who);
	if (bits && bits < tls->rsa_bits)
		fetch_flaw(r->out, FAULT_TLS_KEY, "RSA, %u bits in a certificate of %s", bits, host);
	else if (bits && bits < tls->new_rsa_bits)
		fetch_warn(r->out, FAULT_TLS_KEY,
		    "RSA, %u bits in a certificate of %s: edk2-stable202511 and later want %u", bits, host,
		    tls->new_rsa_bits);
}

/* One request without redirects; what it says is in *r.  False: failed. */
static bool
request_once(const struct http_client *c, const struct url *u, bool head, struct http_reply *r)
{
	const struct fetcher *f = c->f;
	bool tls = strcmp(u->scheme, "https") == 0;
	char url[URL_TEXT];
	union fetch_addr addr;
	struct curl_slist *names, *headers;
	CURL *easy;
	CURLcode rc;

	if (!resolve_host(f, u, &addr, &names)) {
		fetch_fail(r->out, FAULT_URI_NEEDS_DNS, "no DNS server knows the name %s", u->host);
		return false;
	}
	fetch_addr_text(&addr, r->out->from);
	if (!fetch_reach(f, &addr, FAULT_HTTP_NO_ANSWER, r->out)) {
		curl_slist_free_all(names);
		return false;
	}
	url_text(u, url);
	headers = make_headers(r->how, u);
	easy = headers ? curl_easy_init() : NULL;
	if (!easy) {
		fetch_fail(r->out, FAULT_HTTP_NO_ANSWER, "out of memory");
		curl_slist_free_all(headers);
		curl_slist_free_all(names);
		return false;
	}
	set_curl_options(easy, c, url, r);
	if (tls)
		set_tls_options(easy, r->how->tls, TLS_ITS_OWN);
	curl_easy_setopt(easy, CURLOPT_RESOLVE, names);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_NOBODY, head ? 1L : 0L);
	r->body = !head;
	rc = run_transfer(c, easy, r);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &r->status);
	if (rc == CURLE_OK && tls)
		check_tls(easy, r, u->host);
	if (r->endless) {
		fetch_fail(r->out, FAULT_HTTP_NO_ANSWER, "%s: %llu bytes in %u s and more, and no end in sight", url,
		    (unsigned long long)r->out->bytes, c->f->patience_ms * FETCH_ENDLESS / 1000);
	} else if (rc == CURLE_SSL_CONNECT_ERROR && tls) {
		note_handshake(c, url, names, r->out);
	} else if (rc != CURLE_OK) {
		note_error(r->out, rc, easy, url);
	} else if (r->status >= 300 && r->status < 400 && r->how->redirects) {
		char *next = NULL;

		curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &next);
		snprintf(r->out->final, sizeof(r->out->final), "%s", next ? next : "");
	}
	curl_easy_cleanup(easy);
	curl_slist_free_all(headers);
	curl_slist_free_all(names);
	return rc == CURLE_OK;
}

/* GET, as far as this program follows. */
static void
get_following(const struct http_client *c, const struct url *u, struct fetched *out)
{
	struct url at = *u;
	char url[URL_TEXT];

	for (int hops = 0; hops <= REDIRECTS; hops++) {
		struct http_reply r = { .out = out, .how = c->f->http };

		out->bytes = out->kept = 0;
		url_text(&at, out->final);
		if (!request_once(c, &at, false, &r))
			return;
		if (r.status >= 300 && r.status < 400 && r.how->redirects && url_parse(out->final, &at))
			continue;
		url_text(&at, url);
		if (r.status != 200) {
			note_status(out, &r, url);
			return;
		}
		out->has_size |= r.has_length;
		if (r.has_length)
			out->size = r.length;
		note_flaws(out, &r, url);
		return;
	}
	fetch_fail(out, FAULT_HTTP_REDIRECT, "more than %d redirects", REDIRECTS);
}

void
fetch_http_prepare(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

void
fetch_http(const struct fetcher *f, const struct url *u, struct fetched *out)
{
	struct http_client c = { .f = f, .multi = curl_multi_init() };
	struct http_reply r = { .out = out, .how = f->http };
	char url[URL_TEXT];

	if (!c.multi) {
		fetch_fail(out, FAULT_HTTP_NO_ANSWER, "out of memory");
		return;
	}
	if (strcmp(u->scheme, "https") == 0 && !f->http->tls) {
		fetch_fail(out, FAULT_URI_UNFIT, "%s: this client has no TLS", url_text(u, url));
		goto out;
	}
	/* HEAD, as EDK2 does before it allocates its buffer. */
	if (f->http->head_first) {
		if (!request_once(&c, u, true, &r))
			goto out;
		if (r.status >= 300 && r.status < 400) {
			note_status(out, &r, url_text(u, url));
			goto out;
		}
		if (r.status == 200 && r.has_length) {
			out->has_size = true;
			out->size = r.length;
		}
	}
	get_following(&c, u, out);
out:
	curl_multi_cleanup(c.multi);
}
