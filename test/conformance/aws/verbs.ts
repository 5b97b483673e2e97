/** The commands that the tests give. */
export const up = [
  'up',
  '--target',
  'aws',
  '--image',
  '123456789012.dkr.ecr.us-east-1.amazonaws.com/serving:1',
  '--role-arn',
  'arn:aws:iam::123456789012:role/brought',
  '--no-api',
];
export const down = ['down', '--yes'];
export const status = ['status'];
