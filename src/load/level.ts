import type { ClosedProfile, OpenProfile, Stage } from './profile.ts';

/** Users, or arrivals a second, over time: straight pieces that follow each other from the run's start to its end. */
export interface LevelPiece {
  fromMs: number;
  toMs: number;
  fromLevel: number;
  toLevel: number;
}

/** The arrival rate of an open profile, what was changed by hand included. */
export function ratePieces(profile: OpenProfile): LevelPiece[] {
  let pieces = stagePieces(profile.rateRps, profile.stages, profile.durationMs);
  let percent = 100;
  for (const change of profile.changes ?? []) {
    pieces = scaleFrom(pieces, change.atMs, change.ratePercent / percent);
    percent = change.ratePercent;
  }
  return pieces;
}

/** How many users a closed profile wants, what was changed by hand included; user i is active while the level is above i. */
export function userPieces(profile: ClosedProfile): LevelPiece[] {
  let pieces = plannedUserPieces(profile);
  let added = 0;
  for (const change of profile.changes ?? []) {
    pieces = raiseFrom(pieces, change.atMs, change.addedUsers - added);
    added = change.addedUsers;
  }
  return pieces;
}

/** The most users there are at any time. */
export function mostUsers(profile: ClosedProfile): number {
  return Math.ceil(highestLevel(userPieces(profile)));
}

function plannedUserPieces({ users, ramp, stages, durationMs }: ClosedProfile): LevelPiece[] {
  if (stages !== undefined) return stagePieces(users, stages, durationMs);
  const rampMs = ramp.kind === 'over' ? ramp.durationMs : (users / ramp.usersPerSecond) * 1_000;
  const full = { fromLevel: users, toLevel: users };
  if (rampMs === 0) return [{ fromMs: 0, toMs: durationMs, ...full }];
  return [
    { fromMs: 0, toMs: rampMs, fromLevel: 0, toLevel: users },
    ...(rampMs < durationMs ? [{ fromMs: rampMs, toMs: durationMs, ...full }] : []),
  ];
}

export function levelAt(pieces: readonly LevelPiece[], ms: number): number {
  const piece = pieces.find(({ toMs }) => ms < toMs);
  return piece === undefined ? 0 : levelWithin(piece, ms);
}

export function highestLevel(pieces: readonly LevelPiece[]): number {
  return Math.max(0, ...pieces.map(({ fromLevel, toLevel }) => Math.max(fromLevel, toLevel)));
}

export function stagesDurationMs(stages: readonly Stage[]): number {
  return stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

function stagePieces(start: number, stages: readonly Stage[] | undefined, durationMs: number): LevelPiece[] {
  if (stages === undefined) return [{ fromMs: 0, toMs: durationMs, fromLevel: start, toLevel: start }];
  let fromMs = 0;
  let fromLevel = start;
  return stages.flatMap((stage) => {
    const piece = { fromMs, toMs: fromMs + stage.durationMs, fromLevel, toLevel: stage.level };
    fromMs = piece.toMs;
    fromLevel = piece.toLevel;
    // A stage of no length is a jump.
    return stage.durationMs > 0 ? [piece] : [];
  });
}

function scaleFrom(pieces: readonly LevelPiece[], atMs: number, factor: number): LevelPiece[] {
  return changeFrom(pieces, atMs, (level) => level * factor);
}

function raiseFrom(pieces: readonly LevelPiece[], atMs: number, by: number): LevelPiece[] {
  return changeFrom(pieces, atMs, (level) => level + by);
}

function changeFrom(
  pieces: readonly LevelPiece[],
  atMs: number,
  change: (level: number) => number,
): LevelPiece[] {
  const changed = (piece: LevelPiece) => ({
    ...piece,
    fromLevel: change(piece.fromLevel),
    toLevel: change(piece.toLevel),
  });
  return pieces.flatMap((piece) => {
    if (piece.toMs <= atMs) return [piece];
    if (piece.fromMs >= atMs) return [changed(piece)];
    const level = levelWithin(piece, atMs);
    return [{ ...piece, toMs: atMs, toLevel: level }, changed({ ...piece, fromMs: atMs, fromLevel: level })];
  });
}

function levelWithin({ fromMs, toMs, fromLevel, toLevel }: LevelPiece, ms: number): number {
  return fromLevel + ((toLevel - fromLevel) * (ms - fromMs)) / (toMs - fromMs);
}
