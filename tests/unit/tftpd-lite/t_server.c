/* The whole server in this process, over loopback: requests in, packets out,
 * and whatever time it is said to be. */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server.h"

#define BIG 3000

static char dir[] = "/tmp/t_server.XXXXXX";
static struct docroot docroot;
static struct server server;
static struct sockaddr_in listener, answered; /* the server's; where the last packet came from */
static uint64_t now;
static uint8_t got[70000];

/* ---- the server -------------------------------------------------------- */

static void
start(const struct server_config *config)
{
	struct server_config c = *config;
	socklen_t len = sizeof(listener);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	listener = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	CHECK(bind(fd, (struct sockaddr *)&listener, len) == 0 &&
	    getsockname(fd, (struct sockaddr *)&listener, &len) == 0);
	c.request.windowsize = 64;
	c.request.give_up_ms = 30000;
	now = 1000;
	CHECK_INT(server_init(&server, &c, &docroot, now), 0);
	CHECK_INT(server_listen(&server, fd), 0);
}

static void
end(void)
{
	int fd = server.listener[0].socket.fd;

	server_free(&server, now);
	close(fd);
}

/* One round of main's loop: loopback delivers at once, so what was sent is there. */
static void
serve(void)
{
	server_wait(&server, -1, 0);
	server_take(&server, now);
	server_tick(&server, now);
}

/* ---- a client ---------------------------------------------------------- */

static int
client(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	CHECK(bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0);
	return fd;
}

static void
send_to(int fd, const struct sockaddr_in *to, const void *bytes, size_t len)
{
	CHECK(sendto(fd, bytes, len, 0, (const struct sockaddr *)to, sizeof(*to)) == (ssize_t)len);
	serve();
}

#define ASK(fd, text) send_to((fd), &listener, (text), sizeof(text) - 1)

static void
ack(int fd, uint16_t block)
{
	uint8_t packet[4];

	send_to(fd, &answered, packet, tftp_write_ack(block, packet, sizeof(packet)));
}

/* The next packet, parsed; an op of 0 when there is none. */
static struct tftp_packet
receive(int fd)
{
	struct tftp_packet p = { .op = 0 };
	socklen_t len = sizeof(answered);
	ssize_t n = recvfrom(fd, got, sizeof(got), MSG_DONTWAIT, (struct sockaddr *)&answered, &len);

	if (n >= 0)
		CHECK_INT(tftp_parse(got, (size_t)n, &p), TFTP_OK);
	return p;
}

static void
expect_error(int fd, enum tftp_code code)
{
	struct tftp_packet p = receive(fd);

	CHECK_INT(p.op, TFTP_ERROR);
	CHECK_INT(p.code, code);
}

static void
expect_data(int fd, uint16_t block, size_t len)
{
	struct tftp_packet p = receive(fd);

	CHECK_INT(p.op, TFTP_DATA);
	CHECK_INT(p.block, block);
	CHECK_INT(p.len, len);
	for (size_t i = 0; i < p.len; i++)
		if (p.data[i] != (uint8_t)(((block - 1u) * 512 + i) * 7)) {
			CHECK(!"the right bytes");
			return;
		}
}

/* ---- reads ------------------------------------------------------------- */

static void
a_file_is_read(void)
{
	int fd = client();

	start(&(struct server_config){ .lo = 0 });
	ASK(fd, "\0\1big\0octet\0");
	for (uint16_t n = 1; n <= BIG / 512; n++) {
		expect_data(fd, n, 512);
		CHECK(answered.sin_port != listener.sin_port);
		ack(fd, n);
	}
	expect_data(fd, BIG / 512 + 1, BIG % 512);
	CHECK_INT(server_running(&server), 1);
	ack(fd, BIG / 512 + 1);
	CHECK_INT(server_running(&server), 0);
	CHECK_INT(server_last_request(&server), 1000);
	CHECK_INT(receive(fd).op, 0);
	CHECK(server_deadline(&server) == XFER_NEVER);
	end();
	close(fd);
}

static void
options_are_negotiated_and_a_window_is_sent_whole(void)
{
	int fd = client();
	struct tftp_packet p;

	start(&(struct server_config){ .request.blksize = 1000 });
	ASK(fd,
	    "\0\1big\0octet\0blksize\0"
	    "512\0windowsize\0"
	    "4\0tsize\0"
	    "0\0");
	p = receive(fd);
	CHECK_INT(p.op, TFTP_OACK);
	CHECK_INT(p.options.has, TFTP_HAS_BLKSIZE | TFTP_HAS_WINDOW | TFTP_HAS_TSIZE);
	CHECK_INT(p.options.tsize, BIG);
	ack(fd, 0);
	for (uint16_t n = 1; n <= 4; n++)
		expect_data(fd, n, 512);
	CHECK_INT(receive(fd).op, 0);
	ack(fd, 4);
	expect_data(fd, 5, 512);
	expect_data(fd, 6, BIG % 512);
	ASK(fd,
	    "\0\1big\0octet\0blksize\0"
	    "9999\0");
	p = receive(fd);
	CHECK_INT(p.options.blksize, 1000);
	end();
	close(fd);
}

static void
a_block_is_sent_again_until_the_client_is_given_up(void)
{
	int fd = client();

	start(&(struct server_config){ .lo = 0 });
	ASK(fd, "\0\1big\0octet\0");
	expect_data(fd, 1, 512);
	ack(fd, 1);
	expect_data(fd, 2, 512);
	now = server_deadline(&server) - 1;
	serve();
	CHECK_INT(receive(fd).op, 0);
	now++;
	serve();
	serve(); /* the first look was for an answer that came in time */
	expect_data(fd, 2, 512);
	for (int i = 0; i < 1000 && server_running(&server) > 0; i++) {
		now = server_deadline(&server);
		serve();
	}
	CHECK_INT(server_running(&server), 0);
	CHECK(now >= 31000);
	ack(fd, 2);
	close(fd);
	end();
}

static void
a_repeated_request_belongs_to_its_transfer(void)
{
	int fd = client();
	struct sockaddr_in first;

	start(&(struct server_config){ .lo = 0 });
	ASK(fd, "\0\1big\0octet\0");
	expect_data(fd, 1, 512);
	first = answered;
	now += AMPLIFICATION_LOAN_MS;
	ASK(fd, "\0\1big\0octet\0");
	expect_data(fd, 1, 512);
	CHECK(first.sin_port == answered.sin_port);
	CHECK_INT(server_running(&server), 1);
	/* another one means that the client has gone on */
	ASK(fd,
	    "\0\1big\0octet\0tsize\0"
	    "0\0");
	CHECK_INT(receive(fd).op, TFTP_OACK);
	CHECK_INT(server_running(&server), 1);
	end();
	close(fd);
}

static void
one_port_for_everything(void)
{
	int fd = client(), other = client();

	start(&(struct server_config){ .request.single = true });
	ASK(fd, "\0\1big\0octet\0");
	expect_data(fd, 1, 512);
	CHECK(answered.sin_port == listener.sin_port);
	ack(fd, 1);
	expect_data(fd, 2, 512);
	ASK(other, "\0\1big\0octet\0");
	expect_data(other, 1, 512);
	ASK(other, "\0\5\0\0bye\0");
	CHECK_INT(server_running(&server), 1);
	ASK(other, "\0\4\0\1");
	expect_error(other, TFTP_E_UNKNOWN_TID);
	end();
	close(fd);
	close(other);
}

static void
a_range_of_one_port_serves_many(void)
{
	static int fd[40];
	struct sockaddr_in sa;
	socklen_t len = sizeof(sa);
	uint16_t port;

	fd[0] = client();
	CHECK(getsockname(fd[0], (struct sockaddr *)&sa, &len) == 0);
	port = ntohs(sa.sin_port); /* a free one, once it is closed */
	close(fd[0]);
	start(&(struct server_config){ .lo = port, .hi = port });
	for (size_t i = 0; i < 40; i++) {
		fd[i] = client();
		ASK(fd[i], "\0\1big\0octet\0");
		expect_data(fd[i], 1, 512);
		CHECK_INT(ntohs(answered.sin_port), port);
		ack(fd[i], 1);
		expect_data(fd[i], 2, 512);
	}
	CHECK_INT(server_running(&server), 40);
	end();
	for (size_t i = 0; i < 40; i++) {
		expect_error(fd[i], TFTP_E_UNDEFINED);
		close(fd[i]);
	}
}

/* ---- refusals ---------------------------------------------------------- */

static void
what_cannot_be_served_is_refused(void)
{
	int fd = client(), stranger = client();

	start(&(struct server_config){ .lo = 0 });
	ASK(fd, "\0\1nope\0octet\0");
	expect_error(fd, TFTP_E_NOT_FOUND);
	ASK(fd, "\0\1sub\0octet\0");
	expect_error(fd, TFTP_E_NOT_FOUND);
	ASK(fd, "\0\1../x\0octet\0");
	expect_error(fd, TFTP_E_NOT_FOUND);
	ASK(fd, "\0\1big\0mail\0");
	expect_error(fd, TFTP_E_ILLEGAL);
	ASK(fd, "\0\1big\0octet");
	expect_error(fd, TFTP_E_ILLEGAL);
	ASK(fd,
	    "\0\1big\0octet\0blksize\0"
	    "7\0");
	expect_error(fd, TFTP_E_OPTION);
	ASK(fd, "\0\2new\0octet\0");
	expect_error(fd, TFTP_E_ACCESS);
	ASK(fd, "\0\3\0\1x");
	expect_error(fd, TFTP_E_UNKNOWN_TID);
	ASK(fd, "\0\5\0\1x\0");
	CHECK_INT(receive(fd).op, 0);
	CHECK_INT(server_running(&server), 0);
	ASK(fd, "\0\1big\0octet\0");
	expect_data(fd, 1, 512);
	ack(stranger, 1);
	expect_error(stranger, TFTP_E_UNKNOWN_TID);
	ack(fd, 1);
	expect_data(fd, 2, 512); /* undisturbed */
	end();
	close(fd);
	close(stranger);
}

/* Forged requests for one address: one is answered, the rest wait for proof. */
static void
an_address_that_does_not_answer_gets_little(void)
{
	int fd[7], answers = 0;

	start(&(struct server_config){ .lo = 0 });
	for (size_t i = 0; i < 7; i++) {
		fd[i] = client();
		ASK(fd[i], "\0\1big\0octet\0");
	}
	for (size_t i = 7; i-- > 0;)
		answers += receive(fd[i]).op == TFTP_DATA;
	CHECK_INT(answers, 1);
	/* the first one answers, and those that wait begin */
	ack(fd[0], 1);
	for (size_t i = 1; i < 7; i++)
		CHECK_INT(receive(fd[i]).op, TFTP_DATA);
	end();
	for (size_t i = 0; i < 7; i++)
		close(fd[i]);
}

static void
nothing_new_begins_after_the_stop(void)
{
	int fd = client(), late = client();

	start(&(struct server_config){ .request.single = true });
	ASK(fd, "\0\1big\0octet\0");
	expect_data(fd, 1, 512);
	server_stop(&server);
	ASK(late, "\0\1big\0octet\0");
	CHECK_INT(receive(late).op, 0);
	ack(fd, 1);
	expect_data(fd, 2, 512);
	end();
	expect_error(fd, TFTP_E_UNDEFINED);
	close(fd);
	close(late);
}

/* ---- uploads ----------------------------------------------------------- */

static void
a_file_is_written(void)
{
	int fd = client();
	uint8_t block[516] = { 0, 3, 0, 1 };
	struct stat st;

	start(&(struct server_config){ .request.create = true });
	ASK(fd, "\0\2up\0octet\0");
	CHECK_INT(receive(fd).op, TFTP_ACK);
	send_to(fd, &answered, block, sizeof(block));
	CHECK_INT(receive(fd).block, 1);
	CHECK(fstatat(docroot.root.fd, "up", &st, 0) < 0 && errno == ENOENT);
	block[3] = 2;
	send_to(fd, &answered, block, 10);
	CHECK_INT(receive(fd).block, 2);
	CHECK(fstatat(docroot.root.fd, "up", &st, 0) == 0 && st.st_size == 518);
	ASK(fd, "\0\2up\0octet\0");
	expect_error(fd, TFTP_E_EXISTS);
	end();
	close(fd);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

int
main(void)
{
	uint8_t bytes[BIG];
	int fd;

	for (size_t i = 0; i < BIG; i++)
		bytes[i] = (uint8_t)(i * 7);
	log_open("t_server", false, true);
	if (!mkdtemp(dir) || beneath_root(dir, &docroot.root) < 0)
		return 1;
	fd = openat(docroot.root.fd, "big", O_CREAT | O_WRONLY, 0644);
	if (write(fd, bytes, BIG) != BIG || mkdirat(docroot.root.fd, "sub", 0755) < 0)
		return 1;
	close(fd);
	RUN(a_file_is_read);
	RUN(options_are_negotiated_and_a_window_is_sent_whole);
	RUN(a_block_is_sent_again_until_the_client_is_given_up);
	RUN(a_repeated_request_belongs_to_its_transfer);
	RUN(one_port_for_everything);
	RUN(a_range_of_one_port_serves_many);
	RUN(what_cannot_be_served_is_refused);
	RUN(an_address_that_does_not_answer_gets_little);
	RUN(nothing_new_begins_after_the_stop);
	RUN(a_file_is_written);
	docroot_close(&docroot);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return TEST_EXIT();
}
