import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { testCertificate } from '../support/certificate.ts';
import { answer, type Behaviour } from './behaviours/behaviour.ts';
import { differences, stricterThanCurl } from './behaviours/differences.ts';
import { answerBehaviours } from './behaviours/http1-answers.ts';
import { bodyBehaviours } from './behaviours/http1-bodies.ts';
import { connectionBehaviours } from './behaviours/http1-connections.ts';
import { headBehaviours } from './behaviours/http1-heads.ts';
import { http2Behaviours, serveHttp2 } from './behaviours/http2-behaviours.ts';
import { type Seen, see, seeHttp2, serve, transports, userOf } from './behaviours/run-behaviour.ts';

const behaviours: Behaviour[] = [
  ...headBehaviours,
  ...bodyBehaviours,
  ...answerBehaviours,
  ...connectionBehaviours,
];

function expected({ sees, next, stray = 0 }: Behaviour): Seen {
  return { sees, next: typeof next === 'string' ? next : `refused: ${next.refused}`, stray };
}

const row = (behaviour: Behaviour) => {
  const { sees, next, stray } = expected(behaviour);
  return `${behaviour.name} (${behaviour.from}): ${sees}; next ${next}${stray === 0 ? '' : `; stray ${stray}`}`;
};

/** All at once: most of a row is waiting. */
async function seeAll(name: keyof typeof transports): Promise<Map<Behaviour, Seen>> {
  const seen = new Map<Behaviour, Seen>();
  const rest = [...behaviours];
  const lane = async () => {
    for (let behaviour = rest.shift(); behaviour !== undefined; behaviour = rest.shift()) {
      seen.set(behaviour, await see(behaviour, name));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return seen;
}

const lanes = 8;

const names = Object.keys(transports) as (keyof typeof transports)[];

describe.each(names)('what servers do, through %s', (name) => {
  let seen = new Map<Behaviour, Seen>();
  beforeAll(async () => {
    seen = await seeAll(name);
  });

  it.each(behaviours.map((behaviour) => [row(behaviour), behaviour] as const))('%s', (_, behaviour) => {
    expect(seen.get(behaviour)).toEqual(expected(behaviour));
  });
});

describe('what servers do by HTTP/2', () => {
  const rows = http2Behaviours.map((behaviour) => {
    const { name, from, sees, next } = behaviour;
    return [`${name} (${from}): ${sees}; next ${next}`, behaviour] as const;
  });
  const alone = differences['a server that speaks HTTP/2 alone'];

  it.concurrent.each(rows)('%s', async (_, behaviour) => {
    const { sees, next } = behaviour;
    expect(await seeHttp2(behaviour, 'undici')).toEqual({ sees, next });
  });

  it('a server that speaks HTTP/2 alone', async () => {
    const { sees, next } = await seeHttp2(http2Behaviours[0]!, 'raw');
    expect(sees).toContain(alone.raw);
    expect(next).toContain(alone.raw);
  });

  it.each(names)('a server that speaks both versions, through %s', async (name) => {
    const server = await serveHttp2((stream) => {
      stream.respond({ ':status': 200 });
      stream.end('by HTTP/2');
    }, true);
    const user = userOf(server.url, name, { secureContext: createSecureContext({ ca: testCertificate }) });
    expect(await user.request()).toBe(differences['a server that speaks both versions'][name]);
    user.end();
    server.close();
  });
});

describe.each(names)('a host of three addresses, through %s', (name) => {
  it('gets load on all of them, and on those alone that answer', async () => {
    const asked: string[] = [];
    const server = createServer((socket) => {
      socket
        .on('error', () => {})
        .on('data', () => {
          asked.push(socket.localAddress ?? '');
          socket.end(answer('ok', 'connection: close\r\n'));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const url = `http://service.example:${(server.address() as { port: number }).port}/`;
    const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
    const user = userOf(url, name, { addresses });
    for (let request = 0; request < 6; request++) expect(await user.request()).toBe('success 200 ok');
    expect(asked).toEqual([...addresses, ...addresses]);
    user.end();
    server.close();
  });
});

describe('the table of what servers do', () => {
  it('has every row once', () => {
    const titles = behaviours.map(({ name }) => name);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles.length).toBeGreaterThan(60);
  });

  it('takes whatever curl takes, but for what is listed, and the docs list it too', () => {
    const stricter = behaviours.filter(
      ({ curl, sees }) => curl === 'takes' && /^(protocol|connection)/.test(sees),
    );
    expect(stricter.map(({ name }) => name).sort()).toEqual(Object.keys(stricterThanCurl).sort());
    const docs = readFileSync('docs/load.md', 'utf8');
    const listed = [...Object.keys(stricterThanCurl), ...Object.keys(differences)];
    expect(listed.filter((name) => !docs.includes(name))).toEqual([]);
  });

  it.skipIf(process.env['MLBENCH_TEST_CURL'] !== '1')(
    'is right of the curl at hand',
    { timeout: 120_000 },
    async () => {
      const asked = behaviours.filter(({ curl }) => curl !== 'not asked');
      const said: Record<string, string> = {};
      for (const behaviour of asked) said[behaviour.name] = await askCurl(behaviour);
      expect(said).toEqual(Object.fromEntries(asked.map(({ name, curl }) => [name, curl])));
    },
  );
});

async function askCurl(behaviour: Behaviour): Promise<Behaviour['curl']> {
  const server = await serve(behaviour);
  const code = await new Promise<number>((resolve) => {
    execFile('curl', ['-s', '-m', '2', '-d', '{}', server.url], (error) => resolve(Number(error?.code ?? 0)));
  });
  server.close();
  return code === 0 ? 'takes' : 'refuses';
}
