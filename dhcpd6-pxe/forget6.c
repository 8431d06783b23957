#include "forget6.h"

#include <stdio.h>
#include <string.h>

#include "addr6.h"

#define LINE 200

bool
forget6_is_word(const char *word)
{
	struct in6_addr addr;
	uint8_t mac[6];

	return num_mac(word, mac) || addr6_parse(word, &addr);
}

static const char *
forget6_state_name(const struct lease *lease, int64_t now)
{
	return lease6_is_free(lease, now) ? "expired" :
	    lease->state == LEASE_BOUND   ? "bound" :
	    lease->state == LEASE_OFFERED ? "offered" :
	                                    "declined";
}

static bool
mac_of(const struct lease *lease, uint8_t mac[6])
{
	if (!lease->has_mac)
		return dhcp6_duid_mac((struct dhcp6_bytes){ lease->bytes, lease->key_len }, mac);
	memcpy(mac, lease->mac, 6);
	return true;
}

/* The line that says so takes the place of its own: nobody's, and over. */
static void
forget6_one(const struct batch_env *env, struct leases *leases, struct lease *lease, char line[LINE])
{
	char addr_text[INET6_ADDRSTRLEN], mac_text[NUM_MAC_TEXT];
	uint8_t mac[6];
	const struct lease_entry nobody = {
		.addr = lease->addr, .name = "", .expiry = env->now, .state = LEASE_DECLINED
	};
	int n = snprintf(line, LINE, "forgot addr=%s", addr6_text(&lease->addr, addr_text));

	if (mac_of(lease, mac))
		n += snprintf(line + n, LINE - (size_t)n, " mac=%s", num_mac_text(mac, ':', mac_text));
	n += snprintf(line + n, LINE - (size_t)n, " state=%s", forget6_state_name(lease, env->now));
	if (lease->name_len > 0)
		snprintf(line + n, LINE - (size_t)n, " name=%s", lease6_name(lease));
	lease = leases6_put(leases, &nobody);
	if (lease)
		leasebook6_owe(env->file, lease);
}

static size_t
forget6_find_of_mac(const struct leases *leases, const uint8_t mac[6], struct lease *found[FORGET_AT_ONCE])
{
	struct hashtab_walk walk = { 0 };
	struct hashtab_node *t;
	uint8_t has[6];
	size_t n = 0;

	while (n < FORGET_AT_ONCE && (t = hashtab_step(&leases->by_addr, &walk))) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		if (mac_of(lease, has) && memcmp(has, mac, sizeof(has)) == 0)
			found[n++] = lease;
	}
	return n;
}

size_t
forget6_word(const struct batch_env *env, struct leases *leases, const char *word, char reply[CONTROL_REPLY])
{
	struct lease *found[FORGET_AT_ONCE];
	struct in6_addr addr;
	uint8_t mac[6];
	size_t n = 0, len = 0;
	char line[LINE];

	if (num_mac(word, mac)) {
		n = forget6_find_of_mac(leases, mac, found);
	} else if (addr6_parse(word, &addr)) {
		found[0] = leases6_at(leases, &addr);
		/* one that is nobody's and in use by nobody is forgotten already */
		n = found[0] && (found[0]->key_len > 0 || !lease6_is_free(found[0], env->now));
	}
	for (size_t i = 0; i < n && len + LINE + 1 < CONTROL_REPLY; i++) {
		forget6_one(env, leases, found[i], line);
		log_info("%s, as dhcpd6-pxe -r said", line);
		len += (size_t)snprintf(reply + len, CONTROL_REPLY - len, "%s\n", line);
	}
	if (n > 0 && leasefile_sync(env->file) < 0)
		leaselog_unsynced(&env->log->leases, env->file->path);
	if (len == 0)
		len = (size_t)snprintf(reply, CONTROL_REPLY, "\n");
	return len;
}
