import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTls } from '../../src/experiment/load/load-tls.ts';
import { testCertificate, testKey } from '../load/support/certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlbench-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const certFile = file('cert.pem', testCertificate);
const keyFile = file('key.pem', testKey);

describe('the files of TLS', () => {
  it('put certificates into the plan, and the key beside it', () => {
    const both = file('both.pem', `some words\n${testKey}${testCertificate}`);
    for (const options of [{ certFile, keyFile }, { certFile: both }]) {
      const { tls, secrets } = readTls(options, undefined);
      expect(JSON.stringify(tls)).not.toContain('PRIVATE');
      expect(tls?.certificate).toContain('BEGIN CERTIFICATE');
      expect(secrets.key?.trim()).toBe(testKey.trim());
    }
    expect(readTls({ caFile: both, insecure: true }, undefined)).toEqual({
      tls: { insecure: true, ca: testCertificate.trim().concat('\n') },
      secrets: {},
    });
    expect(readTls({}, 'unused')).toEqual({ tls: null, secrets: {} });
  });

  it('open an encrypted key by its passphrase', () => {
    const encrypted = createPrivateKey(testKey).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'open sesame',
    });
    const options = { certFile, keyFile: file('encrypted.pem', String(encrypted)) };
    expect(readTls(options, 'open sesame').secrets).toMatchObject({ passphrase: 'open sesame' });
    for (const passphrase of [undefined, 'wrong']) {
      expect(() => readTls(options, passphrase)).toThrow(
        expect.objectContaining({
          code: 'bad-certificate',
          remedy: 'set MLBENCH_KEY_PASSPHRASE',
          message: expect.not.stringContaining('wrong'),
        }),
      );
    }
  });

  it.each([
    ['no such file', { caFile: '/nowhere/ca.pem' }, /--cacert \/nowhere\/ca.pem cannot be read \(ENOENT\)/],
    ['a file without a certificate', { caFile: keyFile }, /holds no certificate in PEM/],
    ['a certificate without its key', { certFile }, /--cert .*cert.pem holds no private key/],
    ['a key without its certificate', { keyFile }, /is the key of no certificate/],
    [
      'another certificate’s key',
      { certFile, keyFile: file('other.pem', otherKey()) },
      /is not that of the certificate/,
    ],
    [
      'a certificate that is none',
      { caFile: file('junk.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----') },
      /cannot be read/,
    ],
  ])('are refused in one line: %s', (_, options, message) => {
    expect(() => readTls(options, undefined)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(message) }),
    );
  });
});

function otherKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
}
