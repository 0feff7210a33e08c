// Nothing is left on disk, however a process ends.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ConfigError } from "@tern/runtime";
import { prepareTempFiles } from "./temp-files.ts";

let directory: string;
let made: number;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "tern-temp-files-")), "media");
  made = 0;
});
afterEach(() => rm(join(directory, ".."), { recursive: true, force: true }));

const prepare = () => prepareTempFiles(directory, () => `test-${made++}`);

test("a file can be written and read any number of times, and has no name", async () => {
  const file = await (await prepare()).open();
  await file.write(Buffer.from("first, "));
  await file.write(Buffer.alloc(200_000, 0x61));
  expect(await readdir(directory)).toEqual([]);
  for (let time = 0; time < 2; time += 1) {
    const content = Buffer.concat(await file.read().toArray());
    expect([content.length, content.toString("utf8", 0, 9)]).toEqual([200_007, "first, aa"]);
  }
  await Promise.all([file.close(), file.close()]);
});

test("files are apart from each other", async () => {
  const files = await prepare();
  const [one, other] = await Promise.all([files.open(), files.open()]);
  await one.write(Buffer.from("one"));
  await other.write(Buffer.from("other"));
  expect((await one.read().toArray()).join("")).toBe("one");
  await Promise.all([one.close(), other.close()]);
});

test("the start removes what a crash left, and touches nothing else", async () => {
  await prepare();
  await writeFile(join(directory, "tern-media-left.tmp"), "");
  await writeFile(join(directory, "somebody-elses.txt"), "");
  await prepare();
  expect(await readdir(directory)).toEqual(["somebody-elses.txt"]);
});

test("a start beside a process that is at work does it no harm", async () => {
  const file = await (await prepare()).open();
  await file.write(Buffer.from("still here"));
  await prepare();
  expect((await file.read().toArray()).join("")).toBe("still here");
  await file.close();
});

test("a process that is killed leaves nothing behind", async () => {
  const module = JSON.stringify(join(import.meta.dirname, "temp-files.ts"));
  const code = `
    const { prepareTempFiles } = await import(${module});
    const file = await (await prepareTempFiles(${JSON.stringify(directory)}, () => "killed")).open();
    await file.write(Buffer.alloc(100_000));
    console.log("written");
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await readdir(directory)).toEqual([]);
});

test("a directory that cannot be used stops the start, and the setting is named", async () => {
  await writeFile(join(directory, "..", "file"), "");
  const start = prepareTempFiles(join(directory, "..", "file"), () => "x");
  await expect(start).rejects.toThrow(ConfigError);
  await expect(start).rejects.toThrow(/MEDIA_DIR/);
});
