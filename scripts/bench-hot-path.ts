/**
 * CPU time of the load generator per request: the closed model without waits over keep-alive connections, one worker,
 * against a server in another process that answers from a raw socket.
 *
 *   node scripts/build.ts && node scripts/bench-hot-path.ts [seconds a case]
 *
 * `worker` is the sending thread's own CPU time, `process` that of the whole process with V8's helper threads. With
 * `taskset` on the machine, generator and server are held to a core each.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { systemClock } from '../src/core/clock.ts';
import type { LoadPlan } from '../src/load/plan.ts';
import { runLoad } from '../src/load/run-load.ts';

const body = Buffer.from('{"instances":[{"bill_length_mm":39.1,"bill_depth_mm":18.7}]}');

if (process.argv[2] === 'serve') serve();
else await bench(Number(process.argv[2] ?? 5));

async function bench(seconds: number): Promise<void> {
  const server = spawn(process.execPath, [process.argv[1]!, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const url = await new Promise<string>((resolve) =>
      server.stdout.once('data', (text) => resolve(String(text).trim())),
    );
    pin(server.pid!, 0);
    pin(process.pid, 1);
    console.log(
      'case                          requests/s   worker µs   process µs   p50 µs   p99 µs   verdict',
    );
    const plain: LoadPlan['target'] = { kind: 'url', url, method: 'POST', headers: {} };
    const signed: LoadPlan['target'] = { kind: 'runtime', endpointName: 'mlbench', url, region: 'us-east-1' };
    await measure('warm-up', planOf(plain, 64, Math.min(2, seconds)));
    await measure('plain, 64 users', planOf(plain, 64, seconds));
    await measure('signed, 64 users', planOf(signed, 64, seconds));
    await measure('plain, 1,000 users', planOf(plain, 1_000, seconds));
    await measure('plain, 5,000 users', planOf(plain, 5_000, seconds));
  } finally {
    server.kill();
  }
}

async function measure(name: string, plan: LoadPlan): Promise<void> {
  const before = process.cpuUsage();
  const { result } = await runLoad(plan, {
    clock: systemClock,
    runId: 'bench',
    emit: () => {},
    signal: new AbortController().signal,
    credentials: async () => ({ accessKeyId: 'mlbench', secretAccessKey: 'local' }),
  });
  const used = process.cpuUsage(before);
  const { requests, rateRps, latencyUs, generator, validity } = result;
  if (requests.failed > 0) console.log(result.errors);
  console.log(
    [
      name.padEnd(28),
      rateRps.achieved.toFixed(0).padStart(12),
      generator.cpuUsPerRequest.toFixed(1).padStart(12),
      ((used.user + used.system) / requests.sent).toFixed(1).padStart(12),
      String(latencyUs.response.p50).padStart(9),
      String(latencyUs.response.p99).padStart(9),
      `  ${validity.verdict}`,
    ].join(''),
  );
}

function planOf(target: LoadPlan['target'], users: number, seconds: number): LoadPlan {
  return {
    target,
    profile: {
      model: 'closed',
      users,
      ramp: { kind: 'over', durationMs: 200 },
      wait: { kind: 'none' },
      durationMs: seconds * 1_000,
    },
    workers: 1,
    seed: 1,
    warmupMs: (seconds * 1_000) / 4,
    timeoutMs: 70_000,
    stopTimeoutMs: 10_000,
    maxRequests: null,
    body,
    contentType: 'application/json',
    accept: 'application/json',
    expectations: [],
    connections: 4_096,
    maxSendLagMs: null,
    precise: false,
    sharesMachine: true,
  };
}

function serve(): void {
  const answer = '{"predictions":["Adelie"]}';
  const response = Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ndate: Sun, 01 Nov 2026 12:00:00 GMT\r\nx-amzn-requestid: b3032250-9115-4e98-ba90-73487a969e2b\r\nx-amzn-invoked-production-variant: AllTraffic\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
  );
  const server = createServer({ noDelay: true }, (socket) => {
    // A request of this size arrives in one piece on loopback.
    socket.on('data', () => socket.write(response));
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1', 8_192, () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/`);
  });
  // The bench that started it is gone.
  process.stdin.resume().on('end', () => process.exit(0));
}

function pin(pid: number, core: number): void {
  spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
}
