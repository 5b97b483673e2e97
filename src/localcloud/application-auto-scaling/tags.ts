import { z } from 'zod';
import { textField } from '../service/fields.ts';
import { ServiceError, validationError } from '../service/operation.ts';

export const tagsField = z.record(textField({ min: 1, max: 128 }), textField({ max: 256 }));

const maxTags = 50;

/** @throws ServiceError if there are too many, or one uses AWS's own prefix. */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(tags).find((key) => key.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined)
    throw validationError(`Tag key ${reserved} is reserved: keys cannot start with aws:`);
  if (Object.keys(tags).length > maxTags)
    throw new ServiceError('TooManyTagsException', `A scalable target can have at most ${maxTags} tags.`);
}
