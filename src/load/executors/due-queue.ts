import type { Clock, Timer } from '../../core/clock.ts';

/**
 * Things that fall due at set instants, on one timer. Nothing is handed out early: Node's timers may fire up to 2 ms
 * before their time, so the clock is looked at again.
 */
export interface DueQueue<Item> {
  add(dueMs: number, item: Item): void;
  clear(): void;
}

/** @param handle gets each item once `clock.monotonicMs()` has reached its instant, in order of instants. */
export function createDueQueue<Item>(
  clock: Clock,
  handle: (item: Item, nowMs: number) => void,
): DueQueue<Item> {
  // A binary heap in two parallel arrays.
  const dues: number[] = [];
  const items: Item[] = [];
  let timer: Timer | undefined;
  let timerDueMs = Number.POSITIVE_INFINITY;
  let handling = false;

  const runDue = () => {
    timer = undefined;
    timerDueMs = Number.POSITIVE_INFINITY;
    handling = true;
    try {
      while (dues.length > 0) {
        const nowMs = clock.monotonicMs();
        if (dues[0]! > nowMs) break;
        handle(removeFirst(dues, items), nowMs);
      }
    } finally {
      handling = false;
    }
    arm();
  };
  const arm = () => {
    const dueMs = dues[0];
    if (dueMs === undefined || dueMs >= timerDueMs) return;
    timer?.cancel();
    timerDueMs = dueMs;
    timer = clock.after(dueMs - clock.monotonicMs(), runDue);
  };
  return {
    add(dueMs, item) {
      insert(dues, items, dueMs, item);
      if (!handling) arm();
    },
    clear() {
      dues.length = 0;
      items.length = 0;
      timer?.cancel();
      timer = undefined;
      timerDueMs = Number.POSITIVE_INFINITY;
    },
  };
}

function insert<Item>(dues: number[], items: Item[], dueMs: number, item: Item): void {
  let at = dues.length;
  dues.push(dueMs);
  items.push(item);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (dues[parent]! <= dueMs) break;
    dues[at] = dues[parent]!;
    items[at] = items[parent]!;
    at = parent;
  }
  dues[at] = dueMs;
  items[at] = item;
}

function removeFirst<Item>(dues: number[], items: Item[]): Item {
  const first = items[0]!;
  const dueMs = dues.pop()!;
  const item = items.pop()!;
  const length = dues.length;
  if (length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= length) break;
    if (child + 1 < length && dues[child + 1]! < dues[child]!) child++;
    if (dues[child]! >= dueMs) break;
    dues[at] = dues[child]!;
    items[at] = items[child]!;
    at = child;
  }
  dues[at] = dueMs;
  items[at] = item;
  return first;
}
