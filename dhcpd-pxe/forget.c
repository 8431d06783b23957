#include "forget.h"

#include <stdio.h>
#include <string.h>

#define LINE 200

static const char *
state_name(const struct lease *lease, int64_t now)
{
	return lease_is_free(lease, now)  ? "expired" :
	    lease->state == LEASE_BOUND   ? "bound" :
	    lease->state == LEASE_OFFERED ? "offered" :
	                                    "declined";
}

/* Its address is nobody's now: the line that says so takes the place of its own. */
static void
forget_one(const struct batch_env *env, struct lease *lease, char line[LINE])
{
	struct leases *leases = env->server->alloc.leases;
	uint32_t addr = lease->addr;
	char addr_text[NUM_IP4_TEXT], mac_text[NUM_MAC_TEXT];
	int n = snprintf(line, LINE, "forgot addr=%s", num_ip4_text(addr, addr_text));

	if (lease->key_len > 0)
		n += snprintf(line + n, LINE - (size_t)n, " mac=%s", num_mac_text(lease->mac, ':', mac_text));
	n += snprintf(line + n, LINE - (size_t)n, " state=%s", state_name(lease, env->now));
	if (lease->name_len > 0)
		snprintf(line + n, LINE - (size_t)n, " name=%s", lease_name(lease));
	leases_end(leases, lease, env->now);
	leases_disown(leases, lease);
	arpprobe_forget(env->probe, addr);
	lease = leases_at(leases, addr);
	if (!lease || !env->file)
		return;
	offerfile_put(env->offers, env->file->offers, lease);
	leasebook_owe(env->file, lease, "", lease->expiry);
}

/* What rests because this machine declined it. */
static size_t
find_declined(const struct batch_env *env, const uint8_t mac[6], struct lease *found[FORGET_AT_ONCE], size_t n)
{
	uint32_t addr[DECLINES_MOST];
	size_t addrs = declines_of(env->server->declines, mac, 6, addr);

	for (size_t i = 0; i < addrs && n < FORGET_AT_ONCE; i++) {
		struct lease *lease = leases_at(env->server->alloc.leases, addr[i]);

		if (lease && lease->state == LEASE_DECLINED && !lease_is_free(lease, env->now))
			found[n++] = lease;
	}
	return n;
}

static size_t
find_of_mac(const struct batch_env *env, const uint8_t mac[6], struct lease *found[FORGET_AT_ONCE])
{
	struct hashtab_walk walk = { 0 };
	struct hashtab_node *t;
	size_t n = 0;

	while (n < FORGET_AT_ONCE && (t = hashtab_step(&env->server->alloc.leases->by_addr, &walk))) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		if (lease->key_len > 0 && memcmp(lease->mac, mac, 6) == 0)
			found[n++] = lease;
	}
	return find_declined(env, mac, found, n);
}

size_t
forget_word(const struct batch_env *env, const char *word, char *reply, size_t room)
{
	struct lease *found[FORGET_AT_ONCE];
	uint8_t mac[6];
	uint32_t addr;
	size_t n = 0, len = 0;
	char line[LINE];

	if (num_mac(word, mac)) {
		n = find_of_mac(env, mac, found);
	} else if (num_ip4(word, &addr)) {
		found[0] = leases_at(env->server->alloc.leases, addr);
		/* one that is nobody's and in use by nobody is forgotten already */
		n = found[0] && (found[0]->key_len > 0 || !lease_is_free(found[0], env->now));
	}
	for (size_t i = 0; i < n && len + LINE + 1 < room; i++) {
		forget_one(env, found[i], line);
		log_info("%s, as dhcpd-pxe -r said", line);
		len += (size_t)snprintf(reply + len, room - len, "%s\n", line);
	}
	if (env->file && n > 0 && leasefile_sync(env->file) < 0)
		leaselog_unsynced(&env->log->leases, env->file->path);
	if (len == 0)
		len = (size_t)snprintf(reply, room, "\n");
	return len;
}
