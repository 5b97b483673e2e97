import { type MlbenchError, userError } from '../core/errors.ts';
import { changeLevels, createLevelCurve, type LevelPiece } from './levels/level-curve.ts';
import { grouped } from './words.ts';

/** What a running load is told. Absolute: whatever was in force before, afterwards it is this. */
export type SteeringCommand =
  /** Users, or arrivals a second, whatever the plan says, until the end. */
  | { type: 'level'; level: number }
  /** Users more than planned, or percent of the planned rate. */
  | { type: 'offset'; offset: number }
  /** Nothing new is sent. */
  | { type: 'pause' }
  /** What was in force before the pause. */
  | { type: 'resume' };

/** What the offset of a load counts. */
export type SteeringUnit = 'users' | 'percent';

/** How the loads of a model are steered; pure: a changed load is another load, its changes on record. */
export interface Steering<Load> {
  unit: SteeringUnit;
  /**
   * The load as commanded from `atMs` of the run on; the curve before it stays what it was, and what was to change
   * later is forgotten. The same load where that changes nothing.
   * @throws MlbenchError `bad-level`, `too-many-changes`
   */
  steer(load: Load, command: SteeringCommand, atMs: number): Load;
  /**
   * So many users, or percent of the planned rate, more than now, as far as bounds allow; never to nothing, which is
   * what a pause is for.
   */
  step(load: Load, steps: number): SteeringCommand;
  /** The last change in words: `12 users more than planned`. */
  describe(load: Load): string;
  /** Nothing new is sent at present. */
  isPaused(load: Load): boolean;
}

/** In force from an instant on, instead of the plan. */
type Force = RunningForce | { paused: true };

type RunningForce = { offset: number } | { level: number };

/** A force with the instant from which it is in force, as a load's JSON has it. */
export interface Change {
  atMs: number;
}

/** What models that have a level over time differ in. */
export interface Steered<Load, Entry extends Change> {
  unit: SteeringUnit;
  /** The offset that changes nothing. */
  plannedOffset: number;
  mostLevel: number;
  /** The level that a step of one is. @param highest of the plan */
  stepLevel(highest: number): number;
  offsetLevel(planned: number, offset: number): number;
  /** The offset that makes the plan's highest level this level. */
  offsetFor(highest: number, level: number): number;
  planned(load: Load): LevelPiece[];
  changes(load: Load): readonly Entry[];
  withChanges(load: Load, changes: readonly Entry[]): Load;
  force(entry: Entry): Force;
  entry(atMs: number, force: Force): Entry;
  describe(force: RunningForce): string;
}

/** The plan with what it was steered to. */
export function steeredPieces<Load, Entry extends Change>(
  steered: Steered<Load, Entry>,
  load: Load,
): LevelPiece[] {
  const changes = steered.changes(load).map((entry) => {
    const force = steered.force(entry);
    const levelFor = (planned: number) => {
      if ('paused' in force) return 0;
      return 'level' in force ? force.level : steered.offsetLevel(planned, force.offset);
    };
    return { atMs: entry.atMs, levelFor };
  });
  return changeLevels(steered.planned(load), changes);
}

export function createSteering<Load, Entry extends Change>(steered: Steered<Load, Entry>): Steering<Load> {
  const { unit, mostLevel } = steered;
  const forces = (entries: readonly Entry[]) => forcesOf(steered, entries);
  const highestOf = (load: Load) => createLevelCurve(steered.planned(load)).highest;
  const asked = (load: Load, command: SteeringCommand, atMs: number): Force => {
    switch (command.type) {
      case 'pause':
        return { paused: true };
      case 'resume':
        return forces(steered.changes(load).filter((entry) => entry.atMs <= atMs)).running;
      case 'level':
        if (command.level >= 0 && command.level <= mostLevel) return { level: command.level };
        throw badLevel(command.level, mostLevel);
      case 'offset': {
        const level = steered.offsetLevel(highestOf(load), command.offset);
        if (Number.isFinite(level) && level <= mostLevel) return { offset: command.offset };
        throw badLevel(level, mostLevel);
      }
    }
  };
  return {
    unit,
    steer(load, command, atMs) {
      const entries = steered.changes(load);
      const force = asked(load, command, atMs);
      // What a pause finds at its own instant is what a resume goes back to.
      const stays = (entry: Entry) =>
        entry.atMs < atMs ||
        (entry.atMs === atMs && 'paused' in force && !('paused' in steered.force(entry)));
      const before = entries.filter(stays);
      if (sameForce(force, forces(before).now))
        return before.length === entries.length ? load : steered.withChanges(load, before);
      const replaced = entries[before.length];
      if (replaced?.atMs === atMs && entries.length === before.length + 1) {
        if (sameForce(force, steered.force(replaced))) return load;
      } else if (before.length >= mostChanges) throw tooManyChanges();
      return steered.withChanges(load, [...before, steered.entry(atMs, force)]);
    },
    step(load, steps) {
      const { running } = forces(steered.changes(load));
      const highest = highestOf(load);
      const [least, step] = [steered.stepLevel(highest), steered.stepLevel(highest) * steps];
      if ('level' in running) return { type: 'level', level: within(running.level + step, least, mostLevel) };
      const offset = within(
        running.offset + steps,
        steered.offsetFor(highest, least),
        steered.offsetFor(highest, mostLevel),
      );
      return { type: 'offset', offset };
    },
    describe(load) {
      const { now, running } = forces(steered.changes(load));
      return 'paused' in now ? 'paused: nothing new is sent' : steered.describe(running);
    },
    isPaused: (load) => 'paused' in forces(steered.changes(load)).now,
  };
}

/** The last force, and the last that was no pause. */
function forcesOf<Load, Entry extends Change>(
  steered: Steered<Load, Entry>,
  entries: readonly Entry[],
): { now: Force; running: RunningForce } {
  const forces = entries.map((entry) => steered.force(entry));
  const running = forces.findLast((force): force is RunningForce => !('paused' in force));
  const orPlan = running ?? { offset: steered.plannedOffset };
  return { now: forces.at(-1) ?? orPlan, running: orPlan };
}

function sameForce(a: Force, b: Force): boolean {
  if ('paused' in a) return 'paused' in b;
  if ('level' in a) return 'level' in b && a.level === b.level;
  return 'offset' in b && a.offset === b.offset;
}

function badLevel(level: number, mostLevel: number): MlbenchError {
  return userError(
    'bad-level',
    `a load cannot be steered to ${grouped(level)}`,
    `name a level from 0 to ${grouped(mostLevel)}`,
  );
}

function tooManyChanges(): MlbenchError {
  return userError(
    'too-many-changes',
    `this load was changed ${grouped(mostChanges)} times already`,
    'plan a load that varies so much with --stages',
  );
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

const mostChanges = 1_000;
