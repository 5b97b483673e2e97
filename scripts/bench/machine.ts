import { cpus, release, totalmem, version } from 'node:os';
import { run } from './commands.ts';

/** Lines for the document: what was measured on, and with. */
export async function describeMachine(): Promise<string[]> {
  const processors = cpus();
  const first = async (command: string[]) => (await run(command)).output.trim().split('\n')[0]!;
  return [
    `${processors.length} × ${processors[0]!.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB memory`,
    `Linux ${release()} (${version()})`,
    `Node ${process.version}, V8 ${process.versions.v8}, libuv ${process.versions.uv}, OpenSSL ${process.versions.openssl}`,
    `${(await first(['nginx', '-v'])).replace('nginx version: ', '')}, one worker; ${await first(['openssl', 'version'])}`,
  ];
}
