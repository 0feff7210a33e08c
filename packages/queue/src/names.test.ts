import { expect, test } from "@jest/globals";
import { queueName, queuePrefix } from "./names.ts";

// Redis Cluster keeps a sender's jobs beside its records only because both carry the same hash tag.
test("a sender's queue lives in the hash slot of its other keys", () => {
  expect(queuePrefix("tern", "demo")).toBe("tern:{demo}");
  expect(queueName("demo")).toBe("send.demo");
});

test("no two senders share a queue", () => {
  expect(queueName("demo")).not.toBe(queueName("demo-2"));
  expect(queuePrefix("tern", "demo")).not.toBe(queuePrefix("tern", "demo-2"));
});

// BullMQ refuses it in queue names.
test("a queue name holds no colon", () => {
  expect(queueName("demo")).not.toContain(":");
});
