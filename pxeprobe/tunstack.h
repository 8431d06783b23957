/*
 * An IP stack for the made-up machines: the kernel's own, in a network
 * namespace that only this process is in, behind a tun device.  What goes in
 * and out there are IP packets; net.c carries them to and from the real
 * network in frames with the machines' MAC addresses.  So TFTP and HTTP run
 * over ordinary sockets, and the host's addresses and routes are neither
 * used nor touched.
 */
#ifndef TUNSTACK_H
#define TUNSTACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNSTACK_ERROR 256

struct tunstack {
	int tun;     /* non-blocking */
	int control; /* a socket for ioctls */
};

/* Leaves this process in the new namespace: open what needs the old one
 * before.  -1 and a sentence in `error`. */
int tunstack_open(unsigned mtu, struct tunstack *out, char error[TUNSTACK_ERROR]);
void tunstack_close(struct tunstack *s);
/* Gives the stack an address (`slot` numbers them, from 0), or takes it
 * away: addr 0.  -1 with errno. */
int tunstack_address(struct tunstack *s, unsigned slot, uint32_t addr);
/* Hands a packet to the stack; its checksums are taken as good, because with
 * receive offload they are filled in by nobody. */
int tunstack_put(struct tunstack *s, const uint8_t *packet, size_t len);
/* A packet that the stack sends; its length, 0 when there is none. */
size_t tunstack_get(struct tunstack *s, uint8_t *out, size_t size);

#endif
