/**
 * What a document of AWS's API holds, as data: whoever reads documents makes the schema of its own of it. A policy file
 * is read leniently, so that the check words what is wrong as AWS does; the stand-in reads what the wire brings.
 */
export type Member =
  | { is: 'text'; min?: number; max?: number }
  | { is: 'number' | 'integer' | 'boolean' | 'anything' }
  /** A metric's, as a list of `Name` and `Value`. */
  | { is: 'dimensions' }
  | { is: 'list'; of: Member }
  | { is: 'structure'; members: Members };

/** By name. The API refuses a document without those that are required. */
export type Members = Readonly<Record<string, Member & { required?: true }>>;
