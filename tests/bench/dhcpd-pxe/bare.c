/*
 * The most that a DHCP server could do: answers every DISCOVER with the next
 * address and every REQUEST with the one it names, appends a line for each ACK
 * and syncs once per batch before the replies leave.  It keeps nothing in
 * memory and checks nothing.  Shows the limit of the load generators.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "dhcp.h"
#include "lib/line.h"
#include "log.h"
#include "num.h"
#include "sigs.h"

#define NAME "bare"
#define WAIT_NS 100000000

static const char usage[] = "usage: bare [-g RELAY] [-i IFACE] [-l FILE] -s SELF -a FIRST\n"
                            "  -i IFACE  clients of this interface's link (default eth0), or\n"
                            "  -g RELAY  those that this relay speaks for\n"
                            "  -l FILE   where leases are written; without it they are not\n"
                            "  -s SELF   our address\n"
                            "  -a FIRST  the first address to give\n";

struct bare {
	struct line *line;
	uint32_t self, next;
	int leases; /* -1: none are written */
	char lines[LINE_BATCH * 64];
	size_t written;
};

static void
append(struct bare *b, const struct dhcp_msg *m, uint32_t addr)
{
	char mac[NUM_MAC_TEXT], ip[NUM_IP4_TEXT];

	b->written += (size_t)snprintf(b->lines + b->written, sizeof(b->lines) - b->written, "4000000000 %s %s * *\n",
	    num_mac_text(m->chaddr, ':', mac), num_ip4_text(addr, ip));
}

static void
answer(void *arg, const uint8_t *bytes, size_t len)
{
	struct bare *b = arg;
	struct dhcp_msg m;
	struct wr w;
	enum dhcp_type type;

	if (dhcp_parse(bytes, len, &m) != DHCP_OK)
		return;
	if (m.type == DHCP_DISCOVER) {
		type = DHCP_OFFER;
		m.yiaddr = b->next++;
	} else if (m.type == DHCP_REQUEST && dhcp_get_addr(&m, DHCP_REQUESTED_ADDR, &m.yiaddr)) {
		type = DHCP_ACK;
		append(b, &m, m.yiaddr);
	} else {
		return;
	}
	m.op = BOOTREPLY;
	w = line_room(b->line);
	dhcp_begin(&w, &m);
	dhcp_put_u8(&w, DHCP_MESSAGE_TYPE, (uint8_t)type);
	dhcp_put_u32(&w, DHCP_SERVER_ID, b->self);
	dhcp_put_u32(&w, DHCP_LEASE_TIME, 3600);
	dhcp_put_u32(&w, DHCP_NETMASK, num_mask4(13));
	dhcp_end(&w);
	line_put(b->line, &w);
}

static void
save(struct bare *b)
{
	if (b->leases >= 0 && b->written > 0 &&
	    (write(b->leases, b->lines, b->written) != (ssize_t)b->written || fdatasync(b->leases) < 0))
		die(EXIT_SYSTEM, "cannot write the leases: %s", strerror(errno));
	b->written = 0;
}

static void
option(struct bare *b, struct line_ends *ends, int o, const char *arg)
{
	uint32_t *addr = o == 'g' ? &ends->to : o == 's' ? &b->self : &b->next;

	if (o == 'i') {
		ends->interface = arg;
	} else if (o == 'l') {
		b->leases = open(arg, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		if (b->leases < 0)
			die(EXIT_SYSTEM, "%s: %s", arg, strerror(errno));
	} else if (!num_ip4(arg, addr)) {
		cli_wrong(NAME, "-%c \"%s\": not an IPv4 address", o, arg);
	}
}

int
main(int argc, char *argv[])
{
	struct line_ends ends = { .interface = "eth0", .from_port = DHCP_PORT_SERVER, .to_port = DHCP_PORT_CLIENT };
	struct bare *b = calloc(1, sizeof(*b));
	struct line_sink sink = { .each = answer };
	int o, stop_fd;

	log_open(NAME, false, false);
	if (!b)
		die(EXIT_SYSTEM, "no memory");
	b->leases = -1;
	while ((o = cli_getopt(argc, argv, "a:g:i:l:s:", NAME, usage)) != -1)
		option(b, &ends, o, optarg);
	if (!b->self || !b->next)
		cli_wrong(NAME, "-s and -a are needed");
	ends.from = b->self;
	if (ends.to) {
		ends.interface = NULL;
		ends.to_port = DHCP_PORT_SERVER;
	} else {
		ends.to = INADDR_BROADCAST;
	}
	stop_fd = sigs_open();
	if (stop_fd < 0)
		die(EXIT_SYSTEM, "cannot wait for signals: %s", strerror(errno));
	b->line = line_open(&ends);
	sink.arg = b;
	fprintf(stderr, NAME ": ready\n");
	while (sigs_next(stop_fd) != SIGS_STOP) {
		line_wait(b->line, WAIT_NS, &sink);
		save(b);
		line_flush(b->line);
	}
	line_close(b->line);
	free(b);
	return EXIT_DONE;
}
