// Ports for servers that a test or a script starts: asked from the operating system, on the loopback address only.
import { createServer } from "node:net";

/** Returns a TCP port of 127.0.0.1 that was free a moment ago. Another process may take it first: retry on EADDRINUSE. */
export async function freePort(): Promise<number> {
  return await listenOnce(0);
}

/** Says whether nobody listens on this TCP port of 127.0.0.1 right now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the first free port at or after `preferred`, looking at no more than `triesMax` ports (default 50), or any
 * free port when all of them are taken.
 */
export async function freePortFrom(preferred: number, triesMax = 50): Promise<number> {
  const last = Math.min(preferred + triesMax - 1, 65_535);
  for (let port = preferred; port <= last; port++) {
    if (await isPortFree(port)) return port;
  }
  return await freePort();
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("the operating system gave no port"));
      });
    });
  });
}
