import type { ExperimentNames } from '../kinds/kind/names.ts';
import type { Place } from '../sdk/place.ts';

/** What every part of a stack is declared with. */
export interface StackFrame {
  names: ExperimentNames;
  place: Place;
  variantName: string;
}
