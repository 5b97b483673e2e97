import type { Findings } from './findings.ts';
import { table } from './markdown.ts';
import { nameOf, type Rounds, ratioIn, spreadIn } from './rounds.ts';
import type { Spread } from './statistics.ts';
import { isSecure, type Kind, kindNames, type Tool } from './tools/tool.ts';

/** CPU time a request and the rate reached, at 64 connections. */
export function costSection({ versions, few }: Findings): string {
  const rows = entries(versions, few, 64).map(({ tool, kind, name }) => {
    const base = nameOf('wrk', isSecure(kind) ? 'tls' : 'plain', 64);
    const figure = (value: Parameters<typeof spreadIn>[2]) => spreadIn(few, name, value)!;
    return [
      tool.name,
      kindNames[kind],
      range(figure((measured) => measured.cpuUsPerRequest)),
      micros(figure((measured) => measured.userUsPerRequest).median),
      times(ratioIn(few, name, base)),
      Math.round(figure((measured) => measured.rateRps).median).toLocaleString('en'),
      percent(figure((measured) => measured.busy).median),
      percent(figure((measured) => measured.serverBusy).median),
    ];
  });
  const header = ['', '', 'CPU µs a request', 'user', '× wrk', 'requests/s', 'busy', 'server busy'];
  return `## CPU a request, 64 connections

\`× wrk\` is over wrk's plain row for plain and signed requests, and over its TLS row for those over TLS. \`user\` is the part of
CPU time outside the kernel.

${table(header, rows, [2, 3, 4, 5, 6, 7])}`;
}

/** The same, and memory, with more connections. */
export function growthSection({ versions, many }: Findings): string {
  const rows = [64, 1_000, 5_000, 10_000].flatMap((connections) =>
    entries(versions, many, connections).map(({ tool, kind, name }) => {
      const figure = (value: Parameters<typeof spreadIn>[2]) => spreadIn(many, name, value)!;
      return [
        connections.toLocaleString('en'),
        tool.name,
        range(figure((measured) => measured.cpuUsPerRequest)),
        times(ratioIn(many, name, nameOf(tool.name, kind, 64))),
        Math.round(figure((measured) => measured.rateRps).median).toLocaleString('en'),
        `${Math.round(figure((measured) => measured.residentKb).median / 1_024)} MB`,
      ];
    }),
  );
  const header = ['connections', '', 'CPU µs a request', '× own at 64', 'requests/s', 'resident'];
  return `## More connections, plain, at full speed

${table(header, rows, [0, 2, 3, 4, 5])}`;
}

function entries(versions: Findings['versions'], rounds: Rounds, connections: number) {
  const all: { tool: Tool; kind: Kind; name: string }[] = [];
  for (const tool of versions.keys()) {
    for (const kind of tool.kinds) {
      const name = nameOf(tool.name, kind, connections);
      if (spreadIn(rounds, name, (measured) => measured.rateRps)) all.push({ tool, kind, name });
    }
  }
  return all;
}

function range({ median, least, most }: Spread): string {
  return `${micros(median)} (${micros(least)}–${micros(most)})`;
}

function micros(us: number): string {
  return us < 100 ? us.toFixed(1) : us.toFixed(0);
}

function times(ratio: Spread | undefined): string {
  return ratio === undefined ? '' : ratio.median.toFixed(2);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
