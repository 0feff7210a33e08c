import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { curlSend, curlShow, demoRecipient, timelineRow } from "./narration.ts";

const api = { url: "http://127.0.0.1:8080", key: "tern_abc" };

test("each step stands further to the right, with the time since the first one", () => {
  const statuses = ["queued", "sending", "submitted", "sent", "delivered", "read"];
  const entries = statuses.map((status, index) => ({ status, at: new Date(index * 250).toISOString() }));
  const first = entries[0] ?? { status: "", at: "" };
  const rows = entries.map((entry) => timelineRow(entry, first));
  expect(rows.map((row) => row.stair.search(/\S/))).toEqual([0, 2, 4, 6, 8, 10]);
  expect(rows.map((row) => row.time.trim())).toEqual(["0.00 s", "0.25 s", "0.50 s", "0.75 s", "1.00 s", "1.25 s"]);
  expect(rows.map((row) => row.ticks.trim())).toEqual(["", "", "", "✓", "✓✓", "✓✓"]);
  expect(new Set(rows.map((row) => row.stair.length)).size).toBe(1);
});

test("a status that is not known here is shown all the same", () => {
  const entry = { status: "expired", at: "2026-01-01T00:00:00.000Z" };
  expect(timelineRow(entry, entry)).toMatchObject({ time: "  0.00 s", ticks: "  ", meaning: "" });
});

// A shell that takes the line apart shows whether the quoting holds.
test("the curl lines are one shell command each, with a body that is JSON", () => {
  const words = (line: string) =>
    execFileSync("sh", ["-c", line.replace(/^curl/, "printf '%s\\n'")], { encoding: "utf8" })
      .trim()
      .split("\n");
  const send = words(curlSend(api));
  expect(send).toContain("http://127.0.0.1:8080/v1/messages");
  expect(send).toContain("Authorization: Bearer tern_abc");
  expect(JSON.parse(send.at(-1) ?? "")).toMatchObject({ sender: "demo", type: "text" });
  expect(words(curlShow(api, "msg_1"))).toContain("http://127.0.0.1:8080/v1/messages/msg_1");
});

test("the recipient is shown in groups", () => {
  expect(demoRecipient()).toBe("+49 151 12345678");
});
