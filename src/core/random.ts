import { randomBytes, randomUUID } from 'node:crypto';

/** A seeded stream of numbers: the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound). */
  int(bound: number): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Exponential with the given mean (gaps of a Poisson process). */
  exponential(mean: number): number;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): small, fast, passes its author's batteries; seeded by splitmix32. */
export function createRandom(seed: number): Random {
  const mix = splitmix32(seed);
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  const nextUint32 = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) nextUint32();
  const next = () => nextUint32() / 4_294_967_296;
  return {
    next,
    int: (bound) => Math.floor(next() * bound),
    between: (low, high) => low + next() * (high - low),
    exponential: (mean) => -mean * Math.log(1 - next()),
  };
}

/** A seed nobody chose; printed with the run, so that the run can be repeated. */
export function randomSeed(): number {
  return randomBytes(4).readUInt32LE();
}

/** Letters and digits that nobody can guess: `bytes` of them, in letters that every shell takes as they are. */
export function newSecret(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

export function newUuid(): string {
  return randomUUID();
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
}
