/** What of a TLS handshake went wrong, by the system's error code. */
export interface TlsFault {
  code: 'certificate' | 'client-certificate' | 'no-common-http' | 'tls';
  /** Behind the server's name: `requires a client certificate`. */
  words: string;
  remedy: string;
}

/** @returns null for what has nothing to do with TLS */
export function tlsFaultOf(code: string): TlsFault | null {
  // An alert is the server's word; everything else is what we make of what it sent.
  const found = faults.find(([pattern]) => pattern.test(code));
  return found === undefined ? null : found[1];
}

const ownCertificate = 'name the certificate and key that it accepts with --cert and --key';

const faults: [RegExp, TlsFault][] = [
  [
    /ALERT_CERTIFICATE_REQUIRED/,
    { code: 'client-certificate', words: 'requires a client certificate', remedy: ownCertificate },
  ],
  [
    /ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|ACCESS_DENIED)/,
    {
      code: 'client-certificate',
      words: 'does not accept the client certificate, or the lack of one',
      remedy: ownCertificate,
    },
  ],
  [
    /ALERT_HANDSHAKE_FAILURE/,
    {
      code: 'tls',
      words:
        'refuses the TLS handshake: it may require a client certificate, or other ciphers than are offered',
      remedy: 'if it requires one, name it with --cert and --key',
    },
  ],
  [
    /ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    { code: 'tls', words: 'speaks no common version of TLS', remedy: 'let it speak TLS 1.2 or 1.3' },
  ],
  [
    /UNRECOGNIZED_NAME/,
    { code: 'tls', words: 'has no certificate for this host name', remedy: 'correct the host name' },
  ],
  [
    /NO_APPLICATION_PROTOCOL/,
    {
      code: 'no-common-http',
      words: 'speaks none of the versions of HTTP that it was offered',
      remedy: 'add --transport undici, which speaks HTTP/2 (unless --no-keep-alive is given)',
    },
  ],
  [
    /^(?!ERR_SSL).*CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH/,
    {
      code: 'certificate',
      words: 'has a certificate that is not trusted',
      remedy: 'correct the host name, name the authority with --cacert, or check nothing with --insecure',
    },
  ],
  [
    /^ERR_SSL|^EPROTO$/,
    {
      code: 'tls',
      words: 'does not speak TLS as expected',
      remedy: 'check the port and http:// against https://',
    },
  ],
];
