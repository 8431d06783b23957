/*
 * An IP stack for the made-up machines: the kernel's, in a network namespace of
 * this process's own, behind a tun device.  lan.c carries the IP packets to and
 * from the real network in frames with the machines' MAC addresses.  So TFTP and
 * HTTP use ordinary sockets, and the host's addresses and routes are neither
 * used nor touched.
 */
#ifndef TUNSTACK_H
#define TUNSTACK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNSTACK_ERROR 256

struct tunstack {
	int tun;      /* non-blocking */
	int control;  /* a socket for ioctls */
	int control6; /* the same for IPv6; -1: the kernel has none */
};

/* Moves this process into the namespace: first open what needs the old one.
 * -1 on failure, with a sentence in `error`. */
int tunstack_open(unsigned mtu, struct tunstack *out, char error[TUNSTACK_ERROR]);
void tunstack_close(struct tunstack *s);
/* Sets address number `slot` (from 0) of the stack, or removes it (addr 0).
 * -1 with errno. */
int tunstack_address(struct tunstack *s, unsigned slot, uint32_t addr);
/* Gives the stack an address of IPv6, or takes it away.  -1 with errno. */
int tunstack_address6(struct tunstack *s, const struct in6_addr *addr, bool add);
/* Hands a packet to the stack, which trusts its checksums: with offload nobody
 * has filled them in. */
int tunstack_put(struct tunstack *s, const uint8_t *packet, size_t len);
/* Gets a packet that the stack sends: its length, 0 for none. */
size_t tunstack_get(struct tunstack *s, uint8_t *out, size_t size);

#endif
