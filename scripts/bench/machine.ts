import { cpus, loadavg, release, totalmem, version } from 'node:os';
import { run } from './tools/commands.ts';

/** Processes that want a core, on a minute's average: what else the machine is busy with, before the bench begins. */
export function loadBefore(): number {
  return loadavg()[0]!;
}

/** Lines for the document: what was measured on, and with. */
export async function describeMachine(busyBefore: number): Promise<string[]> {
  const processors = cpus();
  const first = async (command: string[]) => (await run(command)).output.trim().split('\n')[0]!;
  return [
    `${processors.length} × ${processors[0]!.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB memory`,
    `load average before the run: ${busyBefore.toFixed(1)}${busyBefore > 0.5 ? ' (others used the machine meanwhile, which costs everybody caches and some more than others)' : ''}`,
    `Linux ${release()} (${version()})`,
    `Node ${process.version}, V8 ${process.versions.v8}, libuv ${process.versions.uv}, OpenSSL ${process.versions.openssl}`,
    `${(await first(['nginx', '-v'])).replace('nginx version: ', '')}, one worker; ${await first(['openssl', 'version'])}`,
  ];
}
