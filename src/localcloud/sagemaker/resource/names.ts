import { z } from 'zod';
import { textField } from '../../service/fields.ts';

/** Names of models, endpoint configurations and endpoints. */
export const resourceName = textField({ max: 63, pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/ });

/** Lookups take what was never a valid name and answer that it is not there. */
export const anyName = textField({ max: 63, pattern: /^[a-zA-Z0-9-]*$/ });

export const roleArn = textField({
  min: 20,
  max: 2_048,
  pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/,
});

export const tagList = z
  .array(
    z.object({
      Key: textField({ min: 1, max: 128, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u }),
      Value: textField({ max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u }),
    }),
  )
  .max(50);

export type Tag = z.infer<typeof tagList>[number];
