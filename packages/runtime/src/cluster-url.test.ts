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
  ["redis+cluster://one:7001,[fd00::2]:7002/0", "one:7001,[fd00::2]:7002"],
  ["redis+sentinel://one:26379,two:26379/mymaster", "one:26379,two:26379/mymaster"],
  ["rediss+sentinel://user:pass@one:26379,two:26380/tern.main/2", "one:26379,two:26380/tern.main/2"],
])("%s is taken, and a failure names only the addresses", (url, addresses) => {
  expect(readEnv(z.object(processSettings), { REDIS_URL: url }).REDIS_URL.reveal()).toBe(url);
  const line = explainStartFailure(new Error("Connection is closed."), url);
  expect(line).toContain(addresses);
  expect(line).not.toContain("pass@");
  expect(explainStartFailure(refused, url)).toContain("ECONNREFUSED");
});

test.each([
  "http://redis:6379",
  "redis+cluster://one,two",
  "redis+cluster://one:1/2",
  "redis+sentinel://one:26379",
  "redis+sentinel://one:26379/",
  "redis+sentinel://one,two/mymaster",
  "redis+sentinel://one:1/mymaster/first",
  "redis://",
  "one:7001",
])("%s is refused with the shapes that work", (url) => {
  expect(() => readEnv(z.object(processSettings), { REDIS_URL: url })).toThrow(
    /redis\+sentinel:\/\/.*redis\+cluster:\/\/\[user:password@\]host:port,host:port/,
  );
});
