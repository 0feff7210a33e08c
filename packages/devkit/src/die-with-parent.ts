// A child process must not outlive the process that started it, however that one ends. Two nets, one for each way:
//
// - on Linux the kernel sends the child a signal when its parent is gone, SIGKILL included (prctl PR_SET_PDEATHSIG). The
//   `setpriv` tool of util-linux sets this and then becomes the program, so the pid stays the same;
// - anywhere, children still running when this process exits in an ordinary way are killed by an exit hook.
//
// Where the first net holds, the child also gets a session of its own: Ctrl-C in a terminal goes to the whole foreground
// group, and who started the children wants to end them in an order of its own.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";

/** Like `spawn`, but the child ends with this process. Standard input is closed, output is piped. */
export function spawnBound(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const stdio: SpawnOptions["stdio"] = ["ignore", "pipe", "pipe"];
  const setpriv = pathOfSetpriv();
  const child =
    setpriv === undefined
      ? spawn(command, args, { ...options, stdio })
      : spawn(setpriv, ["--pdeathsig", "TERM", "--", command, ...args], { ...options, stdio, detached: true });
  const release = atExit(() => child.kill("SIGKILL"));
  child.once("exit", release);
  child.once("error", release);
  return child;
}

/** Runs `action` (synchronous) when this process exits, unless the returned function was called before. */
export function atExit(action: () => void): () => void {
  if (actions.size === 0) process.on("exit", runActions);
  actions.add(action);
  return () => {
    actions.delete(action);
    if (actions.size === 0) process.off("exit", runActions);
  };
}

const actions = new Set<() => void>();

function runActions(): void {
  for (const action of actions) action();
}

let setprivPath: string | undefined | null = null;

// Looked for at fixed places, not on the child's PATH, which a caller may have emptied. Older and other builds (busybox)
// do not know --pdeathsig: the probe asks.
function pathOfSetpriv(): string | undefined {
  if (setprivPath === null) {
    setprivPath = ["/usr/bin/setpriv", "/bin/setpriv"].find(
      (path) => process.platform === "linux" && spawnSync(path, ["--pdeathsig", "TERM", "--", "true"]).status === 0,
    );
  }
  return setprivPath;
}
