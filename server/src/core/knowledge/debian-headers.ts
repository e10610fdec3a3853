import type { DebianRelease } from './build-packages';

/** What a Debian package of headers leaves in an image, and what a program built with it needs when it runs. */
export interface HeaderPackage {
  /** Bytes that it adds to a `python:3-slim` image over those of the runtime libraries (bookworm, amd64). */
  readonly bytes: number;
  /** The runtime libraries, separated by a space; one string where every release calls them the same. */
  readonly libraries: string | Readonly<Partial<Record<DebianRelease, string>>>;
}

/**
 * Taken from the package indexes of Debian (main, amd64): `Depends` of each package for the libraries,
 * `Installed-Size` of all that it pulls in for the bytes.
 * Source: https://packages.debian.org/
 */
export const DEBIAN_HEADERS: Readonly<Record<string, HeaderPackage>> = {
  'default-libmysqlclient-dev': { bytes: 14900000, libraries: 'libmariadb3' },
  'freetds-dev': { bytes: 2000000, libraries: 'libct4 libsybdb5' },
  'libasound2-dev': {
    bytes: 700000,
    libraries: { bullseye: 'libasound2', bookworm: 'libasound2', trixie: 'libasound2t64' },
  },
  'libatlas-base-dev': {
    bytes: 24000000,
    libraries: { bullseye: 'libatlas3-base', bookworm: 'libatlas3-base' },
  },
  'libavcodec-dev': {
    bytes: 24500000,
    libraries: {
      bullseye: 'libavcodec58 libavutil56 libswresample3',
      bookworm: 'libavcodec59 libavutil57 libswresample4',
      trixie: 'libavcodec61 libavutil59 libswresample5',
    },
  },
  'libavformat-dev': {
    bytes: 30200000,
    libraries: {
      bullseye: 'libavcodec58 libavutil56 libswresample3 libavformat58',
      bookworm: 'libavcodec59 libavutil57 libswresample4 libavformat59',
      trixie: 'libavcodec61 libavutil59 libswresample5 libavformat61',
    },
  },
  'libavutil-dev': {
    bytes: 2200000,
    libraries: { bullseye: 'libavutil56', bookworm: 'libavutil57', trixie: 'libavutil59' },
  },
  'libblas-dev': { bytes: 1100000, libraries: 'libblas3' },
  'libbrotli-dev': { bytes: 900000, libraries: 'libbrotli1' },
  'libbz2-dev': { bytes: 100000, libraries: 'libbz2-1.0' },
  'libcairo2-dev': {
    bytes: 49300000,
    libraries: {
      bullseye: 'libcairo2 libcairo-gobject2',
      bookworm: 'libcairo-gobject2 libcairo2',
      trixie: 'libcairo-gobject2 libcairo2',
    },
  },
  'libcurl4-gnutls-dev': {
    bytes: 1800000,
    libraries: { bullseye: 'libcurl3-gnutls', bookworm: 'libcurl3-gnutls', trixie: 'libcurl3t64-gnutls' },
  },
  'libcurl4-openssl-dev': {
    bytes: 1800000,
    libraries: { bullseye: 'libcurl4', bookworm: 'libcurl4', trixie: 'libcurl4t64' },
  },
  'libdb-dev': {
    bytes: 3200000,
    libraries: { bullseye: 'libdb5.3', bookworm: 'libdb5.3', trixie: 'libdb5.3t64' },
  },
  'libdbus-1-dev': { bytes: 1500000, libraries: 'libdbus-1-3' },
  'libenchant-2-dev': { bytes: 31600000, libraries: 'libenchant-2-2' },
  'libev-dev': { bytes: 300000, libraries: { bullseye: 'libev4', bookworm: 'libev4', trixie: 'libev4t64' } },
  'libevent-dev': {
    bytes: 1800000,
    libraries: {
      bullseye:
        'libevent-2.1-7 libevent-core-2.1-7 libevent-extra-2.1-7 libevent-pthreads-2.1-7 libevent-openssl-2.1-7',
      bookworm:
        'libevent-2.1-7 libevent-core-2.1-7 libevent-extra-2.1-7 libevent-pthreads-2.1-7 libevent-openssl-2.1-7',
      trixie:
        'libevent-2.1-7t64 libevent-core-2.1-7t64 libevent-extra-2.1-7t64 libevent-pthreads-2.1-7t64 libevent-openssl-2.1-7t64',
    },
  },
  'libexpat1-dev': { bytes: 800000, libraries: 'libexpat1' },
  'libffi-dev': { bytes: 300000, libraries: { bullseye: 'libffi7', bookworm: 'libffi8', trixie: 'libffi8' } },
  'libfreetype-dev': { bytes: 5200000, libraries: 'libfreetype6' },
  'libfreetype6-dev': { bytes: 5300000, libraries: 'libfreetype6' },
  'libfribidi-dev': { bytes: 300000, libraries: 'libfribidi0' },
  'libgdal-dev': {
    bytes: 583800000,
    libraries: { bullseye: 'libgdal28', bookworm: 'libgdal32', trixie: 'libgdal36' },
  },
  'libgdbm-dev': {
    bytes: 400000,
    libraries: { bullseye: 'libgdbm6', bookworm: 'libgdbm6', trixie: 'libgdbm6t64' },
  },
  'libgdk-pixbuf-2.0-dev': { bytes: 41400000, libraries: 'libgdk-pixbuf-2.0-0' },
  'libgeos-dev': {
    bytes: 200000,
    libraries: { bullseye: 'libgeos-c1v5', bookworm: 'libgeos-c1v5', trixie: 'libgeos-c1t64' },
  },
  'libgif-dev': { bytes: 100000, libraries: 'libgif7' },
  'libgirepository1.0-dev': { bytes: 340200000, libraries: 'libgirepository-1.0-1' },
  'libgl1-mesa-dev': { bytes: 9400000, libraries: 'libgl1' },
  'libglib2.0-dev': {
    bytes: 31500000,
    libraries: { bullseye: 'libglib2.0-0', bookworm: 'libglib2.0-0', trixie: 'libglib2.0-0t64' },
  },
  'libgmp-dev': { bytes: 2300000, libraries: 'libgmp10' },
  'libharfbuzz-dev': { bytes: 134199999, libraries: 'libharfbuzz0b' },
  'libhdf5-dev': {
    bytes: 35300000,
    libraries: {
      bullseye: 'libhdf5-103-1 libhdf5-hl-100',
      bookworm: 'libhdf5-103-1 libhdf5-hl-100',
      trixie: 'libhdf5-310 libhdf5-hl-310',
    },
  },
  'libheif-dev': { bytes: 31200000, libraries: 'libheif1' },
  'libhiredis-dev': {
    bytes: 200000,
    libraries: { bullseye: 'libhiredis0.14', bookworm: 'libhiredis0.14', trixie: 'libhiredis1.1.0' },
  },
  'libicu-dev': {
    bytes: 49700000,
    libraries: { bullseye: 'libicu67', bookworm: 'libicu72', trixie: 'libicu76' },
  },
  'libjpeg-dev': { bytes: 1200000, libraries: 'libjpeg62-turbo' },
  'libjpeg62-turbo-dev': { bytes: 1100000, libraries: 'libjpeg62-turbo' },
  'libkrb5-dev': { bytes: 1900000, libraries: 'libkrb5-3 libgssapi-krb5-2' },
  'liblapack-dev': { bytes: 26700000, libraries: 'liblapack3 libblas3' },
  'liblcms2-dev': { bytes: 1900000, libraries: 'liblcms2-2' },
  'libldap-dev': { bytes: 1600000, libraries: { bookworm: 'libldap-2.5-0', trixie: 'libldap2' } },
  'libldap2-dev': {
    bytes: 1700000,
    libraries: { bullseye: 'libldap-2.4-2', bookworm: 'libldap-2.5-0', trixie: 'libldap2' },
  },
  'libleptonica-dev': {
    bytes: 6400000,
    libraries: { bullseye: 'liblept5', bookworm: 'liblept5', trixie: 'libleptonica6' },
  },
  'libleveldb-dev': { bytes: 900000, libraries: 'libleveldb1d' },
  'liblz4-dev': { bytes: 300000, libraries: 'liblz4-1' },
  'liblzma-dev': { bytes: 700000, libraries: 'liblzma5' },
  'libmagic-dev': {
    bytes: 400000,
    libraries: { bullseye: 'libmagic1', bookworm: 'libmagic1', trixie: 'libmagic1t64' },
  },
  'libmagickwand-dev': {
    bytes: 228700000,
    libraries: {
      bullseye: 'libmagickwand-6.q16-6 libmagickcore-6.q16-6',
      bookworm: 'libmagickwand-6.q16-6 libmagickcore-6.q16-6',
      trixie: 'libmagickwand-7.q16-10 libmagickcore-7.q16-10',
    },
  },
  'libmariadb-dev': { bytes: 14800000, libraries: 'libmariadb3' },
  'libmariadb-dev-compat': { bytes: 14900000, libraries: 'libmariadb3' },
  'libmemcached-dev': {
    bytes: 1500000,
    libraries: {
      bullseye: 'libhashkit2 libmemcached11',
      bookworm: 'libhashkit2 libmemcached11',
      trixie: 'libhashkit2t64 libmemcached11t64',
    },
  },
  'libncurses-dev': { bytes: 2400000, libraries: 'libtinfo6 libncurses6 libncursesw6' },
  'libnetcdf-dev': {
    bytes: 90400000,
    libraries: { bullseye: 'libnetcdf18', bookworm: 'libnetcdf19', trixie: 'libnetcdf22' },
  },
  'libonig-dev': { bytes: 200000, libraries: 'libonig5' },
  'libopenblas-dev': { bytes: 58600000, libraries: 'libopenblas0' },
  'libopenjp2-7-dev': { bytes: 1000000, libraries: 'libopenjp2-7' },
  'libopus-dev': { bytes: 900000, libraries: 'libopus0' },
  'libpango1.0-dev': { bytes: 151500000, libraries: 'libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0' },
  'libpcap-dev': {
    bytes: 2400000,
    libraries: { bullseye: 'libpcap0.8', bookworm: 'libpcap0.8', trixie: 'libpcap0.8t64' },
  },
  'libpcre2-dev': { bytes: 4000000, libraries: 'libpcre2-8-0' },
  'libpcre3-dev': { bytes: 3600000, libraries: { bullseye: 'libpcre3', bookworm: 'libpcre3' } },
  'libpng-dev': {
    bytes: 2200000,
    libraries: { bullseye: 'libpng16-16', bookworm: 'libpng16-16', trixie: 'libpng16-16t64' },
  },
  'libpq-dev': { bytes: 13100000, libraries: 'libpq5' },
  'libproj-dev': {
    bytes: 14300000,
    libraries: { bullseye: 'libproj19', bookworm: 'libproj25', trixie: 'libproj25' },
  },
  'librdkafka-dev': { bytes: 4900000, libraries: 'librdkafka1' },
  'libreadline-dev': {
    bytes: 3500000,
    libraries: { bullseye: 'libreadline8', bookworm: 'libreadline8', trixie: 'libreadline8t64' },
  },
  'libsasl2-dev': { bytes: 900000, libraries: 'libsasl2-2' },
  'libseccomp-dev': { bytes: 400000, libraries: 'libseccomp2' },
  'libsnappy-dev': { bytes: 100000, libraries: 'libsnappy1v5' },
  'libsndfile1-dev': { bytes: 6700000, libraries: 'libsndfile1' },
  'libsodium-dev': { bytes: 800000, libraries: 'libsodium23' },
  'libspatialindex-dev': {
    bytes: 200000,
    libraries: {
      bullseye: 'libspatialindex6 libspatialindex-c6',
      bookworm: 'libspatialindex6 libspatialindex-c6',
      trixie: 'libspatialindex8 libspatialindex-c8',
    },
  },
  'libsqlite3-dev': { bytes: 3200000, libraries: 'libsqlite3-0' },
  'libssl-dev': {
    bytes: 12500000,
    libraries: { bullseye: 'libssl1.1', bookworm: 'libssl3', trixie: 'libssl3t64' },
  },
  'libswscale-dev': {
    bytes: 3400000,
    libraries: {
      bullseye: 'libavutil56 libswscale5',
      bookworm: 'libavutil57 libswscale6',
      trixie: 'libavutil59 libswscale8',
    },
  },
  'libsystemd-dev': { bytes: 1100000, libraries: 'libsystemd0' },
  'libtiff-dev': {
    bytes: 8700000,
    libraries: { bullseye: 'libtiff5', bookworm: 'libtiff6', trixie: 'libtiff6' },
  },
  'libudev-dev': { bytes: 100000, libraries: 'libudev1' },
  'libusb-1.0-0-dev': { bytes: 300000, libraries: 'libusb-1.0-0' },
  'libuv1-dev': { bytes: 700000, libraries: { bullseye: 'libuv1', bookworm: 'libuv1', trixie: 'libuv1t64' } },
  'libvips-dev': {
    bytes: 312800000,
    libraries: { bullseye: 'libvips42', bookworm: 'libvips42', trixie: 'libvips42t64' },
  },
  'libvpx-dev': {
    bytes: 4700000,
    libraries: { bullseye: 'libvpx6', bookworm: 'libvpx7', trixie: 'libvpx9' },
  },
  'libwebp-dev': {
    bytes: 1100000,
    libraries: {
      bullseye: 'libwebp6 libwebpmux3 libwebpdemux2',
      bookworm: 'libwebp7 libwebpmux3 libwebpdemux2',
      trixie: 'libwebp7 libwebpdemux2 libwebpmux3',
    },
  },
  'libx11-dev': { bytes: 5800000, libraries: 'libx11-6' },
  'libxext-dev': { bytes: 6100000, libraries: 'libxext6' },
  'libxml2-dev': { bytes: 53000000, libraries: 'libxml2' },
  'libxmlsec1-dev': {
    bytes: 96400000,
    libraries: {
      bullseye: 'libxmlsec1 libxmlsec1-openssl',
      bookworm: 'libxmlsec1 libxmlsec1-openssl',
      trixie: 'libxmlsec1t64 libxmlsec1t64-openssl',
    },
  },
  'libxrender-dev': { bytes: 5900000, libraries: 'libxrender1' },
  'libxslt1-dev': { bytes: 55600000, libraries: 'libxslt1.1' },
  'libyaml-dev': { bytes: 300000, libraries: 'libyaml-0-2' },
  'libzbar-dev': {
    bytes: 420600000,
    libraries: { bullseye: 'libzbar0', bookworm: 'libzbar0', trixie: 'libzbar0t64' },
  },
  'libzip-dev': {
    bytes: 1700000,
    libraries: { bullseye: 'libzip4', bookworm: 'libzip4', trixie: 'libzip5' },
  },
  'libzmq3-dev': { bytes: 101000000, libraries: 'libzmq5' },
  'libzstd-dev': { bytes: 1300000, libraries: 'libzstd1' },
  'portaudio19-dev': { bytes: 1900000, libraries: 'libportaudio2' },
  'unixodbc-dev': {
    bytes: 2000000,
    libraries: { bullseye: 'libodbc1', bookworm: 'libodbc2', trixie: 'libodbc2' },
  },
  'uuid-dev': { bytes: 100000, libraries: 'libuuid1' },
  'zlib1g-dev': { bytes: 1300000, libraries: 'zlib1g' },
};
