import { findProgram, toolFolder, versionFrom } from './commands.ts';
import {
  contentType,
  credentials,
  endlessSeconds,
  isSecure,
  isSigned,
  region,
  requestBody,
  type Tool,
} from './tool.ts';

/** Rust, hyper. It signs each request anew. */
export const oha: Tool = {
  name: 'oha',
  kinds: ['plain', 'signed', 'tls', 'signedTls'],
  mostConnections: 10_000,
  install: [['cargo', 'install', 'oha', '--locked', '--root', toolFolder]],
  version: async () => {
    const program = findProgram('oha');
    return program && versionFrom([program, '--version']);
  },
  launch({ kind, url, connections, caFile }) {
    const signing = isSigned(kind)
      ? [
          ...['-a', `${credentials.accessKeyId}:${credentials.secretAccessKey}`],
          ...['--aws-sigv4', `aws:amz:${region}:sagemaker`],
        ]
      : [];
    const tls = isSecure(kind) ? ['--cacert', caFile] : [];
    const shape = ['-c', String(connections), '-z', `${endlessSeconds}s`, '--no-tui', '--redirect', '0'];
    const request = ['-m', 'POST', '-T', contentType, '-d', requestBody];
    return { command: [findProgram('oha')!, ...shape, ...request, ...signing, ...tls, url.href] };
  },
};
