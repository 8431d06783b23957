#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "log.h"
#include "sanitized.h"

#define OPS_MAX 1024
#define SHOWN 3 /* lines about one call */

/* ---- what is allowed --------------------------------------------------- */

/* By name, so that a call which a platform does not have is just left out: 32-bit
 * ones have others for the time and for large files.  The frequent ones first. */
static const struct {
	unsigned may; /* any of these; 0: all tools */
	const char *names;
} allowed[] = {
	{ 0,
	    "recvmsg recvmmsg recvmmsg_time64 recvfrom recv sendmsg sendmmsg sendto send epoll_wait epoll_pwait epoll_pwait2 "
	    "poll ppoll ppoll_time64 read write readv writev pread64 pwrite64 preadv2 sendfile sendfile64 "
	    "openat openat2 close fstat fstat64 newfstatat fstatat64 statx accept4 accept epoll_ctl shutdown" },
	{ 0,
	    "open stat stat64 lstat lstat64 fstatfs fstatfs64 readlink readlinkat access faccessat faccessat2 getdents getdents64 "
	    "lseek _llseek dup flock chdir fchdir getcwd fadvise64 fadvise64_64 arm_fadvise64_64 readahead sync_file_range "
	    "sync_file_range2 arm_sync_file_range fsync fdatasync ftruncate ftruncate64 inotify_add_watch inotify_rm_watch "
	    "inotify_init1" },
	{ 0,
	    "getsockname getpeername getsockopt setsockopt epoll_create1 epoll_create signalfd4 select _newselect "
	    "pselect6 pselect6_time64" },
	{ 0,
	    "brk munmap mremap madvise futex futex_time64 membarrier getrandom sysinfo uname getpid getppid gettid getuid "
	    "geteuid getgid getegid getuid32 geteuid32 getgid32 getegid32 sched_yield getrlimit ugetrlimit" },
	{ 0,
	    "clock_gettime clock_gettime64 clock_getres clock_getres_time64 gettimeofday time clock_nanosleep "
	    "clock_nanosleep_time64 nanosleep" },
	{ 0,
	    "rt_sigprocmask rt_sigaction rt_sigreturn sigprocmask sigaction sigreturn sigaltstack restart_syscall exit "
	    "exit_group wait4 waitid waitpid" },
	{ SANDBOX_CREATE,
	    "creat rename renameat renameat2 unlink unlinkat mkdir mkdirat rmdir link linkat symlink symlinkat chmod fchmod "
	    "fchmodat utime utimes utimensat utimensat_time64 futimesat umask copy_file_range fallocate" },
	{ SANDBOX_MEMORY_FILES, "memfd_create" },
	{ SANDBOX_DATAGRAM | SANDBOX_STREAM | SANDBOX_PACKET | SANDBOX_NETLINK, "bind" },
	{ SANDBOX_CONNECT, "connect" },
	{ SANDBOX_STREAM, "pipe pipe2 eventfd2" },
	{ SANDBOX_THREADS, "set_robust_list rseq sched_getaffinity set_tid_address rt_sigpending" },
	{ SANDBOX_WORKERS, "kill seccomp set_robust_list rseq set_tid_address prlimit64" },
	/* i386's libc may send all of its socket calls through one, whose families no
	 * filter sees; the user's rights and Landlock remain */
	{ 0, "socketcall" },
};

static const struct {
	const char *name;
	int number;
} platform[] = {
#include "syscalls.inc"
};

const char *
sandbox_names(size_t i)
{
	return i < sizeof(allowed) / sizeof(allowed[0]) ? allowed[i].names : NULL;
}

int
sandbox_number(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(platform) / sizeof(platform[0]); i++)
		if (strlen(platform[i].name) == len && memcmp(platform[i].name, name, len) == 0)
			return platform[i].number;
	return -1;
}

/* ---- the filter -------------------------------------------------------- */

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCH AUDIT_ARCH_I386
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__arm__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH AUDIT_ARCH_PPC64LE
#elif defined(__powerpc64__)
#define ARCH AUDIT_ARCH_PPC64
#elif defined(__s390x__)
#define ARCH AUDIT_ARCH_S390X
#elif defined(__loongarch64) && defined(AUDIT_ARCH_LOONGARCH64)
#define ARCH AUDIT_ARCH_LOONGARCH64
#else
#define ARCH 0 /* no filter */
#endif

/* The low half of an argument: that is all of an int, and of what is checked. */
#define LOW_HALF (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4u : 0u)
#define ARG(i) ((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (i) + LOW_HALF))

#ifdef __s390x__
#define CLONE_ARG 1
#else
#define CLONE_ARG 0
#endif
#define NAMESPACES \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

struct filter {
	struct sock_filter op[OPS_MAX];
	size_t n;
	bool full;
};

static void
put_op(struct filter *f, struct sock_filter op)
{
	if (f->n < OPS_MAX)
		f->op[f->n++] = op;
	else
		f->full = true;
}

static void
put_stmt(struct filter *f, uint16_t code, uint32_t k)
{
	put_op(f, (struct sock_filter){ .code = code, .k = k });
}

/* Passes over `otherwise` operations when the test fails. */
static void
put_jump(struct filter *f, uint16_t code, uint32_t k, unsigned otherwise)
{
	put_op(f, (struct sock_filter){ .code = BPF_JMP | BPF_K | code, .jf = (uint8_t)otherwise, .k = k });
}

static void
put_allow(struct filter *f)
{
	put_stmt(f, BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
}

static void
put_refuse(struct filter *f)
{
	put_stmt(f, BPF_RET | BPF_K, SECCOMP_RET_TRAP);
}

static void
put_load(struct filter *f, uint32_t offset)
{
	put_stmt(f, BPF_LD | BPF_W | BPF_ABS, offset);
}

/* Only what follows, up to put_call_end, applies to the call.  False where there is
 * no such call. */
static bool
put_call(struct filter *f, const char *name, size_t *at)
{
	int number = sandbox_number(name, strlen(name));

	if (number < 0)
		return false;
	*at = f->n < OPS_MAX ? f->n : OPS_MAX - 1;
	put_jump(f, BPF_JEQ, (uint32_t)number, 0);
	return true;
}

/* What no rule has decided is refused; other calls go on behind. */
static void
put_call_end(struct filter *f, size_t at)
{
	put_refuse(f);
	if (f->n - at - 1 > UINT8_MAX)
		f->full = true;
	f->op[at].jf = (uint8_t)(f->n - at - 1);
}

static void
put_names(struct filter *f, const char *names)
{
	while (*names) {
		size_t len = strcspn(names, " ");
		int number = sandbox_number(names, len);

		if (number >= 0) {
			put_jump(f, BPF_JEQ, (uint32_t)number, 1);
			put_allow(f);
		}
		names += len;
		names += strspn(names, " ");
	}
}

/* Allows the call with one of these values as this argument. */
static void
put_only(struct filter *f, const char *name, unsigned arg, const uint32_t *value, size_t n)
{
	size_t at;

	if (!put_call(f, name, &at))
		return;
	put_load(f, ARG(arg));
	for (size_t i = 0; i < n; i++) {
		put_jump(f, BPF_JEQ, value[i], 1);
		put_allow(f);
	}
	put_call_end(f, at);
}

/* Allows the call without any of these bits in this argument. */
static void
put_without(struct filter *f, const char *name, unsigned arg, uint32_t bits)
{
	size_t at;

	if (!put_call(f, name, &at))
		return;
	put_load(f, ARG(arg));
	put_jump(f, BPF_JSET, bits, 1);
	put_refuse(f);
	put_allow(f);
	put_call_end(f, at);
}

/* ---- calls that are allowed with some arguments ------------------------ */

static void
put_sockets(struct filter *f, unsigned may)
{
	static const struct {
		unsigned may; /* 0: the service manager's and the log's */
		uint32_t family, type;
	} known[] = {
		{ 0, AF_UNIX, SOCK_DGRAM },
		{ SANDBOX_DATAGRAM, AF_INET, SOCK_DGRAM },
		{ SANDBOX_DATAGRAM, AF_INET6, SOCK_DGRAM },
		{ SANDBOX_STREAM, AF_INET, SOCK_STREAM },
		{ SANDBOX_STREAM, AF_INET6, SOCK_STREAM },
		{ SANDBOX_STREAM, AF_UNIX, SOCK_STREAM }, /* libc asks nscd for a name */
		{ SANDBOX_PACKET, AF_PACKET, SOCK_RAW },
		{ SANDBOX_PACKET, AF_PACKET, SOCK_DGRAM },
		{ SANDBOX_PACKET, AF_INET, SOCK_RAW },
		{ SANDBOX_NETLINK, AF_NETLINK, SOCK_RAW },
		{ SANDBOX_NETLINK, AF_NETLINK, SOCK_DGRAM },
	};
	size_t at;

	if (put_call(f, "socket", &at)) {
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			if (known[i].may && !(known[i].may & may))
				continue;
			put_load(f, ARG(0));
			put_jump(f, BPF_JEQ, known[i].family, 4);
			put_load(f, ARG(1));
			put_stmt(f, BPF_ALU | BPF_AND | BPF_K, 0xf); /* without SOCK_CLOEXEC */
			put_jump(f, BPF_JEQ, known[i].type, 1);
			put_allow(f);
		}
		put_call_end(f, at);
	}
	if (may & SANDBOX_STREAM)
		put_only(f, "socketpair", 0, (const uint32_t[]){ AF_UNIX }, 1);
}

/* Code comes from files, and only for those who load libraries. */
static void
put_memory(struct filter *f, unsigned may)
{
	static const char *const maps[] = {
#if !defined(__i386__) && !defined(__s390x__)
		"mmap",
#endif
		"mmap2"
	};

#ifdef __s390x__
	put_names(f, "mmap"); /* its arguments lie in memory */
#endif
	put_without(f, "mprotect", 2, PROT_EXEC);
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		size_t at;

		if (!(may & SANDBOX_LIBRARIES)) {
			put_without(f, maps[i], 2, PROT_EXEC);
		} else if (put_call(f, maps[i], &at)) {
			put_load(f, ARG(2));
			put_jump(f, BPF_JSET, PROT_EXEC, 3);
			put_jump(f, BPF_JSET, PROT_WRITE, 1);
			put_refuse(f);
			put_load(f, ARG(3));
			put_jump(f, BPF_JSET, MAP_ANONYMOUS, 1); /* of what was just loaded */
			put_refuse(f);
			put_allow(f);
			put_call_end(f, at);
		}
	}
}

static void
put_processes(struct filter *f, unsigned may)
{
	const uint32_t self[] = { (uint32_t)getpid() };
	static const uint32_t set[] = { PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_GET_SECCOMP, PR_SET_SECCOMP };
	static const uint32_t name[] = { PR_SET_NAME };
	size_t at;

	/* its flags lie in memory; libc goes on with clone */
	if (put_call(f, "clone3", &at)) {
		put_stmt(f, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
		put_call_end(f, at);
	}
	if (may & SANDBOX_WORKERS) {
		put_without(f, "clone", CLONE_ARG, NAMESPACES);
		put_names(f, "fork");
		put_only(f, "prctl", 0, set, sizeof(set) / sizeof(set[0]));
	} else if (may & SANDBOX_THREADS && put_call(f, "clone", &at)) {
		put_load(f, ARG(CLONE_ARG));
		put_jump(f, BPF_JSET, NAMESPACES, 1);
		put_refuse(f);
		put_jump(f, BPF_JSET, CLONE_THREAD, 1);
		put_allow(f);
		put_call_end(f, at);
	}
	if (!(may & SANDBOX_WORKERS)) {
		put_only(f, "kill", 0, self, 1);
		put_only(f, "tgkill", 0, self, 1); /* abort(3) */
		put_only(f, "prctl", 0, name, may & SANDBOX_THREADS ? 1 : 0);
		put_only(f, "prlimit64", 0, (const uint32_t[]){ 0 }, 1);
	}
}

/* A signal can be sent by way of a descriptor, and a terminal can be typed to. */
static void
put_descriptors(struct filter *f, unsigned may)
{
	static const char *const fcntls[] = { "fcntl", "fcntl64" };
	static const uint32_t owner[] = { F_SETOWN, F_SETOWN_EX, F_SETSIG };
	static const uint32_t request[] = { TCGETS, TIOCGWINSZ, FIONREAD, SIOCOUTQ, SIOCGIFINDEX, SIOCGIFFLAGS,
		SIOCGIFMTU, SIOCGIFHWADDR, SIOCGIFADDR, SIOCGIFNAME, SIOCGSTAMP, FICLONE,
		/* for SANDBOX_INTERFACES */
		SIOCSIFADDR, SIOCSIFNETMASK, SIOCADDRT, SIOCDIFADDR };
	const size_t requests = sizeof(request) / sizeof(request[0]) - (may & SANDBOX_INTERFACES ? 0 : 4);
	size_t at;

	for (size_t i = 0; i < 2; i++) {
		if (!put_call(f, fcntls[i], &at))
			continue;
		put_load(f, ARG(1));
		for (size_t k = 0; k < sizeof(owner) / sizeof(owner[0]); k++) {
			put_jump(f, BPF_JEQ, owner[k], 1);
			put_refuse(f);
		}
		put_allow(f);
		put_call_end(f, at);
	}
	put_only(f, "ioctl", 1, request, requests);
}

static void
make_filter(struct filter *f, unsigned may)
{
	put_load(f, offsetof(struct seccomp_data, arch));
	put_op(f, (struct sock_filter){ .code = BPF_JMP | BPF_JEQ | BPF_K, .jt = 1, .k = ARCH });
	put_refuse(f);
	put_load(f, offsetof(struct seccomp_data, nr));
	/* Kernels from 5.11 on know by heart what is allowed whatever its arguments
	 * are; with the others the order matters. */
	put_names(f, allowed[0].names);
	put_sockets(f, may);
	put_memory(f, may);
	put_descriptors(f, may);
	put_processes(f, may);
	for (size_t i = 1; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (!allowed[i].may || allowed[i].may & may)
			put_names(f, allowed[i].names);
	put_refuse(f);
}

/* ---- what is refused --------------------------------------------------- */

/* The result of the call that was not made; false where we do not know how. */
static bool
set_result(void *context, int result)
{
	ucontext_t *u = context;

#if defined(__x86_64__)
	u->uc_mcontext.gregs[REG_RAX] = result;
#elif defined(__i386__)
	u->uc_mcontext.gregs[REG_EAX] = result;
#elif defined(__aarch64__)
	u->uc_mcontext.regs[0] = (unsigned long long)(long long)result;
#elif defined(__arm__)
	u->uc_mcontext.arm_r0 = (unsigned long)result;
#elif defined(__riscv)
	u->uc_mcontext.__gregs[10] = (unsigned long)result;
#else
	(void)u;
	(void)result;
	return false;
#endif
	return true;
}

/* May interrupt anything, malloc too: nothing is called that is not
 * async-signal-safe, and errno is the call's. */
static void
sandbox_refuse(int signal, siginfo_t *info, void *context)
{
	static volatile unsigned char shown[512];
	int number = info->si_syscall;
	volatile unsigned char *times = &shown[(unsigned)number % sizeof(shown)];
	const char *name = "of another architecture";
	int saved = errno;

	(void)signal;
	for (size_t i = 0; i < sizeof(platform) / sizeof(platform[0]); i++)
		if (platform[i].number == number && info->si_arch == ARCH)
			name = platform[i].name;
	if (*times < SHOWN) {
		(*times)++;
		log_refused(name, number);
	}
	if (!set_result(context, -EPERM))
		_exit(EXIT_SYSTEM);
	errno = saved;
}

static int
catch_refused(void)
{
	struct sigaction sa = { .sa_sigaction = sandbox_refuse, .sa_flags = SA_SIGINFO | SA_NODEFER };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGSYS);
	return sigaction(SIGSYS, &sa, NULL) < 0 || sigprocmask(SIG_UNBLOCK, &set, NULL) < 0 ? -1 : 0;
}

/* ---- entering ---------------------------------------------------------- */

static const char *
why_off(void)
{
	const char *preload = getenv("LD_PRELOAD");

	if (SANITIZED)
		return "this build has a sanitizer in it";
	if (preload && strstr(preload, "vgpreload"))
		return "valgrind runs it";
	if (ARCH == 0)
		return "the system calls of this processor are not known";
	return NULL;
}

/* Without SPEC_ALLOW, kernels before 5.16 make the whole process slower against
 * leaks between sandboxes, of which there is one here.  Where seccomp(2) itself is
 * filtered (an outer sandbox), prctl(2) may not be. */
static int
install(const struct sock_fprog *program)
{
#ifdef SYS_seccomp
#ifdef SECCOMP_FILTER_FLAG_SPEC_ALLOW
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, program) == 0)
		return 0;
#endif
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0)
		return 0;
#endif
	return prctl(PR_SET_SECCOMP, (unsigned long)SECCOMP_MODE_FILTER, program, 0L, 0L);
}

int
sandbox_enter(unsigned may, const char **off, char error[SANDBOX_ERROR])
{
	struct filter *f;
	struct sock_fprog program;
	int rc;

	*off = why_off();
	if (*off)
		return 0;
	f = calloc(1, sizeof(*f));
	if (f)
		make_filter(f, may);
	if (!f || f->full) {
		snprintf(error, SANDBOX_ERROR, "cannot filter system calls: out of memory");
		free(f);
		return -1;
	}
	program = (struct sock_fprog){ .len = (unsigned short)f->n, .filter = f->op };
	rc = prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0 || catch_refused() < 0 ? -1 : 0;
	if (rc == 0 && install(&program) < 0) {
		if (errno == EINVAL || errno == ENOSYS || errno == EPERM)
			*off = "this kernel has no filter for system calls, or gives none";
		else
			rc = -1;
	}
	if (rc < 0)
		snprintf(error, SANDBOX_ERROR, "cannot filter system calls: %s", strerror(errno));
	free(f);
	return rc;
}

void
sandbox_or_die(unsigned may)
{
	char error[SANDBOX_ERROR];
	const char *off;

	if (sandbox_enter(may, &off, error) < 0)
		die(EXIT_SYSTEM, "%s", error);
	if (off)
		log_info("system calls are not filtered: %s", off);
}
