#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "asuser.h"
#include "hexdump.h"
#include "pktsock.h"
#include "priv.h"

#define RING (16 * 1024 * 1024)

struct capture {
	pcap_t *pcap; /* or, in bulk: */
	struct pktsock *sock;
	struct dump_text *text; /* or tcpdump's text */
	bool ended;
};

struct dump_text {
	FILE *in;
	char *line;
	size_t size;
	unsigned packets;
	struct hexdump dump;
};

static struct capture *
wrap(pcap_t *pcap)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (!c)
		pcap_close(pcap);
	else
		c->pcap = pcap;
	return c;
}

static const char *
advice(int rc)
{
	switch (rc) {
	case PCAP_ERROR_PERM_DENIED:
		return advice_rights();
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return "'ip link' lists the interfaces";
	case PCAP_ERROR_IFACE_NOT_UP:
		return "'ip link set NAME up' brings it up";
	}
	return "";
}

/* libpcap compiles the filter, for a socket that is not libpcap's. */
static struct capture *
open_bulk(const struct capture_want *want, char error[CAPTURE_ERROR])
{
	struct capture *c = calloc(1, sizeof(*c));
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, CAPTURE_SNAP);
	struct bpf_program program;
	struct pktsock_filter *filter;
	int rc;

	errno = ENOMEM;
	if (c && dead && pcap_compile(dead, &program, want->filter, 1, PCAP_NETMASK_UNKNOWN) == 0) {
		filter = calloc(program.bf_len, sizeof(*filter));
		for (unsigned i = 0; filter && i < program.bf_len; i++)
			filter[i] = (struct pktsock_filter){ program.bf_insns[i].code, program.bf_insns[i].jt,
				program.bf_insns[i].jf, program.bf_insns[i].k };
		if (filter)
			c->sock = pktsock_open((int)if_nametoindex(want->ifname), filter, program.bf_len, want->tagged);
		free(filter);
		pcap_freecode(&program);
	}
	if (dead)
		pcap_close(dead);
	if (c && c->sock)
		return c;
	rc = errno;
	snprintf(error, CAPTURE_ERROR, "cannot open interface %s: %s%s%s", want->ifname, strerror(rc),
	    rc == EPERM ? "; " : "", rc == EPERM ? advice_rights() : "");
	free(c);
	return NULL;
}

struct capture *
capture_open(const struct capture_want *want, char error[CAPTURE_ERROR])
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct bpf_program program;
	pcap_t *pcap;
	int rc;

	if (want->bulk)
		return open_bulk(want, error);
	pcap = pcap_create(want->ifname, why);
	if (!pcap) {
		snprintf(error, CAPTURE_ERROR, "cannot open interface %s: %s", want->ifname, why);
		return NULL;
	}
	pcap_set_snaplen(pcap, CAPTURE_SNAP);
	pcap_set_promisc(pcap, 1);
	pcap_set_buffer_size(pcap, RING);
	pcap_set_timeout(pcap, 1);
	pcap_set_immediate_mode(pcap, 1);
	rc = pcap_activate(pcap);
	if (rc < 0) {
		snprintf(error, CAPTURE_ERROR, "cannot open interface %s: %s%s%s", want->ifname,
		    rc == PCAP_ERROR_NO_SUCH_DEVICE ? "no such interface" : pcap_statustostr(rc),
		    *advice(rc) ? "; " : "", advice(rc));
		goto fail;
	}
	if (!want->both && pcap_datalink(pcap) != DLT_EN10MB) {
		snprintf(error, CAPTURE_ERROR, "interface %s is not Ethernet; a machine cannot be played on it",
		    want->ifname);
		goto fail;
	}
	rc = pcap_compile(pcap, &program, want->filter, 1, PCAP_NETMASK_UNKNOWN);
	if (rc == 0) {
		rc = pcap_setfilter(pcap, &program);
		pcap_freecode(&program);
	}
	if (rc != 0 || (!want->both && pcap_setdirection(pcap, PCAP_D_IN) != 0)) {
		snprintf(error, CAPTURE_ERROR, "cannot filter on interface %s: %s", want->ifname, pcap_geterr(pcap));
		goto fail;
	}
	if (pcap_setnonblock(pcap, 1, why) == 0)
		return wrap(pcap);
	snprintf(error, CAPTURE_ERROR, "interface %s: %s", want->ifname, why);
fail:
	pcap_close(pcap);
	return NULL;
}

static bool
is_gzip(const uint8_t *bytes)
{
	return bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* pcap in either order, with nanoseconds or not; pcapng. */
bool
capture_begins_with(const uint8_t bytes[4])
{
	static const uint8_t magic[][4] = { { 0xd4, 0xc3, 0xb2, 0xa1 }, { 0xa1, 0xb2, 0xc3, 0xd4 },
		{ 0x4d, 0x3c, 0xb2, 0xa1 }, { 0xa1, 0xb2, 0x3c, 0x4d }, { 0x0a, 0x0d, 0x0d, 0x0a } };

	for (size_t i = 0; i < sizeof(magic) / sizeof(magic[0]); i++)
		if (memcmp(bytes, magic[i], 4) == 0)
			return true;
	return is_gzip(bytes);
}

/* What gzip makes of a compressed file: a program of its own, with no rights left before it
 * reads a byte.  The file itself where it is none, or cannot be unpacked. */
static FILE *
unpacked(FILE *f)
{
	uint8_t magic[2];
	char error[PRIV_ERROR];
	struct priv_user user;
	FILE *out = f;
	pid_t child;
	int p[2];

	if (pread(fileno(f), magic, sizeof(magic), 0) != sizeof(magic) || !is_gzip(magic) || pipe2(p, O_CLOEXEC) != 0)
		return f;
	child = fork();
	if (child == 0) {
		bool root =
		    geteuid() == 0 && priv_lookup(NULL, "_pxeprobe", &user, error) == 0 && priv_is_mapped(&user);

		if (dup2(fileno(f), 0) == 0 && dup2(p[1], 1) == 1 && (!root || priv_drop(&user, 0, error) == 0))
			execlp("gzip", "gzip", "-dc", (char *)NULL);
		_exit(127);
	}
	close(p[1]);
	if (child > 0)
		out = fdopen(p[0], "r");
	else
		close(p[0]);
	if (out && out != f)
		fclose(f);
	return out;
}

/* Captures begin with bytes that no line of tcpdump's does. */
static bool
begins_as_text(FILE *f)
{
	int c = getc(f);

	ungetc(c, f);
	return c != EOF &&
	    (c == ' ' || c == '\t' || c == '>' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z' && c != 'M'));
}

static struct capture *
wrap_text(FILE *f)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (c)
		c->text = calloc(1, sizeof(*c->text));
	if (!c || !c->text) {
		free(c);
		fclose(f);
		return NULL;
	}
	c->text->in = f;
	return c;
}

struct capture *
capture_file(const char *path, char error[CAPTURE_ERROR])
{
	char why[PCAP_ERRBUF_SIZE] = "";
	/* ours, so that it is close-on-exec */
	FILE *f = strcmp(path, "-") == 0 ? fdopen(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "r") : asuser_fopen(path);
	pcap_t *pcap;

	if (!f) {
		snprintf(error, CAPTURE_ERROR, "cannot read capture: %s: %s", path, strerror(errno));
		return NULL;
	}
	f = unpacked(f);
	if (!f) {
		snprintf(error, CAPTURE_ERROR, "cannot read capture: %s: out of memory", path);
		return NULL;
	}
	if (begins_as_text(f)) {
		snprintf(error, CAPTURE_ERROR, "cannot read capture: %s: out of memory", path);
		return wrap_text(f);
	}
	pcap = pcap_fopen_offline(f, why);
	if (pcap)
		return wrap(pcap);
	snprintf(error, CAPTURE_ERROR, "cannot read capture: %s", why);
	fclose(f);
	return NULL;
}

void
capture_close(struct capture *c)
{
	if (c && c->pcap)
		pcap_close(c->pcap);
	if (c && c->text) {
		fclose(c->text->in);
		free(c->text->line);
		free(c->text);
	}
	if (c)
		pktsock_close(c->sock);
	free(c);
}

int
capture_fd(const struct capture *c)
{
	return c->sock ? pktsock_fd(c->sock) : pcap_get_selectable_fd(c->pcap);
}

int
capture_link(const struct capture *c)
{
	return c->pcap ? pcap_datalink(c->pcap) : DLT_EN10MB;
}

int
capture_send(struct capture *c, const void *frame, size_t len)
{
	if (c->sock)
		return pktsock_send(c->sock, frame, len);
	return pcap_inject(c->pcap, frame, len) == (int)len ? 0 : -1;
}

void
capture_flush(struct capture *c)
{
	if (c->sock)
		pktsock_flush(c->sock);
}

uint64_t
capture_lost(struct capture *c)
{
	struct pcap_stat stat;

	if (c->sock)
		return pktsock_lost(c->sock);
	return pcap_stats(c->pcap, &stat) == 0 ? stat.ps_drop : 0;
}

static int
text_next(struct capture *c, struct capture_frame *out)
{
	struct dump_text *t = c->text;
	bool got = false;

	while (!got && !c->ended) {
		if (getline(&t->line, &t->size, t->in) >= 0)
			got = hexdump_line(&t->dump, t->line);
		else if (!ferror(t->in))
			got = hexdump_end(&t->dump), c->ended = true;
		else
			return -1;
	}
	if (!got) {
		c->ended = t->packets > 0;
		return -1;
	}
	t->packets++;
	*out = (struct capture_frame){ .bytes = t->dump.bytes,
		.len = t->dump.len,
		.us = t->dump.us,
		.link = hexdump_is_ethernet(&t->dump) ? DLT_EN10MB : DLT_RAW,
		.offloaded = true };
	return 1;
}

int
capture_next(struct capture *c, struct capture_frame *out)
{
	struct pktsock_frame frame;
	struct pcap_pkthdr *head;
	const u_char *bytes;
	int rc;

	if (c->sock) {
		rc = pktsock_next(c->sock, &frame);
		if (rc == 1)
			*out = (struct capture_frame){
				.bytes = frame.bytes, .len = frame.len, .link = DLT_EN10MB, .offloaded = frame.offloaded
			};
		return rc;
	}
	if (c->text)
		return text_next(c, out);
	rc = pcap_next_ex(c->pcap, &head, &bytes);
	if (rc == PCAP_ERROR_BREAK)
		c->ended = true;
	if (rc != 1)
		return rc == 0 ? 0 : -1;
	out->offloaded = true;
	out->bytes = bytes;
	out->len = head->caplen;
	out->us = (uint64_t)head->ts.tv_sec * 1000000 + (uint64_t)head->ts.tv_usec;
	out->link = capture_link(c);
	return 1;
}

const char *
capture_why(struct capture *c)
{
	if (c->text)
		return ferror(c->text->in) ? strerror(errno) : "neither a capture nor the text of tcpdump -x";
	return c->sock ? strerror(errno) : pcap_geterr(c->pcap);
}

bool
capture_ended(const struct capture *c)
{
	return c->ended;
}
