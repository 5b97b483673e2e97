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
