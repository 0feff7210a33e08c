// A TCP proxy before Redis for one process, so that a test can end that process between any two of its Redis calls: it
// counts what the process writes, and at a chosen write runs a hook before passing it on (Redis never hears of it) or
// after (Redis did it, the process never learns). It can also cut all connections, as a failing network does.

import { connect, createServer, type Socket } from "node:net";

export interface Write {
  /** 1-based, over all connections of the process, since the proxy started. */
  readonly number: number;
  /** What is written, as text. */
  readonly text: string;
}

export interface RedisProxy {
  readonly url: string;
  readonly writes: number;
  /** Called with each write; the write waits until it settles. `drop` swallows it and everything after it. */
  onWrite(hook: (write: Write) => "pass" | "drop" | "pass-then-mute"): void;
  /** Cuts every connection; new ones are accepted. */
  cut(): void;
  stop(): Promise<void>;
}

/** Starts a proxy for the Redis at `redisUrl` on a free port of 127.0.0.1. */
export async function startRedisProxy(redisUrl: string): Promise<RedisProxy> {
  const target = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let hook: Parameters<RedisProxy["onWrite"]>[0] = () => "pass";
  let writes = 0;
  let isMute = false;
  let isDropping = false;

  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port || 6379) });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
    }
    client.on("data", (chunk) => {
      writes += 1;
      if (isDropping) return;
      const decision = hook({ number: writes, text: chunk.toString("latin1") });
      if (decision === "drop") isDropping = true;
      else upstream.write(chunk);
      if (decision === "pass-then-mute") isMute = true;
    });
    upstream.on("data", (chunk) => {
      if (!isMute && !isDropping) client.write(chunk);
    });
    client.on("close", () => {
      sockets.delete(client);
      // A request that was passed on must reach Redis even though its process is gone.
      upstream.end();
    });
    upstream.on("close", () => {
      sockets.delete(upstream);
      client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");

  return {
    url: `redis://127.0.0.1:${address.port}`,
    get writes() {
      return writes;
    },
    onWrite(next) {
      hook = next;
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
