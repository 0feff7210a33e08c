// Files that nobody else sees and that nothing leaves behind: each is unlinked as soon as it is open, so its room comes
// free when it is closed, and also when the process dies at whatever instruction (unlink(2)). What a crash between the
// two left is an empty file, which the next start removes.

import { access, constants, type FileHandle, mkdir, open, readdir, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ConfigError } from "@tern/runtime";
import { ApiProblem } from "../problems.ts";
import { createNotePassed, type NotePassed } from "./garbage.ts";

export interface TempFile {
  /** Appends; resolves when the bytes are with the operating system. */
  write(bytes: Uint8Array): Promise<void>;
  /** The content from its start; any number of times, and not beside a write. */
  read(): Readable;
  /** Gives the room back; safe to call twice. */
  close(): Promise<void>;
}

export interface TempFiles {
  open(): Promise<TempFile>;
}

const NAME = /^tern-media-[\w-]+\.tmp$/;

/**
 * Makes the directory, and removes what a crash left in it; other processes may be using the same one.
 *
 * directory   on a disk with room: up to 100 MB for each transfer under way
 * newName     letters, digits and hyphens, never the same twice
 * throws      ConfigError when it cannot be written to
 */
export async function prepareTempFiles(directory: string, newName: () => string): Promise<TempFiles> {
  const notePassed = createNotePassed();
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const left = (await readdir(directory)).filter((name) => NAME.test(name));
    await Promise.all(left.map((name) => rm(join(directory, name), { force: true })));
    await access(directory, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError("MEDIA_DIR", [`${directory} cannot be used: ${why}; name a directory of this user's`]);
  }
  return {
    async open() {
      const path = join(directory, `tern-media-${newName()}.tmp`);
      const handle = await open(path, "wx+", 0o600);
      try {
        await unlink(path);
      } catch (error) {
        // A process that started at this moment has removed it already.
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
          await handle.close();
          throw error;
        }
      }
      let closed: Promise<void> | null = null;
      return {
        async write(bytes) {
          for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
          notePassed(bytes.length);
        },
        read: () => Readable.from(contentOf(handle, notePassed), { objectMode: false }),
        close() {
          closed ??= handle.close();
          return closed;
        },
      };
    },
  };
}

const RETRY_AFTER_SECONDS = 30;

/** The problem 503 of a disk that is full; any other error as it is. */
export function orNoRoom(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException)?.code;
  if (code !== "ENOSPC" && code !== "EDQUOT") return error;
  return new ApiProblem("unavailable", {
    detail: `There is no room for the file on disk now: try again in ${RETRY_AFTER_SECONDS} s.`,
    headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
    cause: error,
  });
}

const CHUNK_BYTES = 65_536;

async function* contentOf(handle: FileHandle, notePassed: NotePassed): AsyncGenerator<Buffer> {
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    notePassed(bytesRead);
    yield buffer.subarray(0, bytesRead);
  }
}
