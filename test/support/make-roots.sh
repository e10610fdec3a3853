#!/bin/bash
# Makes root file systems that behave as Docker's official images do, out of Debian's packages: FOLDER/debian.tar
# (debian:*-slim), FOLDER/slim.tar (python:*-slim) and FOLDER/full.tar (python:*, with a compiler and headers).
# Needs root. Usage: make-roots.sh FOLDER
set -euo pipefail
cd "$1"

in_root() { local root=$1; shift; chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@" </dev/null; }

# What Docker's Debian images leave out, and how they keep apt from leaving its downloads behind.
drop_ballast() {
  rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/*.log "$1"/var/log/apt "$1"/var/cache/ldconfig/*
  find "$1/usr/share/doc" -mindepth 1 ! -name copyright ! -type d -delete
  find "$1/usr/share/doc" -mindepth 1 -type d -empty -delete
  rm -rf "$1"/usr/share/{man,locale,info,lintian}/*
}
configure_apt() {
  cat >"$1/etc/dpkg/dpkg.cfg.d/slim" <<'CONF'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/info/*
CONF
  cat >"$1/etc/apt/apt.conf.d/clean" <<'CONF'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
CONF
  # The machine's own way to Debian's packages, where it has one.
  local file
  for file in /etc/apt/apt.conf.d/*proxy* /etc/apt/sources.list.d/debian.sources; do
    if [ -f "$file" ]; then cp "$file" "$1${file}"; fi
  done
  if [ -f "$1/etc/apt/sources.list.d/debian.sources" ]; then rm -f "$1/etc/apt/sources.list"; fi
}
# Containers reach the registries through whatever the machine trusts.
trust_the_machines_certificates() {
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$1/usr/local/share/ca-certificates" {} + 2>/dev/null || true
  in_root "$1" update-ca-certificates
  if [ -f /etc/pip.conf ]; then cp /etc/pip.conf "$1/etc/pip.conf"; fi
}

install() {
  local root=$1
  shift
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  in_root "$root" apt-get update
  in_root "$root" apt-get install -y --no-install-recommends "$@"
  : >"$root/etc/resolv.conf"
}

debootstrap --variant=minbase --include=ca-certificates bookworm debian </dev/null
configure_apt debian
trust_the_machines_certificates debian

cp -a debian slim
install slim libpython3.11 netbase python3 python3-venv python3-wheel tzdata
rm -f slim/usr/lib/python3*/EXTERNALLY-MANAGED
# The official images have their Python in /usr/local, where Debian's would put packages elsewhere (dist-packages) and
# treat --prefix otherwise. A virtual environment there has the official layout.
in_root slim python3 -m venv --system-site-packages /usr/local
rm -f slim/usr/local/bin/{A,a}ctivate*

cp -a slim full
install full build-essential curl git libffi-dev libpq-dev libsqlite3-dev libssl-dev libxml2-dev libxslt1-dev \
  pkg-config procps python3-dev unzip wget zlib1g-dev
# The slim official images have Python's headers too: only the compiler is missing.
mkdir -p slim/usr/include
cp -a full/usr/include/python3* slim/usr/include/
for headers in full/usr/include/*-linux-gnu/python3*; do
  mkdir -p "slim/${headers#full/}"
  cp -a "$headers/." "slim/${headers#full/}/"
done
# So is the name that programs with Python inside are linked by.
for library in slim/usr/lib/*-linux-gnu/libpython3*.so.1.0; do
  ln -s "$(basename "$library")" "${library%.1.0}"
done

for root in debian slim full; do
  drop_ballast "$root"
  tar --numeric-owner -C "$root" -cf "$root.tar" .
  rm -rf "$root"
done
