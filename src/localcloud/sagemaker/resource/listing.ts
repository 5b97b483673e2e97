import { z } from 'zod';
import { integerField, textField, timestampField } from '../../service/fields.ts';
import { validationError } from '../../service/operation.ts';

/** The members that SageMaker's List operations have in common. */
export const listInput = {
  NameContains: textField({ max: 63, pattern: /^[a-zA-Z0-9-]*$/ }).optional(),
  CreationTimeAfter: timestampField.optional(),
  CreationTimeBefore: timestampField.optional(),
  SortOrder: z.enum(['Ascending', 'Descending']).optional(),
  MaxResults: integerField({ min: 1, max: 100 }).optional(),
  NextToken: textField({ max: 8_192 }).optional(),
};

export interface ListQuery {
  NameContains?: string | undefined;
  CreationTimeAfter?: Date | undefined;
  CreationTimeBefore?: Date | undefined;
  SortOrder?: 'Ascending' | 'Descending' | undefined;
  MaxResults?: number | undefined;
  NextToken?: string | undefined;
}

export interface Listed {
  name: string;
  createdAtMs: number;
}

export interface Page<Item> {
  items: Item[];
  nextToken: string | undefined;
}

/**
 * Filters, sorts (newest first unless asked otherwise) and pages. The token names the last item shown, so that
 * deleting while paging skips nothing.
 *
 * @param sortKey what to sort by; names decide between equals
 */
export function listPage<Item extends Listed>(
  all: readonly Item[],
  query: ListQuery,
  sortKey: (item: Item) => string | number,
): Page<Item> {
  const direction = query.SortOrder === 'Ascending' ? 1 : -1;
  const place = (item: Item): Place => [sortKey(item), item.name];
  const sorted = all
    .filter((item) => matches(item, query))
    .toSorted((a, b) => direction * compare(place(a), place(b)));
  const last = query.NextToken === undefined ? undefined : readToken(query.NextToken);
  const rest = last ? sorted.filter((item) => direction * compare(place(item), last) > 0) : sorted;
  const items = rest.slice(0, query.MaxResults ?? 10);
  const final = items.at(-1);
  return { items, nextToken: final && rest.length > items.length ? writeToken(place(final)) : undefined };
}

type Place = [key: string | number, name: string];

function matches(item: Listed, query: ListQuery): boolean {
  const { NameContains: part, CreationTimeAfter: after, CreationTimeBefore: before } = query;
  if (part !== undefined && !item.name.toLowerCase().includes(part.toLowerCase())) return false;
  if (after && item.createdAtMs <= after.getTime()) return false;
  return !(before && item.createdAtMs >= before.getTime());
}

function compare(a: Place, b: Place): number {
  for (const [left, right] of [
    [a[0], b[0]],
    [a[1], b[1]],
  ] as const) {
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return 0;
}

function writeToken(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function readToken(token: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(place) && place.length === 2) return place as Place;
  } catch {
    // Falls through: not one of ours.
  }
  throw validationError('Invalid pagination token: the NextToken is not one that this operation returned.');
}
