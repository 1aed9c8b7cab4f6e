# SPDX-License-Identifier: GPL-2.0-or-later
bin_PROGRAMS += cli/ipvlanctl
noinst_LTLIBRARIES += cli/libcli.la

# Topology files, and what is done with them.
topology_sources = %D%/carry-out.c %D%/carry-out.h %D%/cmd-export.c %D%/cmd-topology.c %D%/print-plan.c %D%/print-plan.h %D%/range.c %D%/range.h \
	%D%/topology-file.c %D%/topology-file.h %D%/topology-files.c %D%/topology-files.h %D%/yaml-reader.c \
	%D%/yaml-reader.h

# All but main(): the tests link it too.
cli_libcli_la_SOURCES = $(topology_sources) \
	%D%/advise.c \
	%D%/arena.c \
	%D%/batch.c \
	%D%/choice.c \
	%D%/cmd-addr.c \
	%D%/cmd-advise.c \
	%D%/cmd-diagram.c \
	%D%/cmd-dhcp-id.c \
	%D%/cmd-doctor.c \
	%D%/cmd-host-access.c \
	%D%/cmd-link-show.c \
	%D%/cmd-link.c \
	%D%/cmd-monitor.c \
	%D%/cmd-netns.c \
	%D%/cmd-port.c \
	%D%/cmd-route.c \
	%D%/cmd-show.c \
	%D%/cmd-top.c \
	%D%/command.c \
	%D%/complete.c \
	%D%/dhcp-id.c \
	%D%/diagram.c \
	%D%/document.c \
	%D%/editor.c \
	%D%/execute.c \
	%D%/files.c \
	%D%/grid.c \
	%D%/help.c \
	%D%/here.c \
	%D%/history.c \
	%D%/interrupt.c \
	%D%/lex.c \
	%D%/lines.c \
	%D%/message.c \
	%D%/options.c \
	%D%/output.c \
	%D%/pager.c \
	%D%/parse.c \
	%D%/picture.c \
	%D%/picture-dot.c \
	%D%/picture-svg.c \
	%D%/picture-tree.c \
	%D%/ports.c \
	%D%/print-link.c \
	%D%/progress.c \
	%D%/rates.c \
	%D%/screen.c \
	%D%/session.c \
	%D%/shortage.c \
	%D%/transaction.c \
	%D%/shell.c \
	%D%/table.c \
	%D%/text.c \
	%D%/values.c \
	%D%/version.c \
	%D%/write-link.c \
	%D%/write-link.h \
	%D%/writer.c \
	%D%/writer.h \
	%D%/advise.h \
	%D%/arena.h \
	%D%/batch.h \
	%D%/choice.h \
	%D%/command.h \
	%D%/complete.h \
	%D%/dhcp-id.h \
	%D%/diagram.h \
	%D%/document.h \
	%D%/editor.h \
	%D%/execute.h \
	%D%/files.h \
	%D%/grid.h \
	%D%/help.h \
	%D%/here.h \
	%D%/history.h \
	%D%/interrupt.h \
	%D%/lex.h \
	%D%/lines.h \
	%D%/message.h \
	%D%/options.h \
	%D%/output.h \
	%D%/pager.h \
	%D%/parse.h \
	%D%/picture.h \
	%D%/ports.h \
	%D%/print-link.h \
	%D%/progress.h \
	%D%/rates.h \
	%D%/screen.h \
	%D%/session.h \
	%D%/shortage.h \
	%D%/text.h \
	%D%/transaction.h \
	%D%/values.h
cli_libcli_la_CPPFLAGS = $(AM_CPPFLAGS) -DPKGLIBDIR='"$(pkglibdir)"' $(JANSSON_CFLAGS) \
	$(YAML_CFLAGS)
cli_libcli_la_LIBADD = libipvlan/libipvlan.la $(JANSSON_LIBS) $(YAML_LIBS)

cli_ipvlanctl_SOURCES = %D%/main.c
cli_ipvlanctl_LDADD = cli/libcli.la
# Libraries that are not needed are not loaded, functions that are not called are not looked up.
cli_ipvlanctl_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed -Wl,-O1

# What needs readline, for the shell alone: a module, so that no other command loads it.
if HAVE_READLINE
pkglib_LTLIBRARIES += cli/shell-readline.la
cli_shell_readline_la_SOURCES = %D%/shell-readline.c %D%/editor.h
cli_shell_readline_la_CPPFLAGS = $(AM_CPPFLAGS)
cli_shell_readline_la_CFLAGS = $(AM_CFLAGS) $(READLINE_CFLAGS)
cli_shell_readline_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -export-symbols-regex '^ipvlanctl_editor$$'
cli_shell_readline_la_LIBADD = $(READLINE_LIBS)
endif

ipvlandatadir = $(datadir)/ipvlan
dist_ipvlandata_DATA = %D%/ipvlan-topology.schema.json

bashcompletiondir = $(BASH_COMPLETION_DIR)
dist_bashcompletion_DATA = %D%/completion/ipvlanctl.bash
