// How many files one process moves at a time: each needs a connection of a caller, one to the provider, and disk.

import { ApiProblem } from "../problems.ts";

export interface Transfers {
  /** Runs a transfer; throws the problem 503 when there are too many already. */
  run<T>(transfer: () => Promise<T>): Promise<T>;
  readonly running: number;
}

const RETRY_AFTER_SECONDS = 2;

export function createTransfers(most: number): Transfers {
  let running = 0;
  return {
    get running() {
      return running;
    },
    async run(transfer) {
      if (running >= most) {
        throw new ApiProblem("unavailable", {
          detail: `Too many files are on their way through this process already: try again in ${RETRY_AFTER_SECONDS} s.`,
          headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
        });
      }
      running += 1;
      try {
        return await transfer();
      } finally {
        running -= 1;
      }
    },
  };
}
