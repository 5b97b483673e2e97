/** What tags are to every service; each has its own operations, errors and bounds beside that. */
import { z } from 'zod';
import { textField } from './fields.ts';

/** By key. */
export type Tags = Readonly<Record<string, string>>;

export interface TagMember {
  Key: string;
  Value: string;
}

/** AWS: "Maximum number of tags per resource". */
export const maxTags = 50;

export const tagKeyField = textField({ min: 1, max: 128 });
const tagValueField = textField({ max: 256 });

/** For services that take tags as a map. */
export const tagMapField = z.record(tagKeyField, tagValueField);

/** For services that take tags as a list. */
export const tagMemberField: z.ZodType<TagMember> = z.object({ Key: tagKeyField, Value: tagValueField });

export function fromTagList(list: readonly TagMember[] = []): Tags {
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}

export function toTagList(tags: Tags): TagMember[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}

/** The first key that uses AWS's own prefix. */
export function reservedKeyIn(tags: Tags): string | undefined {
  return Object.keys(tags).find((key) => key.toLowerCase().startsWith('aws:'));
}
