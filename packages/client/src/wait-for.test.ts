// How far a message is on its way to a status, for every status and target.

import { expect, test } from "@jest/globals";
import { progressTo, type WaitTarget } from "./wait-for.ts";

const at = (status: string) => ({ status, at: "2027-01-31T09:00:00.000Z" });
const FINAL = ["canceled", "expired", "failed", "delivered", "read", "played"];

function progress(target: WaitTarget, status: string, ...before: string[]) {
  const message = { status, isFinal: FINAL.includes(status), timeline: [...before, status].map(at) };
  return progressTo(target, message as Parameters<typeof progressTo>[1]);
}

test.each<[WaitTarget, string, string]>([
  ["submitted", "queued", "waiting"],
  ["submitted", "sending", "waiting"],
  ["submitted", "unconfirmed", "waiting"],
  ["submitted", "submitted", "reached"],
  ["submitted", "read", "reached"],
  ["delivered", "sent", "waiting"],
  ["delivered", "delivered", "reached"],
  ["delivered", "played", "reached"],
  ["delivered", "failed", "out-of-reach"],
  ["delivered", "expired", "out-of-reach"],
  ["delivered", "canceled", "out-of-reach"],
  ["read", "delivered", "waiting"],
  ["played", "read", "waiting"],
  ["failed", "failed", "reached"],
  ["failed", "queued", "waiting"],
  ["failed", "sent", "waiting"],
  ["failed", "delivered", "out-of-reach"],
  ["failed", "canceled", "out-of-reach"],
  ["canceled", "expired", "out-of-reach"],
  ["final", "submitted", "waiting"],
  ["final", "delivered", "reached"],
  ["final", "failed", "reached"],
])("waiting for %s, a message that is %s: %s", (target, status, expected) => {
  expect(progress(target, status)).toBe(expected);
});

test("a message that was sent and failed then has been sent, and is not delivered", () => {
  expect(progress("sent", "failed", "queued", "submitted", "sent")).toBe("reached");
  expect(progress("delivered", "failed", "queued", "submitted", "sent")).toBe("out-of-reach");
});
