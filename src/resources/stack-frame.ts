import type { ExperimentNames } from './names.ts';
import type { Place } from './place.ts';

/** What every part of a stack is declared with. */
export interface StackFrame {
  names: ExperimentNames;
  place: Place;
  variantName: string;
}
