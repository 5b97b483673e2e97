import { writeFileSync } from 'node:fs';
import { costSection, growthSection } from './cost-tables.ts';
import type { Findings } from './findings.ts';
import { table } from './markdown.ts';
import { judge } from './targets.ts';
import { toolFolder } from './tools/commands.ts';
import { kindNames, requestBody, requestPath } from './tools/tool.ts';

/** Nothing in the document is written by hand: running the bench again rewrites it whole. */
export function writeDocument(path: string, findings: Findings): void {
  const sections = [
    introduction(findings),
    targetsSection(findings),
    costSection(findings),
    growthSection(findings),
    memorySection(findings),
    sendLagSection(findings),
    toolsSection(findings),
  ];
  writeFileSync(path, `${sections.filter((section) => section !== '').join('\n\n')}\n`);
}

function introduction({ machine, rounds, windowMs }: Findings): string {
  return `# What the load generator costs, beside others

This page is written by \`npm run bench\` (\`npm run bench -- --install\` installs the other generators first) and by nobody
else. All figures are of one run on one machine:

${machine.map((line) => `- ${line}`).join('\n')}

Every generator sends the same request: \`POST ${requestPath}\` with a JSON body of ${requestBody.length} bytes, on HTTP/1.1
connections that are kept alive, over the loopback interface to nginx, which gives a fixed answer of 26 bytes. Before
anything is measured, a server of the bench's own looks at what each generator really sends. \`signed\` means a SageMaker
InvokeEndpoint request with Signature Version 4.

The generator is held to one core, nginx to the other. Once all connections are there, and after some time for warming up,
the bench reads the generator's CPU time (user and system, all of its threads and child processes) from \`/proc\` and nginx's
own count of requests, and reads both again ${windowMs / 1_000} s later. What a generator says of itself plays no part, and
neither do its start and end. All are measured in turn, round by round (${rounds} at 64 connections, half as many with
more): a figure is the median of the rounds, in parentheses the least and the most, and a ratio is the median of the
rounds' ratios.

CPU time a request is what one core's peak rate follows from. The rates beside it were reached here; where \`server busy\` is
near 100 %, nginx was the limit. Figures in µs are this machine's; the ratios are what travels.`;
}

function targetsSection(findings: Findings): string {
  const verdicts = judge(findings);
  if (verdicts.length === 0) return '';
  const rows = verdicts.map(({ what, limit, observed, met }) => [
    what,
    limit,
    observed,
    met ? 'yes' : '**no**',
  ]);
  return `## What mlbench is held to\n\n${table(['', 'target', 'observed', 'met'], rows, [2])}`;
}

function memorySection({ idle, overTime }: Findings): string {
  const mb = (kb: number) => `${Math.round(kb / 1_024)} MB`;
  const rows = idle.map(({ users, pacingMs, residentKb, kbAUser }) => [
    users.toLocaleString('en'),
    `${pacingMs / 1_000} s`,
    mb(residentKb),
    kbAUser === undefined ? '' : `${kbAUser.toFixed(1)} KB`,
  ]);
  const growth = overTime
    .map(({ atMs, residentKb }) => `${mb(residentKb)} after ${atMs / 1_000} s`)
    .join(', ');
  return `## Memory of waiting users

Resident memory of the whole process (Node itself, command and worker), 15 s after all users are connected. All runs send
the same 1,000 requests a second, so that the difference is the users'.

${table(['users', 'a request every', 'resident', 'a user, over the first row'], rows, [0, 1, 2, 3])}

Over time, 64 connections at full speed: ${growth}.`;
}

function sendLagSection({ sendLag }: Findings): string {
  if (sendLag.length === 0) return '';
  const rows = sendLag.map(({ rateRps, precise, p50Us, p99Us, sent }) => [
    rateRps.toLocaleString('en'),
    precise ? 'yes' : 'no',
    `${p50Us} µs`,
    `${p99Us} µs`,
    sent.toLocaleString('en'),
  ]);
  return `## How late requests leave

Open model, Poisson arrivals, one worker, the command line itself (\`mlbench load --rate … --arrivals poisson\`): from the
instant the schedule meant to the instant the worker takes the request up, by its own histogram.

${table(['arrivals a second', '`--precise`', 'p50', 'p99', 'requests'], rows, [0, 2, 3, 4])}`;
}

function toolsSection({ versions, missing, deviations }: Findings): string {
  const sample = { url: new URL(`http://127.0.0.1:8080${requestPath}`), connections: 64 };
  const files = { bodyFile: 'body.json', caFile: 'server.pem', folder: '/tmp' };
  const commands = [...versions.keys()].map((tool) => {
    const { command } = tool.launch({ ...sample, ...files, kind: tool.kinds[0]! });
    return shorten(command.map(quote).join(' '));
  });
  const rows = [...versions].map(([tool, version]) => [
    tool.name,
    version,
    tool.kinds.map((kind) => kindNames[kind]).join('; '),
    tool.install.length === 0
      ? 'here already'
      : `\`${shorten(tool.install.map((each) => each.join(' ')).join(' && '))}\``,
  ]);
  const absent = missing.map(({ name }) => name).join(', ');
  const wrong = deviations.map(({ tool, kind, fault }) => `- ${tool.name}, ${kindNames[kind]}: ${fault}`);
  return [
    '## The generators',
    table(['', 'version', 'measured', 'installed by'], rows, []),
    `Not on this machine: ${absent || 'none'}.`,
    ...(wrong.length > 0
      ? [`Left out because they do not send the request that all send:\n\n${wrong.join('\n')}`]
      : []),
    `Their commands, each behind \`taskset -c 1\`, and ended by the bench:\n\n\`\`\`\n${commands.join('\n')}\n\`\`\``,
    remarks,
  ].join('\n\n');
}

const remarks = `## What to keep in mind

- What a generator does for a request differs. mlbench keeps five HDR histograms, counts and Little's law, and parses responses
  strictly; wrk keeps one histogram; oha and hey keep every single response; k6 runs a script; the AWS SDK's loop keeps nothing.
- wrk, hey, autocannon and locust's FastHttpUser verify no certificate. mlbench does. On kept-alive connections that costs
  nothing a request.
- mlbench signs once a second and payload, because a signature's date has no finer resolution; the SDKs and oha sign each
  request anew, as they must where payloads differ.
- vegeta's results go to \`/dev/null\`: a report would cost it extra.
- On the loopback interface the kernel delivers a packet within the sender's system call, so that system time of the
  generator holds part of what a network card would do. It is the same for all, and it dampens the ratios.`;

function shorten(text: string): string {
  return text
    .replaceAll(toolFolder, '~/.cache/mlbench-bench')
    .replaceAll(process.execPath, 'node')
    .replaceAll(`${process.cwd()}/`, '');
}

function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument}'`;
}
