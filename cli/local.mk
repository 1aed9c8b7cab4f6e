# SPDX-License-Identifier: GPL-2.0-or-later
bin_PROGRAMS += cli/ipvlanctl
noinst_LTLIBRARIES += cli/libcli.la

# All but main(): the tests link it too.
cli_libcli_la_SOURCES = %D%/advise.c %D%/advise.h %D%/cmd-addr.c %D%/cmd-advise.c %D%/cmd-diagram.c %D%/cmd-link.c \
	%D%/cmd-link-show.c %D%/cmd-netns.c %D%/cmd-port.c %D%/cmd-route.c %D%/cmd-show.c %D%/command.c \
	%D%/command.h %D%/complete.c %D%/diagram.c %D%/diagram.h %D%/document.c %D%/document.h %D%/grid.c \
	%D%/grid.h %D%/help.c %D%/help.h %D%/lex.c %D%/lex.h %D%/message.c %D%/message.h %D%/options.c \
	%D%/options.h %D%/output.c %D%/output.h %D%/parse.c %D%/parse.h %D%/ports.c %D%/ports.h %D%/print-link.c \
	%D%/print-link.h %D%/session.c %D%/session.h %D%/table.c %D%/text.c %D%/text.h %D%/values.c %D%/values.h \
	%D%/version.c
cli_libcli_la_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE $(JANSSON_CFLAGS)
cli_libcli_la_LIBADD = libipvlan/libipvlan.la $(JANSSON_LIBS)

cli_ipvlanctl_SOURCES = %D%/main.c
cli_ipvlanctl_LDADD = cli/libcli.la
# Libraries that are not needed are not loaded, functions that are not called are not looked up.
cli_ipvlanctl_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed -Wl,-O1

bashcompletiondir = $(BASH_COMPLETION_DIR)
dist_bashcompletion_DATA = %D%/completion/ipvlanctl.bash
