// Requests that no HTTP client would send, byte by byte, for tests of what a server bears.
import { connect, type Socket } from "node:net";
import { waitUntil } from "./wait-until.ts";

export interface RawConnection {
  readonly socket: Socket;
  /** All that has come back so far. */
  received(): string;
  /** Whether the server has ended the connection. */
  isClosed(): boolean;
  /** Resolves with all that came back, once the server has ended the connection. */
  closed(): Promise<string>;
}

/** Opens a connection to `url`'s host and port, and sends these bytes. */
export function openRaw(url: string, bytes: string): RawConnection {
  const { hostname, port } = new URL(url);
  const chunks: Buffer[] = [];
  let isClosed = false;
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {}); // the server may reset it: `close` tells
  socket.on("close", () => {
    isClosed = true;
  });
  const received = () => Buffer.concat(chunks).toString("latin1");
  return {
    socket,
    received,
    isClosed: () => isClosed,
    async closed() {
      await waitUntil(() => isClosed, { what: "the server to end the connection" });
      return received();
    },
  };
}

/** Sends a chunk of a body of no stated length, again and again, as fast as they are taken. Returns how to stop. */
export function sendForEver({ socket }: RawConnection): () => void {
  const data = "x".repeat(16 * 1024);
  const chunk = `${data.length.toString(16)}\r\n${data}\r\n`;
  let isOver = false;
  const more = (): void => {
    if (isOver || socket.destroyed || !socket.writable) return;
    if (socket.write(chunk)) setImmediate(more);
    else socket.once("drain", more);
  };
  more();
  return () => {
    isOver = true;
  };
}
