/* Packet sockets that hear only what a filter lets through. */
#ifndef BPF_H
#define BPF_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Whole packets of an EtherType, without their link header, on one interface
 * (0: on all).  A non-blocking descriptor; -1 with errno. */
int bpf_listen(uint16_t ethertype, int ifindex, struct sock_filter *code, size_t len);
/* Its next packet and interface; -1 when there is none, or no socket (fd -1). */
ssize_t bpf_receive(int fd, uint8_t *bytes, size_t size, int *ifindex);

#endif
