// What crates that stand for a C or C++ library link with when a program of Rust runs.

/**
 * Debian's `-dev` packages of the libraries that a crate links as shared ones where it finds them: its build script asks
 * pkg-config first, and the full image of Rust holds the headers of most. Sources: the README and `build.rs` of each
 * crate, such as https://docs.rs/openssl/latest/openssl/#automatic, https://crates.io/crates/libsqlite3-sys,
 * https://crates.io/crates/pq-sys and https://crates.io/crates/curl-sys (2026-11).
 */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  'openssl-sys': ['libssl-dev'],
  'libsqlite3-sys': ['libsqlite3-dev'],
  'pq-sys': ['libpq-dev'],
  'mysqlclient-sys': ['default-libmysqlclient-dev'],
  'libz-sys': ['zlib1g-dev'],
  'bzip2-sys': ['libbz2-dev'],
  'lzma-sys': ['liblzma-dev'],
  'liblzma-sys': ['liblzma-dev'],
  'zstd-sys': ['libzstd-dev'],
  'lz4-sys': ['liblz4-dev'],
  'curl-sys': ['libcurl4-openssl-dev', 'zlib1g-dev'],
  'libusb1-sys': ['libusb-1.0-0-dev'],
  'libudev-sys': ['libudev-dev'],
  'alsa-sys': ['libasound2-dev'],
  'libdbus-sys': ['libdbus-1-dev'],
  'freetype-sys': ['libfreetype-dev'],
  'libsodium-sys': ['libsodium-dev'],
  'libsodium-sys-stable': ['libsodium-dev'],
  'zmq-sys': ['libzmq3-dev'],
  onig_sys: ['libonig-dev'],
  'expat-sys': ['libexpat1-dev'],
  'libpng-sys': ['libpng-dev'],
  'libwebp-sys': ['libwebp-dev'],
};

/**
 * Crates with such a name that bring what they link with, link with nothing, or are for other systems. Sources: their
 * build scripts on https://docs.rs (2026-11).
 */
const OWN: ReadonlySet<string> = new Set([
  ...['ring', 'aws-lc-sys', 'aws-lc-fips-sys', 'openssl-src', 'libgit2-sys', 'libssh2-sys', 'rdkafka-sys'],
  ...['tikv-jemalloc-sys', 'jemalloc-sys', 'libmimalloc-sys', 'libz-ng-sys', 'cloudflare-zlib-sys'],
  ...['mozjpeg-sys', 'blst', 'secp256k1-sys', 'sha2-asm', 'psm', 'brotli-sys', 'lmdb-master-sys'],
  ...['linux-raw-sys', 'inotify-sys', 'dirs-sys', 'dirs-sys-next', 'js-sys', 'web-sys', 'clang-sys'],
  ...['windows-sys', 'core-foundation-sys', 'security-framework-sys', 'fsevent-sys'],
  ...['kqueue-sys', 'ndk-sys', 'jni-sys', 'objc-sys', 'io-kit-sys', 'coreaudio-sys'],
  ...['system-configuration-sys', 'netlink-sys'],
]);

/** Crates with C++ in them: their programs load its standard library. */
const CPP: ReadonlySet<string> = new Set([
  ...['librocksdb-sys', 'libduckdb-sys', 'link-cplusplus', 'cxx', 'snappy-sys', 'esaxx-rs', 'leveldb-sys'],
]);

/** What a crate needs of the system when a program of it runs. */
export interface CrateNeeds {
  /** Debian's packages of headers that stand for the libraries. */
  readonly headers: readonly string[];
  /** Debian's packages themselves. */
  readonly packages: readonly string[];
}

const NOTHING: CrateNeeds = { headers: [], packages: [] };

/** A name that says that the crate stands for a library of another language. */
const FOREIGN = /[-_]sys(\d*$|[-_])|[-_]src$|^(pyo3-ffi|v8|cuda-driver|cudarc|libtorch|gstreamer)$/;

/** Undefined for a crate that may link with anything. */
export function crateNeeds(crate: string): CrateNeeds | undefined {
  if (Object.hasOwn(SHARED, crate)) return { headers: SHARED[crate] ?? [], packages: [] };
  if (CPP.has(crate)) return { headers: [], packages: ['libstdc++6'] };
  return OWN.has(crate) || !FOREIGN.test(crate) ? NOTHING : undefined;
}
