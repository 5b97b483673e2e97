/** The commands that the tests give. */
export const up = ['up', '--target', 'aws', '--ttl', '2h'];
/** A time to live counts from now: named again, it is another. */
export const upAgain = ['up', '--target', 'aws'];
/** Little around the endpoint, so that what happens to the endpoint stands out. */
export const upWithLittle = [
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
