/**
 * A table by names that others chose: `constructor` and `__proto__` are names like any other, and found only where they
 * were put. Joins the given ones; a later entry replaces an earlier one.
 */
export function byName<Value>(...tables: Readonly<Record<string, Value>>[]): Record<string, Value> {
  return Object.assign(Object.create(null), ...tables);
}
