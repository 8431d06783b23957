/* Datagrams in one call, over the loopback interface. */
#include "msgbatch.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#define MOST 4
#define BYTES 8

static struct sockaddr_in address;

/* A socket that says where a message was sent to. */
static int
listener(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
	socklen_t len = sizeof(address);

	address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	CHECK_INT(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	CHECK_INT(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	CHECK_INT(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)), 0);
	return fd;
}

/* Sends each word by the socket of its place. */
static size_t
send_words(const int *fd, const char *const *word, size_t n)
{
	struct mmsghdr msg[8] = { 0 };
	struct iovec iov[8];

	for (size_t i = 0; i < n; i++) {
		iov[i] = (struct iovec){ (void *)(uintptr_t)word[i], strlen(word[i]) };
		msg[i].msg_hdr = (struct msghdr){
			.msg_name = &address, .msg_namelen = sizeof(address), .msg_iov = &iov[i], .msg_iovlen = 1
		};
	}
	return msgbatch_send(fd, msg, n);
}

static void
messages_of_several_sockets(void)
{
	int to = listener(), a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM, 0);
	struct msgbatch *batch = msgbatch_new(MOST, BYTES);
	const char *const word[] = { "one", "two", "three", "four is cut", "five" };
	size_t first = 99;

	CHECK_INT(msgbatch_receive(batch, to, &first), 0);
	CHECK_INT(send_words((int[]){ a, a, b, a, b }, word, 5), 0);
	CHECK_INT(msgbatch_receive(batch, to, &first), MOST);
	CHECK_INT(first, 0);
	for (size_t i = 0; i < MOST; i++) {
		struct msgbatch_message m = msgbatch_message(batch, i);
		struct in_pktinfo info;

		CHECK_INT(m.len, strlen(word[i]) < BYTES ? strlen(word[i]) : BYTES);
		CHECK(memcmp(m.data, word[i], m.len) == 0);
		CHECK_INT(m.from->in.sin_family, AF_INET);
		CHECK(msgbatch_pktinfo(m.head, MSGBATCH_IP4, &info));
		CHECK_INT(info.ipi_addr.s_addr, htonl(INADDR_LOOPBACK));
		CHECK(!msgbatch_pktinfo(m.head, MSGBATCH_IP6, &info));
	}
	/* there is no room until it is cleared; then the fifth is there, with its information */
	CHECK_INT(msgbatch_receive(batch, to, &first), 0);
	msgbatch_clear(batch);
	CHECK_INT(msgbatch_receive(batch, to, &first), 1);
	CHECK_INT(msgbatch_message(batch, 0).len, 4);
	CHECK_INT(msgbatch_message(batch, 0).head->msg_namelen, sizeof(struct sockaddr_in));
	msgbatch_free(batch);
	close(to);
	close(a);
	close(b);
}

static void
they_gather_behind_each_other(void)
{
	int to = listener(), a = socket(AF_INET, SOCK_DGRAM, 0);
	struct msgbatch *batch = msgbatch_new(MOST, BYTES);
	size_t first;

	send_words((int[]){ a }, (const char *const[]){ "one" }, 1);
	CHECK_INT(msgbatch_receive(batch, to, &first), 1);
	send_words((int[]){ a }, (const char *const[]){ "two" }, 1);
	CHECK_INT(msgbatch_receive(batch, to, &first), 1);
	CHECK_INT(first, 1);
	CHECK(memcmp(msgbatch_message(batch, 0).data, "one", 3) == 0);
	CHECK(memcmp(msgbatch_message(batch, 1).data, "two", 3) == 0);
	msgbatch_free(batch);
	close(to);
	close(a);
}

static void
what_cannot_be_sent_keeps_nothing_back(void)
{
	int to = listener(), a = socket(AF_INET, SOCK_DGRAM, 0);
	struct msgbatch *batch = msgbatch_new(MOST, BYTES);
	size_t first;

	CHECK_INT(send_words((int[]){ a, -1, a }, (const char *const[]){ "one", "lost", "three" }, 3), 1);
	CHECK_INT(errno, EBADF);
	CHECK_INT(msgbatch_receive(batch, to, &first), 2);
	CHECK(memcmp(msgbatch_message(batch, 1).data, "three", 5) == 0);
	CHECK_INT(msgbatch_receive(batch, -1, &first), -1);
	msgbatch_free(batch);
	close(to);
	close(a);
}

/* The address that an answer is to come from. */
static void
packet_information_goes_along(void)
{
	int to = listener(), a = socket(AF_INET, SOCK_DGRAM, 0);
	struct msgbatch *batch = msgbatch_new(MOST, BYTES);
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = htonl(0x7f000009) };
	struct iovec iov = { (void *)(uintptr_t) "one", 3 };
	struct msgbatch_control room;
	struct mmsghdr msg = {
		.msg_hdr = { .msg_name = &address, .msg_namelen = sizeof(address), .msg_iov = &iov, .msg_iovlen = 1 }
	};
	size_t first;

	msgbatch_add_pktinfo(&msg.msg_hdr, &room, MSGBATCH_IP4, &info);
	CHECK_INT(msgbatch_send(&a, &msg, 1), 0);
	CHECK_INT(msgbatch_receive(batch, to, &first), 1);
	CHECK_INT(msgbatch_message(batch, 0).from->in.sin_addr.s_addr, htonl(0x7f000009));
	msgbatch_free(batch);
	close(to);
	close(a);
}

int
main(void)
{
	RUN(messages_of_several_sockets);
	RUN(they_gather_behind_each_other);
	RUN(what_cannot_be_sent_keeps_nothing_back);
	RUN(packet_information_goes_along);
	return TEST_EXIT();
}
