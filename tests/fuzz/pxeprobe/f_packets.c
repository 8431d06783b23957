/* What servers send to a persona: a boot file, TFTP packets, DNS, ARP, offers. */
#include <string.h>

#include "arp.h"
#include "dhcp_check.h"
#include "dns.h"
#include "offer.h"
#include "tftpget.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
offers(const uint8_t *data, size_t size)
{
	static struct offer o[2];
	size_t n;
	const struct persona *p = persona_table(&n);
	struct choice c;
	struct boot b;

	if (dhcp_parse(data, size, &o[0].msg) != DHCP_OK)
		return;
	o[1] = o[0];
	o[1].msg.yiaddr ^= 1;
	for (size_t i = 0; i < n; i++) {
		struct findings f = { .n = 0 };
		enum fault fault = offer_choose(&p[i], o, 2, &c);

		dhcp_check_offers(&p[i], o, 2, &c, &f);
		dhcp_check_unfit(&p[i], o, 2, fault, &f);
		offer_boot(&p[i], &o[0].msg, &b);
		dhcp_check_boot(&p[i], &o[0].msg, &b, &f);
		dhcp_check_lease(&o[0].msg, b.server, &f);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arp_packet arp;
	struct tftpget g;
	uint32_t addr;

	tftpget_start(&g, persona_find("efi-x64")->tftp, "x", size & 1, false);
	tftpget_input(&g, data, size);
	tftpget_input(&g, data, size);
	arp_read(data, size, &arp);
	dns_read(data, size, &addr);
	offers(data, size);
	return 0;
}
