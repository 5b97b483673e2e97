import { registerHooks } from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ContentPlaces, pathOfContent } from '../../../core/content.ts';
import { MlbenchError, userError } from '../../../core/errors.ts';
import { builtProgram } from '../../../core/package-paths.ts';
import type { Wait } from '../../../offered/waits/waits.ts';
import { parseWait } from '../../../offered/waits/waits.ts';
import type { ScenarioPlan } from '../../plan/scenario-plan.ts';
import type { Flow, Scenario } from '../define-scenario.ts';
import { noteModules, type ScenarioModules } from './scenario-modules.ts';

/** Where this machine has the scenario, by an absolute path, and what is to be chosen of it. */
export type LocatedScenario = Pick<ScenarioPlan, 'tags' | 'excludeTags'> & {
  file: string;
  /** Those that are known to belong to it. */
  modules: ScenarioModules;
};

export function locateScenario(
  { content, tags, excludeTags, modules }: ScenarioPlan,
  contents: ContentPlaces,
): LocatedScenario {
  const file = pathOfContent(contents, content);
  return { file, tags, excludeTags, modules: { ...modules, [basename(file)]: content.sha256 } };
}

export interface LoadedScenario extends Scenario<unknown, unknown> {
  file: string;
  chosenWait: Wait | null;
  modules: ScenarioModules;
}

/**
 * Imports the file by Node's own type stripping, checks what it exports, and keeps the flows that the tags choose. To
 * be called in a thread of its own: the file may do anything.
 * @throws MlbenchError (exit code 2) with file and line
 */
export async function loadScenario(located: LocatedScenario): Promise<LoadedScenario> {
  const { file, tags, excludeTags } = located;
  const modules = noteModules(file, located.modules, serveOwnModule());
  let exported: unknown;
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown; scenario?: unknown };
    exported = module.default ?? module.scenario;
  } catch (error) {
    throw error instanceof MlbenchError ? error : scenarioError(file, error);
  }
  const scenario = checkScenario(exported, file);
  const flows = scenario.flows.filter(
    (flow) =>
      (tags.length === 0 || flow.tags?.some((tag) => tags.includes(tag))) &&
      !flow.tags?.some((tag) => excludeTags.includes(tag)),
  );
  if (flows.length === 0) {
    throw userError('bad-scenario', `${file}: the tags leave no flow to run`, 'choose others with --tags');
  }
  const chosenWait = scenario.wait === undefined ? null : parseWait(scenario.wait, `"wait" in ${file}`);
  return { ...scenario, flows, file, chosenWait, modules: modules() };
}

/** One line: what was thrown, and where in the scenario's file. */
export function scenarioError(file: string, error: unknown, doing = ''): MlbenchError {
  const line = placesIn(file, error)[0];
  const where = line ?? file;
  const what = describeThrown(error);
  return userError('bad-scenario', `${where}: ${doing}${what}`, 'correct the scenario', error);
}

/** `SyntaxError: Unexpected token`, on one line. */
export function describeThrown(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

/** `flow.ts:12:5` for each frame of the stack that lies in the file, innermost first. */
export function placesIn(file: string, error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places: string[] = [];
  for (const name of [pathToFileURL(file).href, file]) {
    for (let at = stack.indexOf(name); at >= 0; at = stack.indexOf(name, at + 1)) {
      const place = /^:\d+(?::\d+)?/.exec(stack.slice(at + name.length))?.[0];
      if (place !== undefined) places.push(`${basename(file)}${place}`);
    }
    if (places.length > 0) break;
  }
  return places.slice(0, 10);
}

function checkScenario(exported: unknown, file: string): Scenario<unknown, unknown> {
  const bad = (why: string) =>
    userError('bad-scenario', `${file}: ${why}`, 'export default defineScenario({ flows: [ … ] })');
  if (typeof exported !== 'object' || exported === null) throw bad('it exports no scenario as its default');
  const scenario = exported as Scenario<unknown, unknown>;
  if (!Array.isArray(scenario.flows) || scenario.flows.length === 0) throw bad('it has no flows');
  scenario.flows.forEach((flow: Flow<unknown, unknown> | undefined, at) => {
    if (typeof flow?.name !== 'string' || flow.name === '') throw bad(`flow ${at + 1} has no name`);
    const runs = 'run' in flow && typeof flow.run === 'function';
    const requests = 'request' in flow && ['object', 'function'].includes(typeof flow.request);
    if (runs === requests) throw bad(`the flow "${flow.name}" needs either run or request`);
    const { weight = 1 } = flow;
    if (!(weight > 0 && Number.isFinite(weight))) throw bad(`the weight of "${flow.name}" is not above 0`);
  });
  for (const part of ['setup', 'teardown', 'state'] as const) {
    if (scenario[part] !== undefined && typeof scenario[part] !== 'function')
      throw bad(`${part} is no function`);
  }
  return scenario;
}

/** A scenario may lie anywhere: `mlbench/scenario` is this package's, wherever it is installed. @returns its file */
function serveOwnModule(): string {
  const own = builtProgram('scenario');
  const url = pathToFileURL(own).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'mlbench/scenario'
        ? { url, shortCircuit: true, format: 'module' }
        : next(specifier, context),
  });
  return own;
}
