import { describe, expect, test } from "@jest/globals";
import { jobId, parseJobId, queueName, queuePrefix } from "./names.ts";

const LOCAL_ID = "01kkbswhg00000000000000000";

test("a job id names the message and its promotion, and comes back as it was", () => {
  for (const promotion of [1, 2, 10, 123_456]) {
    const message = { localId: LOCAL_ID, promotion };
    expect(parseJobId(jobId(message))).toEqual(message);
  }
});

test("another promotion is another id", () => {
  expect(jobId({ localId: LOCAL_ID, promotion: 1 })).not.toBe(jobId({ localId: LOCAL_ID, promotion: 2 }));
});

// BullMQ refuses both in custom job ids.
test("a job id holds no colon and is not a whole number", () => {
  const id = jobId({ localId: "0".repeat(26), promotion: 1 });
  expect(id).not.toContain(":");
  expect(id).not.toMatch(/^\d+$/);
});

describe("what is not a job id of ours gives null", () => {
  test.each([
    "",
    "1",
    LOCAL_ID,
    `${LOCAL_ID}.`,
    `.${LOCAL_ID}`,
    `${LOCAL_ID}.x`,
    `${LOCAL_ID}.1.2`,
    `${LOCAL_ID}.-1`,
    `${LOCAL_ID}0.1`,
    `${LOCAL_ID.slice(1)}.1`,
    `${LOCAL_ID.toUpperCase()}.1`,
    ` ${LOCAL_ID}.1`,
    `${LOCAL_ID}.1\n`,
    "repeat:abc:1700000000000",
  ])("%j", (id) => {
    expect(parseJobId(id)).toBeNull();
  });
});

// Redis Cluster keeps a sender's jobs beside its records only because both carry the same hash tag.
test("a sender's queue lives in the hash slot of its other keys", () => {
  expect(queuePrefix("tern", "demo")).toBe("tern:{demo}");
  expect(queueName("demo")).toBe("send.demo");
  expect(queueName("demo")).not.toContain(":");
});
