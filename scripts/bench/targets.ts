import type { IdleMemory } from './memory.ts';
import { nameOf, type Rounds, ratioIn } from './rounds.ts';
import type { SendLag } from './send-lag.ts';
import type { Kind } from './tools/tool.ts';

/** What mlbench is held to, and what was observed. */
export interface Verdict {
  what: string;
  limit: string;
  observed: string;
  met: boolean;
}

export interface Observed {
  /** All tools and kinds at 64 connections. */
  few: Rounds;
  /** Plain alone, at 64 and more. */
  many: Rounds;
  idle: readonly IdleMemory[];
  sendLag: readonly SendLag[];
}

/** Those of them that could be observed on this machine. */
export function judge({ few, many, idle, sendLag }: Observed): Verdict[] {
  return [
    ...ratioTargets.flatMap(({ what, among, of, to, most }) => {
      const ratio = ratioIn(among === 'few' ? few : many, of, to);
      return ratio
        ? [
            verdict(
              what,
              `≤ ${most.label}`,
              ratio.median,
              most.value,
              (value) => `${value.toFixed(most.digits)} ×`,
            ),
          ]
        : [];
    }),
    ...idle
      .filter(({ users }) => users === 10_000)
      .map(({ kbAUser }) =>
        verdict('memory of an idle user, at 10,000', '≤ 20 KB', kbAUser!, 20, (kb) => `${kb.toFixed(1)} KB`),
      ),
    ...sendLag
      .filter(({ precise, rateRps }) => precise && rateRps === 5_000)
      .flatMap(({ p50Us, p99Us }) => [
        verdict('send lag at 5,000/s, `--precise`, p50', '≤ 20 µs', p50Us, 20, (us) => `${us} µs`),
        verdict('send lag at 5,000/s, `--precise`, p99', '≤ 1 ms', p99Us, 1_000, (us) => `${us} µs`),
      ]),
  ];
}

interface RatioTarget {
  what: string;
  among: 'few' | 'many';
  of: string;
  to: string;
  most: { value: number; label: string; digits: number };
}

const fewConnections = 64;
const manyConnections = 5_000;

const ratioTargets: readonly RatioTarget[] = [
  cpu('plain', 'wrk', 'plain', atMost(1.25)),
  cpu('plain', 'autocannon', 'plain', atMost(0.6)),
  cpu('plain', 'hey', 'plain', atMost(0.4)),
  cpu('plain', 'k6', 'plain', atMost(0.4)),
  cpu('plain', 'oha', 'plain', atMost(1)),
  cpu('signed', 'mlbench', 'plain', atMost(1.1)),
  cpu('signed', 'AWS SDK for JavaScript', 'signed', oneIn(20)),
  cpu('signed', 'locust + boto3', 'signed', oneIn(40)),
  cpu('signedTls', 'wrk', 'tls', atMost(1.4)),
  {
    what: `CPU a request, plain, ${manyConnections.toLocaleString('en')} connections / ${fewConnections} connections`,
    among: 'many',
    of: nameOf('mlbench', 'plain', manyConnections),
    to: nameOf('mlbench', 'plain', fewConnections),
    most: atMost(1.5),
  },
];

function cpu(kind: Kind, peer: string, peerKind: Kind, most: RatioTarget['most']): RatioTarget {
  const words: Record<Kind, string> = {
    plain: 'plain',
    signed: 'signed',
    tls: 'over TLS',
    signedTls: 'signed, over TLS',
  };
  return {
    what: `CPU a request, ${words[kind]} / ${peer}, ${words[peerKind]}`,
    among: 'few',
    of: nameOf('mlbench', kind, fewConnections),
    to: nameOf(peer, peerKind, fewConnections),
    most,
  };
}

function atMost(value: number): RatioTarget['most'] {
  return { value, label: `${value} ×`, digits: 2 };
}

function oneIn(parts: number): RatioTarget['most'] {
  return { value: 1 / parts, label: `1/${parts} (${1 / parts} ×)`, digits: 3 };
}

function verdict(
  what: string,
  limit: string,
  observed: number,
  most: number,
  say: (value: number) => string,
): Verdict {
  return { what, limit, observed: say(observed), met: observed <= most };
}
