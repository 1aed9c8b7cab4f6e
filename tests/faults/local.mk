# SPDX-License-Identifier: GPL-2.0-or-later
# Calls that fail: here, as far as a kernel without ipvlan goes, and in a guest the whole of it.
if HAVE_CHECK
check_PROGRAMS += tests/faults/test-faults
TESTS += tests/faults/test-faults
tests_faults_test_faults_SOURCES = %D%/test-faults.c %D%/fault.c %D%/fault.h %D%/use.c %D%/use.h \
	%D%/use-out.h %D%/use-parts.c %D%/use-parts.h %D%/use-slaves.c %D%/use-slaves.h
tests_faults_test_faults_CPPFLAGS = $(unit_CPPFLAGS)
tests_faults_test_faults_LDADD = $(unit_LDADD)
tests_faults_test_faults_LDFLAGS = $(AM_LDFLAGS) -no-install \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=access,--wrap=bind \
	-Wl,--wrap=close,--wrap=closedir,--wrap=execvp,--wrap=fclose,--wrap=fgets,--wrap=__isoc99_fscanf,--wrap=munmap,--wrap=nanosleep \
	-Wl,--wrap=uname \
	-Wl,--wrap=epoll_create1,--wrap=epoll_ctl,--wrap=epoll_wait,--wrap=eventfd,--wrap=fcntl,--wrap=flock \
	-Wl,--wrap=fopen,--wrap=fork,--wrap=fstat,--wrap=fstatat,--wrap=fstatfs,--wrap=getrandom,--wrap=ioctl \
	-Wl,--wrap=getline,--wrap=__getdelim \
	-Wl,--wrap=lstat,--wrap=mkdir,--wrap=mmap,--wrap=mount,--wrap=mprotect,--wrap=open \
	-Wl,--wrap=opendir,--wrap=pipe2,--wrap=poll \
	-Wl,--wrap=pthread_create,--wrap=read,--wrap=readdir,--wrap=readlinkat,--wrap=recvmsg,--wrap=send \
	-Wl,--wrap=setns,--wrap=setsockopt,--wrap=socket,--wrap=stat,--wrap=statvfs,--wrap=statx,--wrap=syscall \
	-Wl,--wrap=timerfd_create,--wrap=timerfd_settime,--wrap=umount2,--wrap=unlink,--wrap=unshare \
	-Wl,--wrap=waitpid,--wrap=write
TESTS += %D%/faults.lab %D%/public.test
endif
# The linker makes no shared object of what is not to be installed anywhere, unless it is told where.
check_LTLIBRARIES += tests/faults/lack.la
tests_faults_lack_la_SOURCES = %D%/lack.c
tests_faults_lack_la_LDFLAGS = $(AM_LDFLAGS) -module -shared -avoid-version -rpath /nowhere
check_LTLIBRARIES += tests/faults/refused.la
tests_faults_refused_la_SOURCES = %D%/refused.c %D%/refusing.h
tests_faults_refused_la_LDFLAGS = $(AM_LDFLAGS) -module -shared -avoid-version -rpath /nowhere
check_PROGRAMS += tests/faults/test-commands
tests_faults_test_commands_SOURCES = %D%/test-commands.c %D%/commands.c %D%/commands.h %D%/machine-state.c \
	%D%/machine-state.h %D%/refusing.c %D%/refusing.h
tests_faults_test_commands_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS)
tests_faults_test_commands_LDFLAGS = $(AM_LDFLAGS) -no-install
tests_faults_test_commands_LDADD = $(MNL_LIBS)
if BUILD_NL3
check_PROGRAMS += tests/faults/use-nl3
tests_faults_use_nl3_SOURCES = %D%/use-nl3.c
tests_faults_use_nl3_CFLAGS = $(AM_CFLAGS) $(LIBNL_CFLAGS)
tests_faults_use_nl3_LDFLAGS = $(AM_LDFLAGS) -no-install
tests_faults_use_nl3_LDADD = libipvlan/nl3/libipvlan-nl3.la libipvlan/libipvlan.la $(LIBNL_LIBS)
endif
TESTS += %D%/command.lab %D%/commands.lab %D%/commands.test
TESTS += %D%/edges.test %D%/hostile.test %D%/imports.test
EXTRA_DIST += %D%/command.lab %D%/commands.lab %D%/commands.test %D%/edges.test %D%/hostile.test %D%/imports %D%/imports.test %D%/faults.lab %D%/public.test
