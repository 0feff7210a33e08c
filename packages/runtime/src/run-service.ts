// The life of a process: settings, start, ready, and an ordered stop. Every service's main.ts is one call of it.

import { setFlagsFromString } from "node:v8";
import type { Clock, Random } from "@tern/core";
import type { z } from "zod";
import { isError } from "./caught.ts";
import { systemClock, systemRandom } from "./clock.ts";
import { type Env, readEnv } from "./env.ts";
import { createLogger, type Logger } from "./logger.ts";
import { serializeError } from "./serialize-error.ts";
import type { ProcessSettings } from "./settings.ts";
import { explainStartFailure } from "./start-failure.ts";
import { type Closer, createStopSequence } from "./stop-sequence.ts";
import { startTracing, type Tracing } from "./tracing.ts";

export interface ServiceContext<S extends ProcessSettings> {
  readonly settings: Readonly<S>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly tracing: Tracing;
  /** Aborted at the moment the stop begins: /readyz says no from then on (healthRoutes takes it). */
  readonly stopping: AbortSignal;
  /**
   * Registers what undoes a step of the start, right after the step. Closers run last first, each awaited before the
   * next, all within SHUTDOWN_TIMEOUT_MS.
   */
  onStop(name: string, close: Closer): void;
}

/** Fields of the ready line, such as `{ port, metricsPort }`. */
export type ReadyFields = Readonly<Record<string, string | number>>;

/**
 * Runs a service until it is told to stop; the process ends here, and nowhere else.
 *
 * settings   the service's schema: `z.object({ ...processSettings, … })`
 * env        process.env
 * start      connects, creates and starts, registering a closer after each step; returns the fields of the ready line,
 *            which is printed whatever LOG_LEVEL says: {"msg":"ready","service":…,"port":…}
 *
 * - SIGTERM or SIGINT: ordered stop, exit 0; exit 1 if a closer failed, or if the time ran out (the log says what hung).
 *   A second signal, 250 ms or more after the first: exit 1 at once.
 * - A start that fails for a known reason (ConfigError, port taken, Redis out of reach): one line on standard error that
 *   says what to do (a list, if there are several problems), exit 1. For any other reason: one fatal log line, exit 1.
 * - An uncaught exception or unhandled rejection: one fatal log line, ordered stop, exit 1.
 */
export async function runService<S extends ProcessSettings>(
  service: string,
  { settings: schema, env }: { readonly settings: z.ZodObject & z.ZodType<S>; readonly env: Env },
  start: (context: ServiceContext<S>) => Promise<ReadyFields>,
): Promise<void> {
  setFlagsFromString("--no-allocation-site-pretenuring"); // requests die young (ADR 27)
  let settings: Readonly<S>;
  try {
    settings = readEnv(schema, env);
  } catch (error) {
    printUnstarted(service, explainStartFailure(error, "") ?? String(error));
    process.exit(1);
  }
  const log = createLogger({ service, level: settings.LOG_LEVEL });
  const stops = createStopSequence({ log, clock: systemClock });
  const stopping = new AbortController();

  let hasFailed = false;

  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    const allWell = await stops.run(settings.SHUTDOWN_TIMEOUT_MS);
    if (allWell) log.info("stopped");
    process.exit(allWell && !hasFailed ? 0 : 1);
  };

  const fail = async (what: string, error: unknown): Promise<void> => {
    hasFailed = true;
    log.fatal({ err: isError(error) ? serializeError(error, true) : error }, what);
    await stop();
  };

  onSignals((signal, isFirst) => {
    if (isFirst) {
      log.info({ signal }, "stopping");
      void stop();
    } else {
      log.warn({ signal }, "told to stop again: stopping at once");
      process.exit(1);
    }
  });
  process.on("uncaughtException", (error) => void fail("uncaught exception", error));
  process.on("unhandledRejection", (reason) => void fail("unhandled rejection", reason));

  try {
    const tracing = await startTracing({
      service,
      endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
      ratio: settings.OTEL_TRACES_SAMPLER_ARG,
      log,
      clock: systemClock,
    });
    if (tracing.isOn) stops.add("tracing", () => tracing.stop());
    const context = { settings, log, clock: systemClock, random: systemRandom, tracing, stopping: stopping.signal };
    const fields = await start({ ...context, onStop: stops.add });
    if (!stopping.signal.aborted) log.child({}, { level: "info" }).info(fields, "ready");
  } catch (error) {
    if (stopping.signal.aborted) return; // told to stop while starting: what was half open fails, and that is no news
    const line = explainStartFailure(error, settings.REDIS_URL.reveal());
    if (line === null) return fail("start failed", error);
    hasFailed = true;
    printUnstarted(service, line);
    await stop();
  }
}

/** Ctrl-C reaches every process of the terminal, and a parent passes it on: that is one signal, come twice. */
const SAME_SIGNAL_MS = 250;

function onSignals(handle: (signal: NodeJS.Signals, isFirst: boolean) => void): void {
  let firstMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const nowMs = systemClock.monotonicMs();
    if (firstMs === undefined) {
      firstMs = nowMs;
      handle(signal, true);
    } else if (nowMs - firstMs > SAME_SIGNAL_MS) {
      handle(signal, false);
    }
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

function printUnstarted(service: string, line: string): void {
  process.stderr.write(`${service} cannot start: ${line}\n`);
}
