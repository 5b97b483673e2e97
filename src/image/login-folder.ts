import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes the folder a configuration of its own for docker and finch, so that a login leaves nothing in the user's, nor
 * in a key chain that it names. What reaches the container engine is taken over: the chosen context and the contexts
 * themselves.
 */
export function prepareLoginFolder(folder: string, environment: NodeJS.ProcessEnv): void {
  const own = environment['DOCKER_CONFIG'] || join(homedir(), '.docker');
  const currentContext = chosenContext(join(own, 'config.json'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ currentContext }), { mode: 0o600 });
  const contexts = join(own, 'contexts');
  if (existsSync(contexts)) symlinkSync(contexts, join(folder, 'contexts'));
}

function chosenContext(configPath: string): string | undefined {
  try {
    const { currentContext } = JSON.parse(readFileSync(configPath, 'utf8')) as { currentContext?: unknown };
    return typeof currentContext === 'string' ? currentContext : undefined;
  } catch {
    // None, or one that docker itself would complain of.
    return undefined;
  }
}
