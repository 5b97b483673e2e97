/** The commands that the tests give. */
export const up = ['up', '--target', 'aws', '--ttl', '2h'];
/** A time to live counts from now: named again, it is another. */
export const upAgain = ['up', '--target', 'aws'];
export const down = ['down', '--yes'];
export const status = ['status'];
