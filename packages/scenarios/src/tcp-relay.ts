// A TCP relay between a service and what it talks to (Redis, the provider), for failures of the network: refused
// connections, silence without an end, and an answer that is on its way for as long as the test says.

import { connect, createServer, type Server, type Socket } from "node:net";

export interface TcpRelay {
  /** The target's address with the relay's host and port. */
  readonly url: string;
  /** Stops listening and cuts every connection with a reset: what a dead host or a failed network looks like. */
  cut(): Promise<void>;
  /**
   * Stops listening and ends each connection once its request is answered, so that nothing is left in doubt: what a
   * server's ordered stop looks like.
   */
  refuse(): Promise<void>;
  /** Listens again on the same port. */
  listen(): Promise<void>;
  /** Nothing passes in either direction and nobody is told: a partition. */
  freeze(): void;
  /** What was written meanwhile goes on its way. */
  thaw(): void;
  /** Keeps back what the target answers from now on. */
  holdAnswers(): void;
  /** Passes on what was kept back, in order, and all later answers at once. */
  releaseAnswers(): void;
  /** How many answers are kept back. */
  readonly held: number;
  stop(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly target: Socket;
  /** Something was asked and nothing answered yet; one request at a time is on a connection. */
  isBusy: boolean;
}

/** Starts a relay to the host and port of `targetUrl` on a free port of 127.0.0.1. */
export async function startTcpRelay(targetUrl: string): Promise<TcpRelay> {
  const goal = new URL(targetUrl);
  const links = new Set<Link>();
  const kept: (() => void)[] = [];
  let server: Server | null = null;
  let port = 0;
  let isFrozen = false;
  let isHolding = false;
  let isRefusing = false;

  function join(client: Socket): void {
    const target = connect({ host: goal.hostname, port: Number(goal.port) });
    const link: Link = { client, target, isBusy: false };
    links.add(link);
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
      if (isFrozen) socket.pause();
    }
    client.on("data", (chunk) => {
      link.isBusy = true;
      target.write(chunk);
    });
    target.on("data", (chunk) => {
      link.isBusy = false;
      if (isHolding) kept.push(() => client.write(chunk));
      else client.write(chunk);
      if (isRefusing) client.end();
    });
    client.on("close", () => {
      links.delete(link);
      target.end(); // what was passed on must arrive although its writer is gone
    });
    target.on("close", () => client.destroy());
  }

  async function listen(): Promise<void> {
    isRefusing = false;
    const next = createServer(join);
    await new Promise<void>((resolve, reject) => next.once("error", reject).listen(port, "127.0.0.1", resolve));
    const address = next.address();
    if (address === null || typeof address === "string") throw new Error("the relay has no port");
    port = address.port;
    server = next;
  }

  /** The listening socket is closed at once; the promise of `close` would wait for the connections, too. */
  function stopListening(): void {
    server?.close();
    server = null;
  }

  async function cut(): Promise<void> {
    stopListening();
    await Promise.all(
      [...links].map(({ client, target }) => {
        const closed = new Promise((resolve) => client.once("close", resolve));
        target.destroy();
        client.resetAndDestroy();
        return closed;
      }),
    );
  }

  await listen();
  return {
    url: `${goal.protocol}//127.0.0.1:${port}`,
    cut,
    async refuse() {
      isRefusing = true;
      stopListening();
      await Promise.all(
        [...links].map((link) => {
          const closed = new Promise((resolve) => link.client.once("close", resolve));
          if (!link.isBusy) link.client.end();
          return closed;
        }),
      );
    },
    listen,
    freeze() {
      isFrozen = true;
      for (const { client, target } of links) for (const socket of [client, target]) socket.pause();
    },
    thaw() {
      isFrozen = false;
      for (const { client, target } of links) for (const socket of [client, target]) socket.resume();
    },
    holdAnswers() {
      isHolding = true;
    },
    releaseAnswers() {
      isHolding = false;
      for (const pass of kept.splice(0)) pass();
    },
    get held() {
      return kept.length;
    },
    stop: cut,
  };
}
