import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { systemErrorCode, userError } from '../../core/errors.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { targetNames } from './target-names.ts';

const resourceSchema = z.strictObject({
  kind: z.string(),
  name: z.string(),
  /**
   * `intended`: about to be made, perhaps made · `present`: made, as far as was seen · `removing`: about to be removed,
   * perhaps gone. Whatever the state, `down` removes it and proves it gone.
   */
  state: z.enum(['intended', 'present', 'removing']),
  identifiers: z.record(z.string(), z.string()).and(z.object({ name: z.string() })),
  /** What the last `ensure` applied and the cloud cannot be asked for. */
  applied: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
  createdAt: z.iso.datetime(),
});

const experimentSchema = z.strictObject({
  target: z.enum(targetNames),
  region: z.string(),
  /** On AWS: elsewhere nothing of it is to be found, and taking that for gone would forget what costs money. */
  accountId: z.string().optional(),
  createdAt: z.iso.datetime(),
  /** What `up` was told, for the next `up`; the command that wrote it checks it. */
  options: z.record(z.string(), z.unknown()),
  /** In the order in which they are made: each after what it needs. */
  resources: z.array(resourceSchema),
});

const ledgerSchema = z.strictObject({
  schemaVersion: z.literal(1),
  experiments: z.record(z.string(), experimentSchema),
});

export type Ledger = z.infer<typeof ledgerSchema>;
export type LedgerExperiment = z.infer<typeof experimentSchema>;
export type LedgerResource = z.infer<typeof resourceSchema>;

/** No experiment at all. */
export function emptyLedger(): Ledger {
  return withoutPrototype({ schemaVersion: 1, experiments: {} });
}

export function ledgerText(ledger: Ledger): string {
  return `${JSON.stringify(ledgerSchema.parse(ledger), null, 2)}\n`;
}

/**
 * @returns null where there is no such file
 * @throws MlbenchError `ledger-unreadable`, `ledger-version`: never takes a broken ledger for an empty one
 */
export function readLedgerFile(path: string): Ledger | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    if (systemErrorCode(error) === 'ENOTDIR') {
      const folder = dirname(path);
      throw userError(
        'state-dir',
        `the state directory ${folder} is not a folder`,
        'pass another --state-dir',
      );
    }
    throw unreadable(path, error instanceof Error ? error.message : String(error), error);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, 'it is not JSON', error);
  }
  const version = (content as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== undefined && version !== 1) {
    throw userError(
      'ledger-version',
      `the ledger ${path} has version ${JSON.stringify(version)}; this mlbench reads version 1`,
      'use the version of mlbench that wrote it, or update mlbench',
    );
  }
  const parsed = ledgerSchema.safeParse(content);
  if (parsed.success) return withoutPrototype(parsed.data);
  const issue = parsed.error.issues[0];
  throw unreadable(path, `${issue?.path.join('.') || 'its top level'}: ${issue?.message}`, parsed.error);
}

/** An experiment may be called `constructor`. */
function withoutPrototype(ledger: Ledger): Ledger {
  return { ...ledger, experiments: Object.assign(Object.create(null), ledger.experiments) };
}

function unreadable(path: string, why: string, cause: unknown) {
  return userError(
    'ledger-unreadable',
    `the ledger ${path} cannot be read: ${why}`,
    `it says which resources exist: restore it; or delete it, and \`${ownCommand('down --orphans')}\` (for AWS with --target aws and --region) finds them`,
    cause,
  );
}
