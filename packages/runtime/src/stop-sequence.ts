// The ordered stop of a process: what was started last is stopped first, within one budget for all of it.
import type { Clock } from "@tern/core";
import type { Logger } from "./logger.ts";
import { withinMs } from "./within.ts";

export type Closer = () => unknown;

export interface StopSequence {
  /** Registers what undoes a step of the start. */
  add(name: string, close: Closer): void;
  /**
   * Runs the closers, last registered first, each awaited before the next; one that fails is logged, and the next runs.
   * One that is registered meanwhile runs, too.
   *
   * returns   whether all of them ended well within `timeoutMs`; if not, what hung and what never ran has been logged
   */
  run(timeoutMs: number): Promise<boolean>;
}

export function createStopSequence({ log, clock }: { log: Logger; clock: Clock }): StopSequence {
  const closers: { name: string; close: Closer }[] = [];

  async function run(timeoutMs: number): Promise<boolean> {
    const endMs = clock.monotonicMs() + timeoutMs;
    let allWell = true;
    for (let next = closers.pop(); next; next = closers.pop()) {
      const { name, close } = next;
      const startMs = clock.monotonicMs();
      const end = await endOf(close, Math.max(0, endMs - startMs), clock);
      if (end.kind === "hung") {
        log.fatal({ hung: name, notStopped: closers.map((closer) => closer.name), timeoutMs }, "stop timed out");
        return false;
      }
      if (end.kind === "failed") {
        allWell = false;
        log.error({ closing: name, err: end.error }, "closing failed");
      } else {
        log.debug({ closed: name, tookMs: Math.round(clock.monotonicMs() - startMs) }, "closed");
      }
    }
    return allWell;
  }

  return { add: (name, close) => void closers.push({ name, close }), run };
}

type End = { kind: "closed" } | { kind: "failed"; error: unknown } | { kind: "hung" };

async function endOf(close: Closer, timeoutMs: number, clock: Clock): Promise<End> {
  const closing = (async (): Promise<End> => {
    try {
      await close();
      return { kind: "closed" };
    } catch (error) {
      return { kind: "failed", error };
    }
  })();
  return withinMs(timeoutMs, closing, clock).catch((): End => ({ kind: "hung" }));
}
