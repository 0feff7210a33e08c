import { expect, test } from "@jest/globals";
import { z } from "zod";
import { readEnv } from "./env.ts";
import { processSettings } from "./settings.ts";
import { explainStartFailure } from "./start-failure.ts";

const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

test.each([
  ["redis://redis:6379/0", "redis:6379"],
  ["rediss+cluster://user:pass@one:7001,two:7002", "one:7001,two:7002"],
  ["redis+cluster://one:7001,two:7002", "one:7001,two:7002"],
])("%s is taken, and a failure names only the addresses", (url, addresses) => {
  expect(readEnv(z.object(processSettings), { REDIS_URL: url }).REDIS_URL.reveal()).toBe(url);
  const line = explainStartFailure(new Error("Connection is closed."), url);
  expect(line).toContain(addresses);
  expect(line).not.toContain("pass@");
  expect(explainStartFailure(refused, url)).toContain("ECONNREFUSED");
});

test.each(["http://redis:6379", "redis+cluster://one,two", "redis://", "one:7001"])(
  "%s is refused with the shapes that work",
  (url) => {
    expect(() => readEnv(z.object(processSettings), { REDIS_URL: url })).toThrow("redis+cluster://host:port,host:port");
  },
);
