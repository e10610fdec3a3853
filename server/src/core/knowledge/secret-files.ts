/**
 * Files that hold passwords, tokens or private keys, by their name.
 *
 * Sources: https://docs.docker.com/build/building/secrets/, the lists of secret file names that
 * https://github.com/github/gitignore and https://docs.github.com/en/code-security/secret-scanning keep (2026-11)
 */
export const SECRET_FILES: readonly { readonly name: RegExp; readonly holds: string }[] = [
  { name: /^\.env(\..+)?$|\.env$/i, holds: 'settings with passwords and tokens' },
  { name: /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/, holds: 'a private SSH key' },
  { name: /\.(pem|key|ppk)$/i, holds: 'a private key' },
  { name: /\.(p12|pfx|jks|keystore|kdbx)$/i, holds: 'a store of keys' },
  { name: /^\.(netrc|pgpass|git-credentials|vault-token|htpasswd)$|^_netrc$/, holds: 'passwords' },
  { name: /^\.(npmrc|pypirc|dockercfg)$/, holds: 'settings of a registry, often with a token' },
  { name: /^(service[-_]?account.*|.*credentials|client_secrets?)\.json$/i, holds: 'the key of an account' },
  { name: /\.tfstate(\.backup)?$/, holds: 'the state of an infrastructure with its secrets' },
];
