// The URL of a Redis in one of its shapes, taken apart:
//   redis://[user:password@]host[:port][/db]                         one server
//   redis+sentinel://[user:password@]host:port,host:port/name[/db]   the master of that name, by some of its Sentinels
//   redis+cluster://[user:password@]host:port,host:port              Redis Cluster, by some of its nodes
// and the same with rediss for TLS. User and password are those of the servers, not of the Sentinels.

export type RedisShape = "standalone" | "sentinel" | "cluster";

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

export interface RedisTarget {
  readonly shape: RedisShape;
  readonly isTls: boolean;
  readonly username: string | null;
  readonly password: string | null;
  /** The server, Sentinels, or nodes; at least one. */
  readonly addresses: readonly RedisAddress[];
  /** What the Sentinels call the master; null for the other shapes. */
  readonly masterName: string | null;
  /** The number of the database; a cluster has only 0. */
  readonly db: number;
}

const SHAPES: Readonly<Record<string, RedisShape>> = {
  "": "standalone",
  "+sentinel": "sentinel",
  "+cluster": "cluster",
};
const WORDS: Readonly<Record<RedisShape, string>> = {
  standalone: "Redis URL",
  sentinel: "Redis Sentinel URL",
  cluster: "Redis Cluster URL",
};
const DEFAULT_PORT = 6379;

/**
 * Takes a URL apart.
 *
 * throws   a TypeError that says what is wrong with it; the login is not in it
 */
export function parseRedisUrl(url: string): RedisTarget {
  const [, tls, kind = "", rest = ""] = /^redis(s?)(\+\w+)?:\/\/(.*)$/s.exec(url) ?? [];
  const shape = SHAPES[kind];
  if (tls === undefined || shape === undefined) {
    throw new TypeError(
      "a Redis URL begins with redis://, redis+sentinel:// or redis+cluster://, or with rediss for TLS",
    );
  }
  const at = rest.lastIndexOf("@");
  const [where = "", ...path] = rest.slice(at + 1).split("/");
  const addresses =
    shape === "standalone" ? [serverAddress(where)] : where.split(",").map((text) => nodeAddress(text, shape));
  const masterName = shape === "sentinel" ? readMasterName(path.shift()) : null;
  return {
    shape,
    isTls: tls === "s",
    ...readLogin(at < 0 ? "" : rest.slice(0, at)),
    addresses,
    masterName,
    db: readDb(path, shape),
  };
}

function readLogin(login: string): { username: string | null; password: string | null } {
  const colon = login.indexOf(":");
  const [username, password] = colon < 0 ? [login, ""] : [login.slice(0, colon), login.slice(colon + 1)];
  return { username: decodeURIComponent(username) || null, password: decodeURIComponent(password) || null };
}

function serverAddress(text: string): RedisAddress {
  const [, host = "", port = String(DEFAULT_PORT)] = /^(\[[^\]]+\]|[^\s,:?#]+)(?::(\d+))?$/.exec(text) ?? [];
  if (host === "") throw new TypeError(`"${text}" in the Redis URL is not host or host:port`);
  return { host: withoutBrackets(host), port: Number(port) };
}

function nodeAddress(text: string, shape: RedisShape): RedisAddress {
  const [, host, port] = /^(\[[^\]]+\]|[^\s,:?#]+):(\d+)$/.exec(text) ?? [];
  if (!host || !port) throw new TypeError(`"${text}" in the ${WORDS[shape]} is not host:port`);
  return { host: withoutBrackets(host), port: Number(port) };
}

/** IPv6 addresses stand in brackets, to tell them from the port. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

function readMasterName(name: string | undefined): string {
  if (!name) throw new TypeError("the Redis Sentinel URL ends without the name of the master: …/mymaster");
  return decodeURIComponent(name);
}

function readDb([text = "", ...more]: readonly string[], shape: RedisShape): number {
  if (text === "" && more.length === 0) return 0;
  const isNumber = /^\d+$/.test(text) && more.length === 0;
  if (!isNumber || (shape === "cluster" && text !== "0")) {
    const expected = shape === "cluster" ? "a cluster has only database 0" : "expected the number of a database";
    throw new TypeError(`"/${[text, ...more].join("/")}" in the ${WORDS[shape]}: ${expected}`);
  }
  return Number(text);
}
