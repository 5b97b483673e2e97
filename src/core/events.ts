/** How a use case tells the outside what happens. Each domain declares its own union of event objects. */
export type Emit<Event> = (event: Event) => void;

/** Makes a `switch` over a discriminated union exhaustive: a forgotten member fails to compile. */
export function unreachable(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
