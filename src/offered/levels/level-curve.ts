/** Users, or arrivals a second, over time: straight pieces that follow each other from 0 to the load's end. */
export interface LevelPiece {
  fromMs: number;
  toMs: number;
  fromLevel: number;
  toLevel: number;
}

/** A level over time, and what it adds up to: of a rate, arrivals; of users, user-seconds. */
export interface LevelCurve {
  readonly pieces: readonly LevelPiece[];
  readonly endMs: number;
  readonly highest: number;
  /** What it adds up to by the end. */
  readonly total: number;
  /** The level just after `ms`; 0 outside of the pieces. */
  at(ms: number): number;
  /** Over [fromMs, toMs). */
  mean(fromMs: number, toMs: number): number;
  /** The first instant after `ms` at which the slope or the level changes; Infinity after the last. */
  nextChangeMs(ms: number): number;
  /** What it adds up to from the start to `ms`. */
  upTo(ms: number): number;
  /** ms at which `amount` is reached; Infinity if it never is. Cheapest when asked in ascending order. */
  instantOf(amount: number): number;
}

/**
 * On a piece with level r(x) = r₀ + a·x, the amount n(x) = r₀·x + a·x²/2, and
 *
 *   x(n) = 2n / (r₀ + √(r₀² + 2·a·n))
 *
 * the root's form that stays exact for a = 0 and for r₀ = 0, and loses no digits to cancellation. The mean over [a, b)
 * is (n(b) − n(a)) / (b − a).
 */
export function createLevelCurve(pieces: readonly LevelPiece[]): LevelCurve {
  const parts = partsOf(pieces);
  const endMs = parts.at(-1)?.toMs ?? 0;
  const total = parts.at(-1)?.after ?? 0;
  let highest = 0;
  for (const { fromLevel, toLevel } of parts) highest = Math.max(highest, fromLevel, toLevel);
  const partAt = createPartFinder(parts);
  /** The part in which the last amount was reached: the next is mostly close by. */
  let reachedAt = 0;
  const upTo = (ms: number) => {
    const part = partAt(ms);
    if (part === undefined) return ms < endMs ? 0 : total;
    const x = ms - part.fromMs;
    return part.before + part.startRate * x + (part.slope * x * x) / 2;
  };
  return {
    pieces: parts,
    endMs,
    highest,
    total,
    at(ms) {
      const part = partAt(ms);
      return part === undefined ? 0 : levelWithin(part, ms);
    },
    mean(fromMs, toMs) {
      const part = partAt(fromMs);
      // Most questions lie within one straight piece: its middle is the mean.
      if (part !== undefined && toMs <= part.toMs) return levelWithin(part, (fromMs + toMs) / 2);
      return ((upTo(toMs) - upTo(fromMs)) * 1_000) / (toMs - fromMs);
    },
    nextChangeMs(ms) {
      const part = partAt(ms);
      if (part !== undefined) return part.toMs;
      return ms < endMs ? 0 : Number.POSITIVE_INFINITY;
    },
    upTo,
    instantOf(amount) {
      if (amount >= total) return Number.POSITIVE_INFINITY;
      while (reachedAt > 0 && amount < parts[reachedAt]!.before) reachedAt--;
      while (amount >= parts[reachedAt]!.after) reachedAt++;
      return instantWithin(parts[reachedAt]!, amount);
    },
  };
}

/** From an instant on, a level in place of the planned one. */
export interface LevelChange {
  atMs: number;
  levelFor(planned: number): number;
}

/**
 * The pieces with changes in force, each until the next; what would be below 0 is 0. @param changes in order of time
 */
export function changeLevels(pieces: readonly LevelPiece[], changes: readonly LevelChange[]): LevelPiece[] {
  const changed: LevelPiece[] = [];
  let next = 0;
  let levelFor = (planned: number) => planned;
  const add = (piece: LevelPiece) => {
    const fromLevel = levelFor(piece.fromLevel);
    const toLevel = levelFor(piece.toLevel);
    changed.push(...withoutDebt({ ...piece, fromLevel, toLevel }));
  };
  for (const piece of pieces) {
    let rest = piece;
    for (; next < changes.length && changes[next]!.atMs < rest.toMs; next++) {
      const { atMs } = changes[next]!;
      if (atMs > rest.fromMs) {
        const level = levelWithin(rest, atMs);
        add({ ...rest, toMs: atMs, toLevel: level });
        rest = { ...rest, fromMs: atMs, fromLevel: level };
      }
      levelFor = changes[next]!.levelFor;
    }
    add(rest);
  }
  return changed;
}

interface Part extends LevelPiece {
  /** A millisecond. */
  startRate: number;
  slope: number;
  /** What the curve adds up to before the part and after it. */
  before: number;
  after: number;
}

function partsOf(pieces: readonly LevelPiece[]): Part[] {
  let before = 0;
  return pieces.flatMap(({ fromMs, toMs, fromLevel, toLevel }) => {
    const lengthMs = toMs - fromMs;
    if (lengthMs <= 0) return [];
    const startRate = fromLevel / 1_000;
    const slope = (toLevel - fromLevel) / 1_000 / lengthMs;
    const after = before + ((fromLevel + toLevel) / 2_000) * lengthMs;
    const part = { fromMs, toMs, fromLevel, toLevel, startRate, slope, before, after };
    before = after;
    return [part];
  });
}

/** @returns finds the part in which `ms` lies; undefined outside of all */
function createPartFinder(parts: readonly Part[]): (ms: number) => Part | undefined {
  /** Where the last question was answered: the next is mostly close by. */
  let at = 0;
  return (ms) => {
    const last = parts[at];
    if (last !== undefined && last.fromMs <= ms && ms < last.toMs) return last;
    let low = 0;
    let high = parts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (parts[middle]!.toMs <= ms) low = middle + 1;
      else high = middle;
    }
    const found = parts[low];
    if (found === undefined || found.fromMs > ms) return undefined;
    at = low;
    return found;
  };
}

function instantWithin({ fromMs, toMs, startRate, slope, before }: Part, amount: number): number {
  const n = amount - before;
  if (n <= 0) return fromMs;
  // Falling to zero, the root may come out below it by rounding.
  const root = Math.sqrt(Math.max(0, startRate * startRate + 2 * slope * n));
  const divisor = startRate + root;
  return divisor === 0 ? fromMs : Math.min(toMs, fromMs + (2 * n) / divisor);
}

/** Below 0 nobody sends: there the level is 0. */
function withoutDebt(piece: LevelPiece): LevelPiece[] {
  const { fromMs, toMs, fromLevel, toLevel } = piece;
  if (fromLevel >= 0 && toLevel >= 0) return [piece];
  if (fromLevel <= 0 && toLevel <= 0) return [{ fromMs, toMs, fromLevel: 0, toLevel: 0 }];
  const zeroMs = fromMs + (fromLevel / (fromLevel - toLevel)) * (toMs - fromMs);
  return [
    { fromMs, toMs: zeroMs, fromLevel: Math.max(0, fromLevel), toLevel: 0 },
    { fromMs: zeroMs, toMs, fromLevel: 0, toLevel: Math.max(0, toLevel) },
  ];
}

function levelWithin({ fromMs, toMs, fromLevel, toLevel }: LevelPiece, ms: number): number {
  return fromLevel + ((toLevel - fromLevel) * (ms - fromMs)) / (toMs - fromMs);
}
