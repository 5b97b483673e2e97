import type { TagStore } from '../tags/tag-store.ts';

/** Takes a resource out of those there are, and its tags with it. @returns what a Delete operation answers */
export function remove<Resource extends { name: string; arn: string }>(
  { name, arn }: Resource,
  from: Map<string, Resource>,
  tags: TagStore,
): Record<string, never> {
  from.delete(name);
  tags.forget(arn);
  return {};
}
