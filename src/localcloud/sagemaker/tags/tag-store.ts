import { validationError } from '../../service/operation.ts';
import type { Tag } from '../resource/names.ts';

const maxTags = 50;

/** Tags by resource ARN. */
export class TagStore {
  readonly #byArn = new Map<string, Map<string, string>>();

  /** @throws ServiceError if the resource would have more than 50 */
  add(arn: string, tags: readonly Tag[]): void {
    const existing = this.#byArn.get(arn) ?? new Map<string, string>();
    const merged = new Map([...existing, ...tags.map(({ Key, Value }): [string, string] => [Key, Value])]);
    if (merged.size > maxTags) throw validationError(`Too many tags: a resource can have ${maxTags}.`);
    this.#byArn.set(arn, merged);
  }

  remove(arn: string, keys: readonly string[]): void {
    for (const key of keys) this.#byArn.get(arn)?.delete(key);
  }

  list(arn: string): Tag[] {
    return [...(this.#byArn.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value }));
  }

  forget(arn: string): void {
    this.#byArn.delete(arn);
  }
}
