import { userError } from '../../core/errors.ts';

/** The settings that say which kind of load it is, and what belongs to one kind alone. */
export interface ModelSettings {
  users?: number | undefined;
  ramp?: unknown;
  wait?: unknown;
  rate?: number | undefined;
  arrivals?: unknown;
  stages?: unknown;
  trace?: string | undefined;
  duration?: number | undefined;
  connections?: unknown;
  precise?: boolean | undefined;
}

/** Users, a rate and a trace are three kinds of load: refuses a mixture. @throws MlbenchError `contradiction`, `bad-rate` */
export function refuseMixedModels(settings: ModelSettings): void {
  const { users, rate, stages, trace } = settings;
  const kinds = [
    ...(users === undefined ? [] : [`--users ${users}`]),
    ...(rate === undefined ? [] : [`--rate ${rate}`]),
    ...(trace === undefined ? [] : [`--trace ${trace}`]),
  ];
  if (kinds.length > 1) {
    throw contradiction(
      `${kinds.join(' and ')} are different loads`,
      'keep one: users wait for answers, a rate and a trace do not',
    );
  }
  if (rate === 0 && stages === undefined) {
    throw userError(
      'bad-rate',
      '--rate 0 would never send a request',
      'pass a rate above 0, such as --rate 100',
    );
  }
  if (trace !== undefined)
    refuse(settings, ['stages', 'arrivals', 'ramp', 'wait'], '--trace says when each request starts');
  const open = rate !== undefined || (stages !== undefined && users === undefined);
  if (open) refuse(settings, ['ramp', 'wait'], 'arrivals know no users');
  else if (trace === undefined) {
    refuse(
      settings,
      ['arrivals', 'connections', 'precise'],
      'users send when they have their answer, each on a connection of its own',
      'add --rate, or leave it out',
    );
  }
  if (stages !== undefined) refuse(settings, ['ramp', 'duration'], '--stages say it already');
}

function refuse(
  settings: ModelSettings,
  keys: (keyof ModelSettings)[],
  why: string,
  remedy = 'leave it out',
): void {
  const key = keys.find((candidate) => settings[candidate] !== undefined && settings[candidate] !== false);
  if (key !== undefined) throw contradiction(`--${key} has no place here: ${why}`, remedy);
}

function contradiction(message: string, remedy: string) {
  return userError('contradiction', message, remedy);
}
