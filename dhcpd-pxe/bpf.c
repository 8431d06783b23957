#include "bpf.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int
bpf_listen(uint16_t ethertype, int ifindex, struct sock_filter *code, size_t len)
{
	struct sock_fprog program = { (unsigned short)len, code };
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_protocol = htons(ethertype), .sll_ifindex = ifindex };
	/* protocol 0: nothing comes in before the filter stands */
	int saved, fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0 &&
	    bind(fd, (struct sockaddr *)&ll, sizeof(ll)) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

ssize_t
bpf_receive(int fd, uint8_t *bytes, size_t size, int *ifindex)
{
	struct sockaddr_ll from;
	socklen_t from_len = sizeof(from);
	ssize_t n = fd < 0 ? -1 : recvfrom(fd, bytes, size, MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);

	if (n < 0)
		return -1;
	*ifindex = from.sll_ifindex;
	return n;
}
