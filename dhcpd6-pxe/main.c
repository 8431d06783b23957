/* dhcpd6-pxe(8): options, start, privileges, loop. */
#include <linux/capability.h>
#include <stdio.h>
#include <time.h>

#include "dhcpcli.h"
#include "fds.h"
#include "forget6.h"
#include "ifsockets6.h"
#include "listen.h"
#include "listing6.h"
#include "log.h"
#include "loop6.h"
#include "priv.h"
#include "sandbox.h"
#include "startup6.h"

#define RULES "/etc/dhcpd-pxe/rules" /* those of dhcpd-pxe */
#define LEASES "/var/lib/dhcpd6-pxe/leases"

static const char usage[] =
    "usage: dhcpd6-pxe [-nv] [-f RULES] [-e 'RULE']... [-i IFACE]... [-l LEASES] [-M FILE] [-x COMMAND] [-u USER]\n"
    "       dhcpd6-pxe -L [-j] [-l LEASES]\n"
    "       dhcpd6-pxe -r ADDR|MAC... [-l LEASES]\n\n"
    "Answers DHCPv6: hands out addresses and the right boot file for each client, and\n"
    "sends the router advertisements that clients wait for.  Rules: dhcpd-pxe.rules(5).\n"
    "  -f RULES    read rules from this file, - is standard input (default " RULES ")\n"
    "  -e 'RULE'   one more rule line\n"
    "  -i IFACE    serve this interface, and ignore the interface lines\n"
    "  -l LEASES   the lease file (default " LEASES ")\n"
    "  -M FILE     write numbers to this file, for Prometheus\n"
    "  -x COMMAND  start a command that reads one event per line\n"
    "  -u USER     become this user (default for root: _dhcpd6-pxe, else nobody)\n"
    "  -L          print what the lease file says, and exit\n"
    "  -j          with -L, as JSON lines\n"
    "  -r          have the running server forget these leases, and exit\n"
    "  -n          check the rules and exit; with -v print them too\n"
    "  -v          log more\n"
    "Boot machines beside a router and another DHCPv6 server:\n"
    "  dhcpd6-pxe -i eth0 -e 'subnet fd00:77::/64 netboot range=fd00:77::1000-fd00:77::10ff' \\\n"
    "      -e 'boot arch=efi-x64 file=ipxe.efi'\n";

static const struct dhcpcli command_line = {
	.tool = "dhcpd6-pxe",
	.usage = usage,
	.family = RULES_IP6,
	.rules = RULES,
	.leases = LEASES,
	.user = "_dhcpd6-pxe",
	.names_lease = forget6_is_word,
	.print_leases = listing6_print,
};

int
main(int argc, char **argv)
{
	struct config_options options = { 0 };
	struct daemon d = { .router = { .fd = -1 }, .log = { .events = { .fd = -1 } } };
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
	dhcpcore_open(&d.core, &d.log.events, &user);
	d.stats.value[STATS_STARTED] = (uint64_t)time(NULL);
	if (stats6_bind(&d.stats, &d.core.config->set.rules) < 0)
		die(EXIT_SYSTEM, "out of memory");
	rc = startup6_open(&d, error);
	if (rc != EXIT_DONE)
		die((enum exit_code)rc, "%s", error);

	listen_notify_open();
	if (dhcpcore_confine(&d.core, error) < 0 || priv_drop(&user, keep, error) < 0 ||
	    daemon6_read_leases(&d, d.core.config, error) < 0)
		die(EXIT_SYSTEM, "%s", error);
	daemon6_apply(&d);
	sandbox_or_die(SANDBOX_DATAGRAM | SANDBOX_NETLINK | SANDBOX_CREATE);
	dhcpcli_warn_of_reload(&options);
	listen_notify_ready();
	ifsockets6_say(&d);
	rc = loop6_run(&d);

	listen_notify_stopping(0);
	daemon6_close(&d);
	dhcpcli_free(&options);
	return rc;
}
