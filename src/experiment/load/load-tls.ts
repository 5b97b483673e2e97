import { X509Certificate } from 'node:crypto';
import { type MlbenchError, systemErrorCode, userError } from '../../core/errors.ts';
import { readWhole } from '../../core/files/read-whole.ts';
import type { ConnectionSecrets } from '../../load/plan/secrets.ts';
import type { TlsPlan } from '../../load/plan/tls-plan.ts';
import { secureContextOf } from '../../load/transport/tls.ts';
import type { LoadOptions } from './load-options.ts';

type TlsOptions = Pick<LoadOptions, 'insecure' | 'caFile' | 'certFile' | 'keyFile'>;

/**
 * What the files say: the certificates for the plan, the key beside it. A certificate's file may hold its key as well.
 * @param passphrase of an encrypted key
 * @throws MlbenchError exit code 2 for a file that cannot be read or is not what it should be
 */
export function readTls(
  { insecure = false, caFile, certFile, keyFile }: TlsOptions,
  passphrase: string | undefined,
): { tls: TlsPlan | null; secrets: Pick<ConnectionSecrets, 'key' | 'passphrase'> } {
  if (certFile === undefined && keyFile !== undefined) {
    throw userError('contradiction', `--key ${keyFile} is the key of no certificate`, 'add --cert FILE');
  }
  const ca = caFile === undefined ? undefined : certificatesIn('--cacert', caFile);
  const certificate = certFile === undefined ? undefined : certificatesIn('--cert', certFile);
  const key = certFile === undefined ? undefined : keyOf(certFile, keyFile);
  const secrets = {
    ...(key === undefined ? {} : { key }),
    ...(key === undefined || passphrase === undefined ? {} : { passphrase }),
  };
  const tls: TlsPlan = {
    ...(insecure ? { insecure } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { certificate }),
  };
  checkTogether({ tls, secrets }, certFile, keyFile ?? certFile);
  return { tls: Object.keys(tls).length === 0 ? null : tls, secrets };
}

function certificatesIn(flag: string, file: string): string {
  const found = read(flag, file).match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (found === null) throw bad(`${flag} ${file} holds no certificate in PEM`);
  try {
    for (const certificate of found) new X509Certificate(certificate);
  } catch {
    throw bad(`${flag} ${file} holds a certificate that cannot be read`);
  }
  return `${found.join('\n')}\n`;
}

function keyOf(certFile: string, keyFile: string | undefined): string {
  const [flag, file] = keyFile === undefined ? ['--cert', certFile] : ['--key', keyFile];
  const found = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/.exec(
    read(flag, file),
  );
  if (found !== null) return `${found[0]}\n`;
  throw userError(
    'bad-certificate',
    `${flag} ${file} holds no private key in PEM`,
    'name the file with --key FILE',
  );
}

function checkTogether(
  { tls, secrets }: { tls: TlsPlan; secrets: ConnectionSecrets },
  certFile: string | undefined,
  keyFile: string | undefined,
): void {
  try {
    secureContextOf(tls, secrets);
  } catch (error) {
    const code = systemErrorCode(error) ?? '';
    if (/KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/.test(code)) {
      throw bad(`the key in ${keyFile} is not that of the certificate in ${certFile}`);
    }
    const encrypted = secrets.key?.includes('ENCRYPTED') === true;
    if (!encrypted) throw bad(`the key in ${keyFile} cannot be read (${code})`);
    throw userError(
      'bad-certificate',
      `the key in ${keyFile} is encrypted, and ${secrets.passphrase === undefined ? 'there is no passphrase' : 'MLBENCH_KEY_PASSPHRASE does not open it'}`,
      'set MLBENCH_KEY_PASSPHRASE',
    );
  }
}

const mostBytes = 16_777_216;

function read(flag: string, file: string): string {
  try {
    return readWhole(file, mostBytes).toString('utf8');
  } catch (error) {
    throw userError(
      'bad-certificate',
      `${flag} ${file} cannot be read (${systemErrorCode(error) ?? (error instanceof Error ? error.message : String(error))})`,
      'name a file in PEM',
    );
  }
}

function bad(message: string): MlbenchError {
  return userError('bad-certificate', message, 'name files in PEM that belong together');
}
