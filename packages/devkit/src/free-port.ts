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

/** How many ports after the preferred one are looked at before any free one will do. */
const NEIGHBOURS_MAX = 50;

/** Returns the first free port at or after `preferred` that is not in `except`, or any free port if there is none near. */
export async function freePortFrom(preferred: number, except: ReadonlySet<number> = new Set()): Promise<number> {
  const last = Math.min(preferred + NEIGHBOURS_MAX, 65_535);
  for (let port = preferred; port <= last; port++) {
    if (!except.has(port) && (await isPortFree(port))) return port;
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
