#include "arpproxy.h"

#include <string.h>

#define NOBODYS 0xc0000201u /* 192.0.2.1 */

uint32_t
arpproxy_nobodys(int ifindex)
{
	return NOBODYS + (uint32_t)ifindex % 250;
}

struct arpproxy_mac *
arpproxy_find(struct arpproxy *a, const struct arpprobe_reply *arp, uint64_t now_ms)
{
	for (size_t i = 0; i < ARPPROXY_MACS; i++) {
		struct arpproxy_mac *m = &a->of[i];

		if (m->ifindex == arp->ifindex && memcmp(m->mac, arp->mac, sizeof(m->mac)) == 0 &&
		    now_ms - m->since_ms <= ARPPROXY_AGE_MS)
			return m;
	}
	return NULL;
}

bool
arpproxy_shows(struct arpproxy *a, const struct arpprobe *p, const struct arpprobe_reply *arp, uint64_t now_ms)
{
	struct arpproxy_mac *m = arpproxy_find(a, arp, now_ms);
	size_t known = 0;

	if (!m) {
		m = &a->of[a->next];
		a->next = (a->next + 1) % ARPPROXY_MACS;
		*m = (struct arpproxy_mac){ .ifindex = arp->ifindex, .since_ms = now_ms };
		memcpy(m->mac, arp->mac, sizeof(m->mac));
	}
	if (arp->addr == arpproxy_nobodys(arp->ifindex)) {
		m->is = true;
		return true;
	}
	while (known < m->claims && m->addr[known] != arp->addr)
		known++;
	if (known == m->claims && m->claims < ARPPROXY_CLAIMS)
		m->addr[m->claims++] = arp->addr;
	/* one with many addresses answers at once; for the next ones there is silence,
	 * which must have had its time */
	m->is = m->claims >= ARPPROXY_MANY && now_ms - m->since_ms >= ARPPROXY_SETTLE_MS &&
	    !arpprobe_silence(p, now_ms, ARPPROXY_SETTLE_MS / 2);
	return m->is;
}
