// Follows the deployment file while the process runs. It looks at the content, not at file events: a ConfigMap is
// changed by swapping a link, an editor by renaming, and neither touches the file that a watcher holds.

import type { Clock } from "@tern/core";
import { asError } from "./caught.ts";
import { ConfigError } from "./config-error.ts";
import type { Deployment } from "./deployment.ts";
import { type DeploymentSource, readDeployment } from "./load-deployment.ts";

export interface WatchDeploymentOptions extends DeploymentSource {
  /** What the process works with so far: only what differs from it is a change. */
  readonly current: Deployment;
  readonly everyMs: number;
  readonly clock: Pick<Clock, "after">;
  /** Gets each new valid deployment, a rotated secret included. If it throws, onError hears of it. */
  readonly onChange: (deployment: Deployment) => void;
  /** Gets a ConfigError once for each distinct wrong content; the deployment before it stays in force. */
  readonly onError: (error: Error) => void;
}

/** Looks every `everyMs`; the first look comes after the first wait. stop() may be called twice. */
export function watchDeployment(options: WatchDeploymentOptions): { stop(): void } {
  const { everyMs, clock, onChange, onError } = options;
  let inForce = options.current.fingerprint;
  let lastSeen = inForce;

  const look = (): void => {
    timer = clock.after(everyMs, look);
    try {
      const { fingerprint, result } = readDeployment(options);
      if (fingerprint === lastSeen) return;
      lastSeen = fingerprint;
      if (result instanceof ConfigError) {
        onError(result);
      } else if (fingerprint !== inForce) {
        onChange(result);
        inForce = fingerprint;
      }
    } catch (error) {
      onError(asError(error));
    }
  };

  let timer = clock.after(everyMs, look);
  return { stop: () => timer.cancel() };
}
