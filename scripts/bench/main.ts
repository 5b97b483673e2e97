/**
 * Measures mlbench's load generator beside others, all in one run on this machine, and writes docs/benchmarks.md.
 *
 *   npm run bench -- [--install] [--rounds 5] [--window 3s] [--tools wrk,k6] [--out FILE]
 *
 * It needs Linux, two cores, nginx, openssl and taskset. Generators that are not installed are left out and named; --install
 * installs them first, by their ordinary packages. Everything stays on the loopback interface.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDurationMs } from '../../src/core/units.ts';
import { buildAll } from '../build.ts';
import { writeDocument } from './document.ts';
import type { Findings } from './findings.ts';
import { describeMachine, loadBefore } from './machine.ts';
import { measureGrowth, measureIdleUsers } from './memory.ts';
import { type Origin, startOrigin } from './origin.ts';
import { endAllOnSignals } from './processes.ts';
import { type Case, measureRounds } from './rounds.ts';
import { findDeviation } from './same-request.ts';
import { measureSendLag } from './send-lag.ts';
import { tools } from './tools/all.ts';
import { findProgram, run } from './tools/commands.ts';
import { type Job, requestBody, type Tool } from './tools/tool.ts';

const { values } = parseArgs({
  options: {
    install: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    window: { type: 'string', default: '3s' },
    tools: { type: 'string' },
    out: { type: 'string', default: 'docs/benchmarks.md' },
  },
});
const busyBefore = loadBefore();
const rounds = Number(values.rounds);
const windowMs = parseDurationMs(values.window, '--window');
const chosen = tools.filter(
  ({ name }) =>
    name === 'mlbench' || !values.tools || values.tools.split(',').some((part) => name.includes(part)),
);

if (availableParallelism() < 2)
  throw new Error('one core for the generator and one for the server are needed');
if (values.install) await installAll(chosen);
for (const program of ['nginx', 'openssl', 'taskset']) {
  if (!findProgram(program))
    throw new Error(`${program} is needed; --install brings nginx, the system the others`);
}
await buildAll();

const folder = mkdtempSync(join(tmpdir(), 'mlbench-bench-'));
const bodyFile = join(folder, 'body.json');
writeFileSync(bodyFile, requestBody);
endAllOnSignals(() => rmSync(folder, { recursive: true, force: true }));
let origin: Origin | undefined;
try {
  origin = await startOrigin(folder);
  await bench(origin, { bodyFile, caFile: origin.caFile, folder });
} finally {
  await origin?.stop();
  rmSync(folder, { recursive: true, force: true });
}

type Files = Pick<Job, 'bodyFile' | 'caFile' | 'folder'>;

async function bench(server: Origin, files: Files): Promise<void> {
  const { versions, missing } = await findTools();
  const deviations = await leaveOutDeviants([...versions.keys()], files);
  const cases = casesOf([...versions.keys()], deviations);
  console.log('64 connections');
  const few = await measureRounds(
    cases(({ kinds }) => kinds, [64]),
    rounds,
    { warmUpMs: 1_500, windowMs },
    server,
    files,
  );
  console.log('more connections');
  const plainOnly = (tool: Tool) => tool.kinds.filter((kind) => kind === 'plain');
  const many = await measureRounds(
    // mlbench with 64 once more, so that growth is seen within one and the same round.
    cases(plainOnly, [64, 1_000, 5_000, 10_000]),
    Math.max(1, Math.floor(rounds / 2)),
    { warmUpMs: 2_000, windowMs },
    server,
    files,
  );
  console.log('idle users');
  const idle = await measureIdleUsers(server, files, 15_000);
  console.log('memory over time');
  const overTime = await measureGrowth(server, files, [10_000, 30_000, 60_000]);
  console.log('send lag');
  const sendLag = await measureSendLag(server, files);
  const machine = await describeMachine(busyBefore);
  const measured = { rounds, windowMs, few, many, idle, overTime, sendLag };
  await writeDocument(values.out, { machine, versions, missing, deviations, ...measured });
  console.log(`written: ${values.out}`);
}

async function findTools(): Promise<Pick<Findings, 'versions' | 'missing'>> {
  const versions = new Map<Tool, string>();
  const missing: Tool[] = [];
  for (const tool of chosen) {
    const version = await tool.version();
    if (version === undefined) missing.push(tool);
    else versions.set(tool, version);
  }
  console.log(`missing: ${missing.map(({ name }) => name).join(', ') || 'none'}`);
  return { versions, missing };
}

/** What is measured of the tools that send what all send, as far as each can go. */
function casesOf(present: readonly Tool[], deviations: Findings['deviations']) {
  const honest = ({ tool, kind }: Pick<Case, 'tool' | 'kind'>) =>
    !deviations.some((each) => each.tool === tool && each.kind === kind);
  return (kinds: (tool: Tool) => readonly Tool['kinds'][number][], connections: readonly number[]): Case[] =>
    connections.flatMap((count) =>
      present
        .filter(({ mostConnections }) => count <= mostConnections)
        .flatMap((tool) => kinds(tool).map((kind) => ({ tool, kind, connections: count })))
        .filter(honest),
    );
}

async function leaveOutDeviants(present: readonly Tool[], files: Files) {
  const deviations: { tool: Tool; kind: Tool['kinds'][number]; fault: string }[] = [];
  for (const tool of present) {
    for (const kind of tool.kinds) {
      const fault = await findDeviation(tool, kind, files);
      if (fault !== undefined) {
        console.error(`  ${tool.name}, ${kind}: ${fault}`);
        deviations.push({ tool, kind, fault });
      }
    }
  }
  return deviations;
}

async function installAll(wanted: readonly Tool[]): Promise<void> {
  const commands: (readonly string[])[] = findProgram('nginx')
    ? []
    : [['apt-get', 'install', '-y', 'nginx-light']];
  for (const tool of wanted) {
    if ((await tool.version()) === undefined) commands.push(...tool.install);
  }
  for (const command of commands) {
    console.log(`  ${command.join(' ')}`);
    const { ok, output } = await run(command);
    if (!ok) console.error(output.slice(-1_000));
  }
}
