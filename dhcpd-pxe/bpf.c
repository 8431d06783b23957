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
