// The memory of bytes that have passed. V8 does not see how much the buffers that Node reads from sockets hold until 64 MB
// of them have gathered, all of it garbage: an upload of 100 MB made the process grow by 66 MB, and by 7 MB with this
// (Node 24.21). So after some megabytes the young generation is collected, which takes a millisecond or two.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Tells how many bytes have passed; of all transfers of the process together. */
export type NotePassed = (bytes: number) => void;

const EVERY_BYTES = 8 * 1_024 * 1_024;

export function createNotePassed(collect: () => void = youngCollection()): NotePassed {
  let passed = 0;
  return (bytes) => {
    passed += bytes;
    if (passed < EVERY_BYTES) return;
    passed = 0;
    collect();
  };
}

/** V8's `gc` is there only for contexts that are made while its flag is set. */
function youngCollection(): () => void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: { type: "minor" }) => void;
  setFlagsFromString("--no-expose-gc");
  return () => gc({ type: "minor" });
}
