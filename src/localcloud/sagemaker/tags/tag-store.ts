import { z } from 'zod';
import { textField } from '../../service/fields.ts';
import { validationError } from '../../service/operation.ts';
import {
  fromTagList,
  maxTags,
  type TagMember,
  type Tags,
  toTagList,
  withoutTags,
} from '../../service/tags.ts';

/** SageMaker says which characters a tag may hold. */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const tagList = z
  .array(
    z.object({
      Key: textField({ min: 1, max: 128, pattern: allowed }),
      Value: textField({ max: 256, pattern: allowed }),
    }),
  )
  .max(maxTags);

/** Tags by resource ARN. */
export class TagStore {
  readonly #byArn = new Map<string, Tags>();

  /** @throws ServiceError if the resource would have more than 50 */
  add(arn: string, tags: readonly TagMember[]): void {
    const merged = { ...this.#byArn.get(arn), ...fromTagList(tags) };
    if (Object.keys(merged).length > maxTags)
      throw validationError(`Too many tags: a resource can have ${maxTags}.`);
    this.#byArn.set(arn, merged);
  }

  remove(arn: string, keys: readonly string[]): void {
    this.#byArn.set(arn, withoutTags(this.#byArn.get(arn) ?? {}, keys));
  }

  list(arn: string): TagMember[] {
    return toTagList(this.#byArn.get(arn) ?? {});
  }

  forget(arn: string): void {
    this.#byArn.delete(arn);
  }
}
