# One flat Makefile for the suite: GNU make, no configure step.
#   make            the five tools, as TOOL/TOOL
#   make check      every test (check-long: the slow ones too); make run: the demo (see README.md)
#   make html       the manual as a site, in build/html
#   make OUT=dir SAN=1   another build beside the first (tests use build/asan)
VERSION = 0.1.0
PREFIX  ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share/pxe-tools
DOCDIR  ?= $(PREFIX)/share/doc/pxe-tools
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR  ?= $(PREFIX)/share/zsh/site-functions
FIREWALLDIR ?= $(PREFIX)/lib/firewalld/services
# Settings: what is there already is left as it is.
CONFDIR ?= /etc

TOOLS   = dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot isoextract pxeprobe
DAEMONS = dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot
BENCHES = bench-dhcp bench-dhcp6 bench-tftp bench-http bench-iso bench-storm bench-tls bench-hosts

# What each tool links beyond libc: here, and nowhere else.
LIBS_isoextract = -lnettle -lz -pthread -ldl
LIBS_pxeprobe   = -lpcap -lcurl -pthread
# What it loads when it needs it.
LOADS_isoextract = -larchive -lcurl
# What their compilation needs of those, and where it comes from.
NEEDS_isoextract = archive.h:libarchive curl/curl.h:libcurl nettle/sha2.h:nettle zlib.h:zlib
NEEDS_pxeprobe   = pcap/pcap.h:libpcap curl/curl.h:libcurl
# Machines without a compare-and-swap of 64 bits have it in a library of the compiler.
LIBS_httpd-boot = $(if $(filter arm%-gnueabi mips-% mipsel-% powerpc-% m68k-% sh4-%,$(shell $(CC) -dumpmachine)),-latomic)

# ---- flags -----------------------------------------------------------------
CFLAGS  ?= -O2 -g
WARN    = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
          -Wcast-align -Wpointer-arith -Wwrite-strings -Wvla -Wformat=2
HARDEN  = -fstack-protector-strong -fstack-clash-protection -fPIE
HARDLD  = -pie -Wl,-z,relro,-z,now,-z,noexecstack
FORTIFY = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
ifdef SAN
HARDEN  = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
HARDLD  = -fsanitize=address,undefined
FORTIFY =
endif
cppflags = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DVERSION='"$(VERSION)"' -DPROFILE_DIR='"$(DATADIR)/profiles"' -Ilib -I$(OBJ)/lib $(FORTIFY) $(CPPFLAGS)
cflags   = -std=gnu17 $(WARN) $(HARDEN) $(CFLAGS)
COMPILE  = $(CC) $(cppflags) -I$(firstword $(subst /, ,$<)) -I$(OBJ)/$(firstword $(subst /, ,$<)) $(cflags) -MMD -MP -c -o $@ $<
LINK     = $(CC) $(cflags) $(HARDLD) $(LDFLAGS)
# make V=1 shows whole command lines.
V ?= 0
say      = $(if $(filter 0,$V),@echo '  $1 $(or $2,$@)';)

# ---- where things are built ------------------------------------------------
OUT   ?= .
OBJ   := $(if $(filter .,$(OUT)),build/obj,$(OUT)/obj)
BIN   := $(if $(filter .,$(OUT)),,$(OUT)/)
objs   = $(patsubst %.c,$(OBJ)/%.o,$(wildcard $1/*.c $1/*/*.c))
parts  = $(filter-out %/main.o,$(call objs,$1))

all: $(foreach t,$(TOOLS),$(BIN)$t/$t)

# What machines are called: one table, for C and for the shell.
$(OBJ)/lib/machines.inc: lib/machines.awk lib/machines.facts
	@mkdir -p $(@D)
	$(call say,GEN )awk -f $^ > $@

$(OBJ)/lib/machine.o: $(OBJ)/lib/machines.inc

# The system calls of the platform that is built for, by name.
$(OBJ)/lib/syscalls.inc: Makefile
	@mkdir -p $(@D)
	$(call say,GEN )echo '#include <sys/syscall.h>' | $(CC) $(CPPFLAGS) $(CFLAGS) -E -dM - | \
	  sed -n 's/^#define SYS_\([a-z0-9_]*\) .*/{ "\1", SYS_\1 },/p' | LC_ALL=C sort > $@

$(OBJ)/lib/sandbox.o: $(OBJ)/lib/syscalls.inc

# What a tool loads when it needs it, under the names that linking would have found;
# debian/rules asks this program, too.
$(OBJ)/isoextract/loads: packaging/loads.c isoextract/libarchive.h isoextract/libcurl.h Makefile
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) -Iisoextract $(CFLAGS) $(LDFLAGS) -o $@ $< $(LOADS_isoextract)

$(OBJ)/isoextract/sonames.h: $(OBJ)/isoextract/loads
	$(call say,GEN )readelf -d $< | sed -n 's/.*(NEEDED).*\[\(lib\(archive\|curl\)[^]]*\)\].*/#define SONAME_\2 "\1"/p' > $@

$(OBJ)/isoextract/archivereader.o $(OBJ)/isoextract/transfer.o: $(OBJ)/isoextract/sonames.h

$(OBJ)/libnetboot.a: $(call objs,lib)
	$(call say,AR  )rm -f $@ && $(AR) rcs $@ $^

# Everything of a tool but its main.c, for its tests to link.
define TOOL_RULES
$(BIN)$1/$1: $(call objs,$1) $(OBJ)/libnetboot.a
	@mkdir -p $$(@D)
	$$(call say,LINK)$$(LINK) -o $$@ $$^ $$(LIBS_$1)
endef
$(foreach t,$(TOOLS),$(eval $(call TOOL_RULES,$t)))

# A sentence instead of the compiler's, and once.
define NEEDS_RULES
$(call objs,$1): | $(OBJ)/$1/needs
$(OBJ)/$1/needs: Makefile
	@mkdir -p $$(@D)
	@for need in $(NEEDS_$1); do \
	  echo "#include <$$$${need%:*}>" | $$(CC) $$(cppflags) $$(CFLAGS) -E - >$$@.out 2>&1 || { \
	    echo "$1 needs $$$${need#*:} with its header <$$$${need%:*}>, which $$(CC) does not find;" \
	      "README.md, \"Install\", names the packages" >&2; exit 1; }; done
	@touch $$@
endef
$(foreach t,$(TOOLS),$(if $(NEEDS_$t),$(eval $(call NEEDS_RULES,$t))))

$(OBJ)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  ,$<)$(COMPILE)

# ---- unit tests and fuzzers: tests/{unit,fuzz}/AREA/*.c, AREA a tool or lib --
unit_src  := $(wildcard $(patsubst %,tests/unit/%/t_*.c,lib $(TOOLS)))
fuzz_src  := $(wildcard tests/fuzz/*/f_*.c)
unit_bins := $(patsubst tests/%.c,$(OBJ)/tests/%,$(unit_src))
fuzz_bins := $(patsubst tests/%.c,$(OBJ)/tests/%,$(fuzz_src))

test_area = $(notdir $(patsubst %/,%,$(dir $1)))
# $1 target, $2 source, $3 more sources
define TEST_RULE
$1: $2 $3 $(call parts,$(call test_area,$2)) $(OBJ)/libnetboot.a Makefile
	@mkdir -p $$(@D)
	$$(call say,TEST)$$(CC) $$(cppflags) -Itests/unit -I$(call test_area,$2) $$(cflags) $$(HARDLD) $$(LDFLAGS) -MMD -MP -MF $1.d -o $1 \
	  $2 $3 $(filter-out $(call objs,lib),$(call parts,$(call test_area,$2))) $(OBJ)/libnetboot.a $$(LIBS_$(call test_area,$2))
endef
$(foreach s,$(unit_src),$(eval $(call TEST_RULE,$(OBJ)/$(s:.c=),$s,)))
$(foreach s,$(fuzz_src),$(eval $(call TEST_RULE,$(OBJ)/$(s:.c=),$s,tests/fuzz/replay.c)))

# Load generators of the benchmarks: tests/bench/AREA/*.c, one program each; what
# those of an area share lies in tests/bench/AREA/lib.
bench_src  := $(wildcard tests/bench/*/*.c)
bench_bins := $(patsubst tests/%.c,$(OBJ)/tests/%,$(bench_src))
$(foreach s,$(bench_src),$(eval $(call TEST_RULE,$(OBJ)/$(s:.c=),$s,$(wildcard $(dir $s)lib/*.c))))

unit: $(unit_bins)
bench-bins: $(bench_bins)
fuzz-replay: $(fuzz_bins)

# libFuzzer, T seconds a fuzzer: make fuzz T=60 [F=tests/fuzz/lib/f_dhcp.c]
T ?= 60
F ?= $(fuzz_src)
fuzz:
	tests/fuzz/run $(T) $(F)

# ---- what people call ------------------------------------------------------
check: deps-check
	tests/check

lint:
	tests/lint/run

# Lines that the tests run, per module and tool.
coverage: deps-coverage
	tests/coverage

tools:
	@echo $(TOOLS)

# Slow tests: soaks, whole systems booted, hundreds of crashes.
check-long: deps-long
	tests/check lint unit e2e firmware long

# Us and the peers in the same run: all of them, or bench-tftp and so on.
bench: $(BENCHES)
$(BENCHES): bench-%: deps-bench all $(bench_bins)
	tests/peers bench
	tests/bench/$*

# On a real network: make run IFACE=eth1 ISO="a.iso b.iso"
run: deps-run
	$(MAKE) -s -j $$(nproc) all
	compose/pxe-up $(if $(IFACE),-i $(IFACE),-d) $(ISO)

# Debian packages that are missing; a call that finds all of them is quick.
deps: deps-check deps-run
deps-build deps-run deps-check deps-coverage deps-bench deps-long: deps-%:
	@compose/deps $*

# What files name that depends on where they are installed.
installed = s|@SBINDIR@|$(SBINDIR)|g; s|/usr/local/share/pxe-tools|$(DATADIR)|g; s|/usr/local/share/doc/pxe-tools|$(DOCDIR)|g

# Settings, and for one of them ($$f) where it goes.
settings = compose/default/* compose/logrotate/* compose/apparmor/*
setting  = $(CONFDIR)/$$(case $$f in *default/*) echo default ;; *logrotate/*) echo logrotate.d ;; *) echo apparmor.d ;; esac)/$${f\#\#*/}

install: all
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(DATADIR)/profiles $(DESTDIR)$(UNITDIR)
	for t in $(DAEMONS); do install -m755 $$t/$$t $(DESTDIR)$(SBINDIR) || exit 1; done
	install -m755 isoextract/isoextract pxeprobe/pxeprobe $(DESTDIR)$(BINDIR)
	for t in pxe-menu pxe-import pxe-ca; do sed 's|@VERSION@|$(VERSION)|' compose/$$t > $(DESTDIR)$(BINDIR)/$$t || exit 1; chmod 755 $(DESTDIR)$(BINDIR)/$$t; done
	for t in pxe-up pxe-image pxe-machine pxe-status; do install -m755 compose/$$t $(DESTDIR)$(SBINDIR) || exit 1; done
	install -m644 compose/lib/* lib/machines.facts $(DESTDIR)$(DATADIR)
	for d in compose/answers/*/; do install -d $(DESTDIR)$(DATADIR)/answers/$$(basename $$d) && install -m644 $$d* $(DESTDIR)$(DATADIR)/answers/$$(basename $$d) || exit 1; done
	sed 's|@VERSION@|$(VERSION)|' compose/lib/base.sh > $(DESTDIR)$(DATADIR)/base.sh
	install -m644 isoextract/profiles/* $(DESTDIR)$(DATADIR)/profiles
	for m in man/*.[1578]; do to=$(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; \
	  install -d $${to%/*} && sed '$(installed)' $$m > $$to && chmod 644 $$to || exit 1; done
	install -d $(DESTDIR)$(DOCDIR)/examples/xinetd $(DESTDIR)$(DOCDIR)/examples/tls
	install -m644 compose/examples/* compose/firewall/pxe-tools.nft $(DESTDIR)$(DOCDIR)/examples
	install -m644 compose/xinetd/* $(DESTDIR)$(DOCDIR)/examples/xinetd
	install -m644 compose/tls/* $(DESTDIR)$(DOCDIR)/examples/tls
	install -d $(DESTDIR)$(DOCDIR)/examples/many/metrics
	for f in compose/many/*.* compose/many/metrics/*; do install -m644 $$f $(DESTDIR)$(DOCDIR)/examples/$${f#compose/} || exit 1; done
	for f in lab pxe-health site-sync; do install -m755 compose/many/$$f $(DESTDIR)$(DOCDIR)/examples/many || exit 1; done
	for u in compose/systemd/*; do sed '$(installed)' $$u > $(DESTDIR)$(UNITDIR)/$${u##*/} || exit 1; done
	install -d $(DESTDIR)$(SYSUSERSDIR) $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(CONFDIR)/dhcpd-pxe
	install -m644 compose/sysusers/* $(DESTDIR)$(SYSUSERSDIR)
	install -Dm644 compose/firewall/pxe-tools.xml $(DESTDIR)$(FIREWALLDIR)/pxe-tools.xml
	for t in $(TOOLS) pxe-up pxe-image pxe-machine pxe-status pxe-menu pxe-import pxe-ca; do \
	  install -m644 compose/completions/pxe-tools.bash $(DESTDIR)$(BASHDIR)/$$t && \
	  sed "1s/.*/#compdef $$t/" compose/completions/pxe-tools.zsh > $(DESTDIR)$(ZSHDIR)/_$$t || exit 1; done
	for f in $(settings); do to=$(DESTDIR)$(setting); [ -e $$to ] || install -Dm644 $$f $$to || exit 1; done

uninstall:
	for t in $(DAEMONS) pxe-up pxe-image pxe-machine pxe-status; do rm -f $(DESTDIR)$(SBINDIR)/$$t; done
	for t in isoextract pxeprobe pxe-menu pxe-import pxe-ca; do rm -f $(DESTDIR)$(BINDIR)/$$t; done
	for m in man/*.[1578]; do rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	for u in compose/systemd/*; do rm -f $(DESTDIR)$(UNITDIR)/$${u##*/}; done
	for u in compose/sysusers/*; do rm -f $(DESTDIR)$(SYSUSERSDIR)/$${u##*/}; done
	for t in $(TOOLS) pxe-up pxe-image pxe-machine pxe-status pxe-menu pxe-import pxe-ca; do rm -f $(DESTDIR)$(BASHDIR)/$$t $(DESTDIR)$(ZSHDIR)/_$$t; done
	rm -f $(DESTDIR)$(FIREWALLDIR)/pxe-tools.xml
	rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(DOCDIR)/examples
	for f in $(settings); do to=$(DESTDIR)$(setting); [ ! -e $$to ] || { cmp -s $$f $$to && rm -f $$to; } || echo "$$to stays: it was changed" >&2; done
	rmdir $(DESTDIR)$(DOCDIR) $(DESTDIR)$(CONFDIR)/dhcpd-pxe 2>/dev/null || true

# The manual as a site of plain files, which httpd-boot can serve.
html:
	man/site build/html
	@echo "build/html/index.html"

dist:
	mkdir -p build
	git archive --prefix=pxe-tools-$(VERSION)/ -o build/pxe-tools-$(VERSION).tar.gz HEAD

clean:
	rm -rf build $(foreach t,$(TOOLS),$t/$t)

.PHONY: all unit fuzz-replay fuzz check check-long coverage tools lint bench bench-bins $(BENCHES) run deps deps-build deps-run deps-check \
        deps-coverage deps-bench deps-long install uninstall html dist clean
-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
