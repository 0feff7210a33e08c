// The folder of one run of the demo: the deployment file and the services' logs. Each run has its own, named by its pid, so
// that two can run side by side; what runs that were killed left behind is cleared away by the next one.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes the folder below `dataFolder`, or in the temporary folder if that cannot be written. Returns its path. */
export function makeRunFolder(dataFolder: string): string {
  const folder = join(dataFolder, `run-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    return mkdtempSync(join(tmpdir(), "tern-run-"));
  }
  for (const name of readdirSync(dataFolder)) {
    const pid = Number(/^run-(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && pid !== process.pid && !isAlive(pid))
      rmSync(join(dataFolder, name), { recursive: true, force: true });
  }
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
