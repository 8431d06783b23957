/* dhcpd-pxe(8): options, start, privileges, loop. */
#include <linux/capability.h>
#include <stdio.h>
#include <time.h>

#include "dhcpcli.h"
#include "fds.h"
#include "ifsockets.h"
#include "listen.h"
#include "listing.h"
#include "log.h"
#include "loop.h"
#include "num.h"
#include "priv.h"
#include "resolve.h"
#include "sandbox.h"
#include "startup.h"

#define RULES "/etc/dhcpd-pxe/rules"
#define LEASES "/var/lib/dhcpd-pxe/leases"

static const char usage[] =
    "usage: dhcpd-pxe [-nv] [-f RULES] [-e 'RULE']... [-i IFACE]... [-l LEASES] [-M FILE] [-x COMMAND] [-u USER]\n"
    "       dhcpd-pxe -L [-j] [-l LEASES]\n"
    "       dhcpd-pxe -r ADDR|MAC... [-l LEASES]\n\n"
    "Answers DHCP, BOOTP and proxyDHCP: hands out addresses (or not) and the right\n"
    "boot file for each client.  Rules: dhcpd-pxe.rules(5).\n"
    "  -f RULES    read rules from this file, - is standard input (default " RULES ")\n"
    "  -e 'RULE'   one more rule line\n"
    "  -i IFACE    serve this interface, and ignore the interface lines\n"
    "  -l LEASES   the lease file (default " LEASES ")\n"
    "  -M FILE     write numbers to this file, for Prometheus\n"
    "  -x COMMAND  start a command that reads one event per line\n"
    "  -u USER     become this user (default for root: _dhcpd-pxe, else nobody)\n"
    "  -L          print what the lease file says, and exit\n"
    "  -j          with -L, as JSON lines\n"
    "  -r          have the running server forget these leases, and exit\n"
    "  -n          check the rules and exit; with -v print them too\n"
    "  -v          log more\n"
    "Boot machines beside a DHCP server that is there already:\n"
    "  dhcpd-pxe -i eth0 -e 'subnet 192.168.1.0/24 proxy' -e 'boot arch=efi-x64 file=ipxe.efi'\n";

/* What -r takes: an address or a MAC address. */
static bool
names_lease(const char *s)
{
	uint8_t mac[6];
	uint32_t addr;

	return num_mac(s, mac) || num_ip4(s, &addr);
}

static const struct dhcpcli command_line = {
	.tool = "dhcpd-pxe",
	.usage = usage,
	.family = RULES_IP4,
	.rules = RULES,
	.leases = LEASES,
	.user = "_dhcpd-pxe",
	.names_lease = names_lease,
	.print_leases = listing_print,
};

int
main(int argc, char **argv)
{
	struct config_options options = { 0 };
	struct daemon d = { .net = { .frame = -1, .raw = -1 },
		.probe = { .fd = -1 },
		.rogue = { .fd = -1 },
		.log = { .events = { .fd = -1 } } };
	const uint64_t keep = 1ull << CAP_NET_RAW | 1ull << CAP_NET_BIND_SERVICE;
	struct priv_user user;
	char error[DHCPCORE_ERROR];
	int rc;

	fds_standard();
	dhcpcore_init(&d.core, command_line.tool, &options);
	d.core.log = &d.log.leases;
	d.core.metrics.table = &d.stats.rows.table;
	d.core.number = d.stats.value;
	d.core.config = dhcpcli_start(&command_line, argc, argv, &options, &user);

	fds_forget_inherited();
	resolve_servers(d.core.config, &user, &d.names);
	d.core.config->set.rules.names = options.from.names = &d.names;
	dhcpcore_open(&d.core, &d.log.events, &user);
	d.stats.value[STATS_STARTED] = (uint64_t)time(NULL);
	if (stats_bind(&d.stats, &d.core.config->set.rules) < 0)
		die(EXIT_SYSTEM, "out of memory");
	rc = startup_open(&d, error);
	if (rc != EXIT_DONE)
		die((enum exit_code)rc, "%s", error);

	listen_notify_open();
	if (dhcpcore_confine(&d.core, error) < 0 || priv_drop(&user, keep, error) < 0 ||
	    daemon_read_leases(&d, d.core.config, error) < 0)
		die(EXIT_SYSTEM, "%s", error);
	sandbox_or_die(SANDBOX_DATAGRAM | SANDBOX_PACKET | SANDBOX_NETLINK | SANDBOX_CREATE);
	dhcpcli_warn_of_reload(&options);
	listen_notify_ready();
	ifsockets_say(&d);
	rc = loop_run(&d);

	listen_notify_stopping(0);
	daemon_close(&d);
	dhcpcli_free(&options);
	return rc;
}
