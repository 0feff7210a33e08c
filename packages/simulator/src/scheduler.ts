// Everything that happens later (statuses, retries, batch waits): one heap of moments and one timer for the earliest,
// because tens of thousands of timers a second would cost more than the messages themselves. Tasks of the same
// moment run in the order they were given.
import type { Clock, Timer } from "./clock.ts";

export interface Scheduler {
  /** Runs `task` at `atMs` (epoch ms); a moment in the past means as soon as possible, but never inside this call. */
  at(atMs: number, task: () => void): void;
  /** Forgets everything that has not run. */
  clear(): void;
  readonly size: number;
}

interface Item {
  atMs: number;
  order: number;
  task: () => void;
}

export function createScheduler(clock: Clock): Scheduler {
  let heap: Item[] = [];
  let order = 0;
  let timer: Timer | null = null;
  let timerAtMs = Number.POSITIVE_INFINITY;
  let isRunning = false;

  function arm(): void {
    const first = heap[0];
    if (isRunning || first === undefined || first.atMs >= timerAtMs) return;
    timer?.cancel();
    timerAtMs = first.atMs;
    timer = clock.setTimer(runDue, Math.max(0, Math.ceil(first.atMs - clock.nowMs())));
  }

  function runDue(): void {
    timer = null;
    timerAtMs = Number.POSITIVE_INFINITY;
    isRunning = true;
    const orderLimit = order; // what a task schedules for "now" waits for the next turn of the event loop
    try {
      const nowMs = clock.nowMs();
      for (let first = heap[0]; first && first.atMs <= nowMs && first.order < orderLimit; first = heap[0]) {
        pop(heap);
        first.task();
      }
    } finally {
      isRunning = false;
      arm();
    }
  }

  return {
    at(atMs, task) {
      push(heap, { atMs, order, task });
      order += 1;
      arm();
    },
    clear() {
      heap = [];
      timer?.cancel();
      timer = null;
      timerAtMs = Number.POSITIVE_INFINITY;
    },
    get size() {
      return heap.length;
    },
  };
}

const isBefore = (a: Item, b: Item) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

function push(heap: Item[], item: Item): void {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt];
    if (parent === undefined || !isBefore(item, parent)) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = item;
}

function pop(heap: Item[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const leftAt = 2 * at + 1;
    let child = heap[leftAt];
    if (child === undefined) break;
    const right = heap[leftAt + 1];
    const isRight = right !== undefined && isBefore(right, child);
    if (isRight) child = right;
    if (!isBefore(child, last)) break;
    heap[at] = child;
    at = isRight ? leftAt + 1 : leftAt;
  }
  heap[at] = last;
}
