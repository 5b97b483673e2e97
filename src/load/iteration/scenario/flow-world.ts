import type { Clock } from '../../../core/clock.ts';
import type { PreparedRequest } from '../../request/request.ts';
import type { ExchangeDeps } from '../exchange-deps.ts';
import type { FlowBooks } from './flow-books.ts';
import type { FlowChoice } from './flow-choice.ts';
import type { LoadedScenario } from './load-scenario.ts';
import type { Shaper } from './shape.ts';

/** What all of a worker's users of a scenario share. */
export interface FlowWorld {
  clock: Clock;
  scenario: LoadedScenario;
  /** What its set-up returned. */
  data: unknown;
  request: PreparedRequest;
  exchange: ExchangeDeps;
  books: FlowBooks;
  shape: Shaper;
  flows: FlowChoice;
  /** A flow that has waited so long for neither request nor pause is given up. */
  timeoutMs: number;
  seed: number;
}
