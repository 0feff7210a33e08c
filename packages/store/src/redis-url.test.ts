import { expect, test } from "@jest/globals";
import { parseRedisUrl } from "./redis-url.ts";

const PLAIN = { isTls: false, username: null, password: null, masterName: null, db: 0 };

test.each([
  ["redis://localhost", { ...PLAIN, shape: "standalone", addresses: [{ host: "localhost", port: 6379 }] }],
  ["redis://[::1]:7000/2", { ...PLAIN, shape: "standalone", addresses: [{ host: "::1", port: 7000 }], db: 2 }],
  [
    "rediss://tern:p%40ss%3Aword%2F@redis.example:6380/1",
    {
      ...PLAIN,
      shape: "standalone",
      isTls: true,
      username: "tern",
      password: "p@ss:word/",
      addresses: [{ host: "redis.example", port: 6380 }],
      db: 1,
    },
  ],
  [
    "redis+sentinel://:secret@a:26379,b:26380/mymaster/3",
    {
      ...PLAIN,
      shape: "sentinel",
      password: "secret",
      masterName: "mymaster",
      addresses: [
        { host: "a", port: 26379 },
        { host: "b", port: 26380 },
      ],
      db: 3,
    },
  ],
  [
    "rediss+sentinel://api:x@a:1/tern-main",
    {
      ...PLAIN,
      shape: "sentinel",
      isTls: true,
      username: "api",
      password: "x",
      masterName: "tern-main",
      addresses: [{ host: "a", port: 1 }],
    },
  ],
  [
    "rediss+cluster://api:x@a:7001,[fd00::1]:7002",
    {
      ...PLAIN,
      shape: "cluster",
      isTls: true,
      username: "api",
      password: "x",
      addresses: [
        { host: "a", port: 7001 },
        { host: "fd00::1", port: 7002 },
      ],
    },
  ],
])("%s is understood", (url, target) => {
  expect(parseRedisUrl(url)).toEqual(target);
});

test.each([
  ["http://redis:6379", /begins with redis:\/\//],
  ["redis+proxy://a:1", /begins with redis:\/\//],
  ["redis://", /is not host or host:port/],
  ["redis://a/x", /expected the number of a database/],
  ["redis+sentinel://a:1", /without the name of the master/],
  ["redis+sentinel://a:1/", /without the name of the master/],
  ["redis+sentinel://a/mymaster", /"a" in the Redis Sentinel URL is not host:port/],
  ["redis+sentinel://a:1,b/mymaster", /"b" in the Redis Sentinel URL is not host:port/],
  ["redis+sentinel://a:1/mymaster/first", /expected the number of a database/],
  ["redis+cluster://a:1/2", /a cluster has only database 0/],
])("%s says what is wrong with it", (url, message) => {
  expect(() => parseRedisUrl(url)).toThrow(message);
});

test("what is wrong is told without the login", () => {
  for (const url of ["redis+cluster://api:secret@a", "redis+sentinel://api:secret@a:1", "redis://api:secret@a/x"]) {
    expect(() => parseRedisUrl(url)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("secret") }),
    );
  }
});
