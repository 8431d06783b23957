/* Descriptors that we were started with. */
#ifndef FDS_H
#define FDS_H

/* First of all in main: of 0, 1 and 2, those that are closed become /dev/null, in
 * the wrong direction, so that reading and writing still fail; otherwise the first
 * file or socket would take the place, and get what is printed. */
void fds_standard(void);

/* Closes what whoever started us left open: above 2, whatever is not
 * close-on-exec, which ours all are.  Sockets of LISTEN_FDS stay, and are
 * close-on-exec from now on.  What the command line names as /dev/fd/N is to be
 * opened before, or kept. */
void fds_forget_inherited(void);

/* Keeps the descriptor that such a name means, /dev/fd/N or /proc/self/fd/N. */
void fds_keep_named(const char *path);

/* Closes all above 2 but `fd`, for a child that goes on by itself. */
void fds_keep_only(int fd);

#endif
