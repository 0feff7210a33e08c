// The provider API's own port. The first port serves the admin API as well and so can never stop to listen; this one
// can, and then a caller gets what a host that is gone gives: ECONNREFUSED, with not a byte written. (On the shared
// port, which API a caller wants is known only once the request has been read, too late to refuse the connection.)
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface ProviderListener {
  /** 0 before it was opened for the first time; always the same from then on. */
  readonly port: number;
  /**
   * Opens or closes the port; closing cuts its connections. Resolves when it is done; to ask for what is so already is
   * no harm. Rejects with the system's error if the port cannot be had, because somebody else has taken it.
   */
  setOpen(isOpen: boolean): Promise<void>;
}

/**
 * Makes a listener that is closed.
 *
 * createHttpServer   called once for each time the port is opened
 * at                 where to listen; port 0: any free one
 */
export function createProviderListener(
  createHttpServer: () => Server,
  at: { port: number; host: string },
): ProviderListener {
  let server: Server | null = null;
  let port = 0;
  let lastChange: Promise<void> = Promise.resolve();

  async function change(isOpen: boolean): Promise<void> {
    if (isOpen && server === null) {
      server = await listen(createHttpServer(), { host: at.host, port: port || at.port });
      port = portOf(server);
    } else if (!isOpen && server !== null) {
      const closing = server;
      server = null;
      await close(closing);
    }
  }

  return {
    get port() {
      return port;
    },
    setOpen(isOpen) {
      const changed = lastChange.then(() => change(isOpen));
      lastChange = changed.catch(() => {}); // whoever asked is told; the next one starts anew
      return changed;
    },
  };
}

/** Resolves once `server` listens; rejects with the system's error (EADDRINUSE). */
export function listen(server: Server, { port, host }: { port: number; host: string }): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

/** Stops listening at once and cuts every connection. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
