/** The commands that the tests give. */
export const up = ['up', '--target', 'aws'];
export const down = ['down', '--yes'];
export const status = ['status'];
