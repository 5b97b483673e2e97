import { dirname } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { commentsOf, sources as files, readSources, type SourceFile } from './sources.ts';

describe('the house', () => {
  it('asks in at most five files which cloud it is', () => {
    const others = files.filter(({ path }) => !path.startsWith('src/experiment/targets/'));
    expect(others.length).toBeLessThan(files.length);
    expect(pathsOf(others.filter(({ text }) => asksWhichCloud(text))).length).toBeLessThanOrEqual(5);
  });

  it.each([
    `if (context.target === 'aws') pay();`,
    `switch (target) { case 'local': }`,
    `const credentials = endpoint.standIn ? {} : chain();`,
    `const scale = standIn?.options.timeScale ?? 1;`,
    `const emulated = standIn !== null && emulates(standIn);`,
    `const shown = standIn && describe(standIn);`,
    `return standIn\n  ? standIn.url : awsUrl;`,
    `if (standIn === undefined) pay();`,
    `if (found.standIn) return free;`,
    `if (!found.standIn) pay();`,
  ])('would find that a file asks: %s', (text) => {
    expect(asksWhichCloud(text)).toBe(true);
  });

  it.each([
    `const standIn = await startStandIn(stateDir);`,
    `clientsOf(context, standInCloud(standIn));`,
    `if (standInUrls.length > 0) tell();`,
  ])('does not take for a question: %s', (text) => {
    expect(asksWhichCloud(text)).toBe(false);
  });

  it('has at most 20 files a folder', () => {
    const counts = Object.groupBy(files, ({ path }) => dirname(path));
    const crowded = Object.entries(counts).filter(([, own]) => (own?.length ?? 0) > 20);
    expect(crowded.map(([folder]) => folder)).toEqual([]);
  });

  it('names exit codes by their names', () => {
    expect(pathsOf(files.filter(({ text }) => writesExitCode(text)))).toEqual([]);
    expect(writesExitCode('return { exitCode: 0 };')).toBe(true);
    expect(writesExitCode('exitCode: failed ? 1 : 0,')).toBe(true);
    expect(writesExitCode('exitCode: failed ? exitCodes.failed : exitCodes.ok,')).toBe(false);
  });

  it('hands no child process more of its environment than is said', () => {
    expect(pathsOf(files.filter(({ text }) => spawnsWithItsOwnEnvironment(text)))).toEqual([]);
    expect(spawnsWithItsOwnEnvironment(`spawn(program, [], { stdio: 'ignore' })`)).toBe(true);
    expect(spawnsWithItsOwnEnvironment(`execFileSync('ps', { env: process.env })`)).toBe(true);
    expect(spawnsWithItsOwnEnvironment(`spawn(program, [], { env: childEnvironment() })`)).toBe(false);
  });

  it('makes folders by the one way that keeps them to the user', () => {
    const others = files.filter(
      ({ path }) => !['src/core/files/folder.ts', 'src/image/build-context.ts'].includes(path),
    );
    expect(pathsOf(others.filter(({ text }) => /\bmkdir(Sync)?\(/.test(text)))).toEqual([]);
  });

  it('writes files by the few ways that keep them to the user', () => {
    const ways = /^src\/(core|localcloud\/s3|image|record\/writer)\//;
    const others = files.filter(({ path }) => !ways.test(path));
    const making =
      /\b(writeFile|createWriteStream|copyFile|symlink)(Sync)?\(|\bopen(Sync)?\([^)]*'[wa]x?\+?'/;
    expect(pathsOf(others.filter(({ text }) => making.test(text)))).toEqual([
      'src/experiment/checks/machine.ts',
      'src/localcloud/instances/container-engine/container-engine-runtime.ts',
    ]);
  });

  it('prints at one place, where nothing but our own control sequences passes', () => {
    const printing =
      /\bprocess\.std(out|err)\.write\(|\bconsole\.\w+\(|\bstream\.write\(|\\(u001b|x1b|u009b)\[/;
    expect(
      pathsOf(files.filter(({ path, text }) => /^src\/cli\//.test(path) && printing.test(text))),
    ).toEqual(['src/cli/terminal/sealed.ts', 'src/cli/terminal/terminal.ts', 'src/cli/verbs/invoke.ts']);
  });

  it('keeps files to the user in every program that makes some', () => {
    const programs = ['cli/main', 'core/background/background-service'];
    const lifeline = 'localcloud/instances/container-engine/container-lifeline';
    for (const name of [...programs, lifeline])
      expect(files.find(({ path }) => path === `src/${name}.ts`)?.text).toMatch(/^ *keepFilesPrivate\(\);$/m);
  });

  it('has at most 300 lines a file', () => {
    expect(pathsOf(files.filter(({ text }) => text.split('\n').length - 1 > 300))).toEqual([]);
  });

  it('has at most 60 lines a function', () => {
    expect([...files, ...readSources('scripts')].flatMap((file) => functionsOver(60, file))).toEqual([]);
  });

  it.each([
    ['a function', 'function long() {', '}'],
    ['an arrow function', 'const long = () => {', '};'],
    ['a method', 'const one = { long() {', '} };'],
    ['an accessor', 'class One { get long() {', '} }'],
    ['a constructor', 'class One { constructor() {', '} }'],
    ['an argument', 'run(async () => {', '});'],
  ])('would find %s of more', (_, opening, closing) => {
    const of = (lines: number) => ({
      path: 'a.ts',
      text: [opening, ...blanks(lines - 2), closing].join('\n'),
    });
    expect(functionsOver(60, of(61))).not.toEqual([]);
    expect(functionsOver(60, of(60))).toEqual([]);
  });
});

describe('a word that was retired', () => {
  const retired = [
    {
      word: 'settle, but for what simulate --settle says',
      where: /^/,
      find: (text: string) =>
        /settl/i.test(text.replaceAll(/settleMs|--settle\b|\bsettle:|\.settle\b|allSettled/g, '')),
      old: 'const settle = () => {};',
      fine: 'settle: load.value("DURATION"), settleMs: settings.settle, await Promise.allSettled([])',
    },
    {
      word: 'engine without its noun, in comments',
      where: /^/,
      find: (text: string) => proseOf(text).some((comment) => bareEngine.test(comment)),
      old: '/** As the engine does. */',
      fine: '/** As the scaling engine does, beside `engine/`, resource engines and a container engine. */',
    },
    {
      word: 'fleet for machines that send load',
      where: /^src\/load\//,
      find: (text: string) => /fleet/i.test(text),
      old: 'a fleet of workers',
      fine: 'agents',
    },
    {
      word: 'alarm for a timer',
      where: /^src\/(load|core|offered)\//,
      find: (text: string) => /alarm/i.test(text),
      old: 'sets the alarm',
      fine: 'sets the wake-up',
    },
    {
      word: 'target for what a run sends to, but in `result.json`',
      where: /^src\/(load|offered|experiment\/load)\//,
      find: (text: string) =>
        /\btargets?\b|Target(?!Name)/.test(
          text.replaceAll(
            /--target\b|sagemaker-target-|\btarget: describeDestination\(|\['target'\]|\/targets?[/.]|'target'|context\.target|targetOf/g,
            '',
          ),
        ),
      old: 'const { target } = plan;',
      fine: 'target: describeDestination(plan.destination), // beside `--target local`',
    },
    {
      word: 'profile for an offered load, but in `result.json`',
      where: /^src\/(load|offered|experiment\/load)\//,
      find: (text: string) =>
        /profile/i.test(
          text.replaceAll(
            /aws-profile|profileWords|credentials profile|AWS_PROFILE|--profile|\bprofile: plan\.offered\b|`profile` in `result\.json`/g,
            '',
          ),
        ),
      old: 'driveOf(plan.profile)',
      fine: 'profile: plan.offered',
    },
  ];

  it.each(retired)('is gone: $word', ({ where, find }) => {
    expect(pathsOf(files.filter(({ path, text }) => where.test(path) && find(text)))).toEqual([]);
  });

  it.each(retired)('would be found: $word', ({ find, old, fine }) => {
    expect([find(old), find(fine)]).toEqual([true, false]);
  });
});

/** A call that starts a process, and does not say \`env: childEnvironment\` or \`env: { ...childEnvironment\` or \`env: xEnvironment(\`. */
function spawnsWithItsOwnEnvironment(text: string): boolean {
  return [...text.matchAll(/\b(?:spawn|spawnSync|execFile|execFileSync|fork)\(/g)].some(
    ({ index }) => !/^[^;]*?\benv: (?:\{ \.\.\.)?\w*[eE]nvironment\(/s.test(text.slice(index)),
  );
}

function pathsOf(found: readonly SourceFile[]): string[] {
  return found.map(({ path }) => path);
}

/** Where each begins, and its lines. */
function functionsOver(most: number, { path, text }: SourceFile): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const first = lineOf(node.getStart(source));
      const lines = lineOf(node.end) - first + 1;
      if (lines > most) found.push(`${path}:${first + 1}: ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function blanks(count: number): string[] {
  return Array.from({ length: count }, () => '');
}

/** By the target's name, or by whether there is a stand-in. */
function asksWhichCloud(text: string): boolean {
  return [
    /(?:[!=]==? |\bcase )'(?:aws|local)'/,
    /\bstandIn(?:\?\.|\s+\?|\s*[!=]==? (?:null|undefined)|\s*&&|\s*\|\|)/,
    /\bif \(!?(?:\w+\.)*standIn\)|!(?:\w+\.)*standIn\b/,
  ].some((question) => question.test(text));
}

function writesExitCode(text: string): boolean {
  return /\bexitCode:[^,;{}\n]*\b\d/.test(text);
}

/** A parameter may be called so: its type has the noun. */
const bareEngine = /(?<!(?:scaling|resource|container)[ -]|@param )\bengines?\b/i;

/** Words may be parted by a line's end; code and addresses are no words. */
function proseOf(text: string): string[] {
  return commentsOf(text).map((comment) =>
    comment.replaceAll(/`[^`]*`|https?:\S+/g, '').replaceAll(/\s*\n\s*\*?\s*/g, ' '),
  );
}
