#include "retransmit.h"

/* EDK2's mPxeDhcpTimeout, which is PXE 2.1's: 4, 8, 16, 32 seconds. */
static const struct retransmit dhcp_pxe = { 4000, 200, 32000, 4 };
/* DHCP_DISC_START_TIMEOUT_SEC and its end in iPXE's config/dhcp.h. */
static const struct retransmit dhcp_ipxe = { 1000, 200, 10000, 4 };
/* U-Boot, net/bootp.c: 250 ms, doubled up to 2 s, for 28 s. */
static const struct retransmit dhcp_uboot = { 250, 200, 2000, 16 };
/* rpi-eeprom: DHCP_REQ_TIMEOUT 4000, DHCP_TIMEOUT 45000. */
static const struct retransmit dhcp_pi = { 4000, 100, 4000, 11 };
/* RFC 951, 7.2: 4 s, doubled, a minute at most. */
static const struct retransmit dhcp_bootp = { 4000, 200, 60000, 5 };

/* PXEBC_MTFTP_TIMEOUT and PXEBC_MTFTP_RETRIES in EDK2; shim asks through it. */
static const struct retransmit tftp_edk2 = { 4000, 100, 4000, 6 };
/* The ROMs' source is not public; RFC 1123, 4.2.3: backing off exponentially. */
static const struct retransmit tftp_rom = { 1000, 200, 8000, 5 };
/* iPXE's retry timer: a quarter of a second, doubled, up to 10 s. */
static const struct retransmit tftp_ipxe = { 250, 200, 10000, 6 };
/* PXELINUX, core/fs/pxe: a table of clock ticks from 2 (110 ms) up to 255. */
static const struct retransmit tftp_pxelinux = { 110, 120, 14000, 31 };
/* GRUB, include/grub/net.h: GRUB_NET_INTERVAL, 20 ms more each time, GRUB_NET_TRIES. */
static const struct retransmit tftp_grub = { 400, 103, 1200, 40 };
/* U-Boot, net/tftp.c: TIMEOUT, TIMEOUT_COUNT. */
static const struct retransmit tftp_uboot = { 5000, 100, 5000, 10 };
/* rpi-eeprom: TFTP_FILE_TIMEOUT 30000. */
static const struct retransmit tftp_pi = { 1000, 200, 8000, 6 };

const struct retransmit *
retransmit_dhcp(const struct persona *p)
{
	switch (p->rule) {
	case RULE_IPXE:
		return &dhcp_ipxe;
	case RULE_PI:
		return &dhcp_pi;
	case RULE_PLAIN:
	case RULE_ADDRESS:
		return p->bootp ? &dhcp_bootp : &dhcp_uboot;
	case RULE_ROM:
	case RULE_EDK2_PXE:
	case RULE_EDK2_HTTP:
		break;
	}
	return &dhcp_pxe;
}

const struct retransmit *
retransmit_tftp(const struct persona *p, const struct persona_tftp *how)
{
	if (how == &persona_tftp_ipxe)
		return &tftp_ipxe;
	if (how == &persona_tftp_grub)
		return &tftp_grub;
	if (how == &persona_tftp_pxelinux)
		return &tftp_pxelinux;
	if (p->rule == RULE_PI)
		return &tftp_pi;
	if (p->rule == RULE_PLAIN || p->rule == RULE_ADDRESS)
		return &tftp_uboot;
	return p->rule == RULE_ROM && how != &persona_tftp_shim ? &tftp_rom : &tftp_edk2;
}

uint32_t
retransmit_http(const struct persona *p, const struct persona_http *how)
{
	/* HTTP_BOOT_REQUEST_TIMEOUT and HTTP_BOOT_RESPONSE_TIMEOUT in EDK2. */
	return p->rule == RULE_EDK2_HTTP && how == p->http ? 5000 : 30000;
}

uint32_t
retransmit_wait(const struct retransmit *r, unsigned sent)
{
	uint64_t ms = r->first_ms;

	for (unsigned i = 1; i < sent && ms < r->most_ms; i++)
		ms = ms * r->growth / 100;
	return (uint32_t)(ms < r->most_ms ? ms : r->most_ms);
}
