# Thin names for the scripts that do the work; each script answers --help.

PREFIX ?= /usr/local
DESTDIR ?=

release = .build/release/kctl
bindir = $(DESTDIR)$(PREFIX)/bin
datadir = $(DESTDIR)$(PREFIX)/share

.PHONY: build check test bench release deb install uninstall generate format sanitize fuzz clean
.NOTPARALLEL:

build:
	swift build

check:
	scripts/checks/all

test:
	scripts/test

bench:
	scripts/bench

release: $(release)

# Built only when a source is newer, so that root, who may have no Swift, can install what is there.
$(release): Package.swift $(shell find Sources -type f)
	scripts/build-release
	touch $@

# Stripped: less than half the size, and no debugger's business once it is installed.
install: $(release)
	install -D -s -m 755 $(release) $(bindir)/kctl
	install -d $(datadir)/man/man1
	install -m 644 man/*.1 $(datadir)/man/man1
	install -D -m 644 completions/kctl.bash $(datadir)/bash-completion/completions/kctl
	install -D -m 644 completions/_kctl $(datadir)/zsh/site-functions/_kctl
	install -D -m 644 completions/kctl.fish $(datadir)/fish/vendor_completions.d/kctl.fish

deb: $(release)
	scripts/package

uninstall:
	rm -f $(bindir)/kctl
	rm -f $(datadir)/man/man1/kctl.1 $(datadir)/man/man1/kctl-*.1
	rm -f $(datadir)/bash-completion/completions/kctl
	rm -f $(datadir)/zsh/site-functions/_kctl
	rm -f $(datadir)/fish/vendor_completions.d/kctl.fish

generate:
	swift build --product kctl
	scripts/generate

format:
	swift format format --in-place --recursive --parallel Package.swift Sources Tests Fuzz

sanitize:
	scripts/checks/sanitize

fuzz:
	Fuzz/run all

clean:
	rm -rf .build .build-thread .build-address .build-fuzz
