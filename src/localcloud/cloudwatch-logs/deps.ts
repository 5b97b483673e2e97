import type { Account } from '../service/account.ts';
import { integerField, textField } from '../service/fields.ts';
import { ServiceError } from '../service/operation.ts';
import type { LogEvent, LogGroup, LogStore } from './log-store.ts';

/**
 * What the operations of CloudWatch Logs share. Its times are epoch milliseconds as plain numbers, in every protocol.
 */
export interface LogsDeps {
  logs: LogStore;
  account: Account;
}

export const groupNameField = textField({ min: 1, max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ });
export const groupPrefixField = textField({ min: 1, max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ });
export const streamNameField = textField({ min: 1, max: 512, pattern: /^[^:*]*$/ });
export const tokenField = textField({ min: 1, max: 8_192 });
export const timeField = integerField({ min: 0 });

/** A group is named by one of the two. */
export const groupInput = {
  logGroupName: groupNameField.optional(),
  logGroupIdentifier: textField({ min: 1, max: 2_048, pattern: /^[\w#+=/:,.@-]*$/ }).optional(),
};

export function arnOfGroup({ region, accountId }: Account, name: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
}

/** @throws ServiceError ResourceNotFoundException, InvalidParameterException */
export function requireGroup(
  input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
  { logs, account }: LogsDeps,
): LogGroup {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if ((name === undefined) === (identifier === undefined))
    throw invalidParameter('Exactly one of logGroupName and logGroupIdentifier must be specified.');
  const arnPrefix = arnOfGroup(account, '');
  const wanted = name ?? identifier!.replace(arnPrefix, '').replace(/:\*$/, '');
  const group = logs.find(wanted);
  if (!group) throw notFound('The specified log group does not exist.');
  return group;
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message);
}

/** 56 digits, as the service's own. */
export function eventId({ atMs, sequence }: LogEvent): string {
  return String(atMs).padStart(14, '0') + String(sequence).padStart(42, '0');
}

/** A page of what is sorted by `keyOf`; the token names the last item shown, so that deletions skip nothing. */
export function pageByKey<Item>(
  sorted: readonly Item[],
  keyOf: (item: Item) => string,
  { nextToken, limit }: { nextToken?: string | undefined; limit: number },
  sizeOf: (item: Item) => number = () => 0,
): { items: Item[]; nextToken: string | undefined } {
  const last = nextToken === undefined ? undefined : readToken(nextToken);
  const rest = last === undefined ? sorted : sorted.filter((item) => keyOf(item) > last);
  const items = firstThatFit(rest.slice(0, limit), sizeOf);
  const final = items.at(-1);
  return { items, nextToken: final && rest.length > items.length ? writeToken(keyOf(final)) : undefined };
}

/** As many as one answer may hold: 1 MiB, and one in any case. */
export function firstThatFit<Item>(items: Item[], sizeOf: (item: Item) => number): Item[] {
  let bytes = 0;
  const over = items.findIndex((item) => {
    bytes += sizeOf(item);
    return bytes > 1_048_576;
  });
  return over < 0 ? items : items.slice(0, Math.max(1, over));
}

export function writeToken(text: string): string {
  return Buffer.from(`mlbench ${text}`).toString('base64url');
}

/** @throws ServiceError InvalidParameterException */
export function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('mlbench ')) throw invalidParameter('The specified nextToken is invalid.');
  return text.slice('mlbench '.length);
}
