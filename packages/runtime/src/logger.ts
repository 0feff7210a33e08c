// Logs: one JSON line per event on standard output. `time` is ISO 8601 in UTC, `level` a word, `msg` a fixed phrase;
// whatever varies is a field.

import { type DestinationStream, type Logger, pino } from "pino";
import { isError } from "./caught.ts";
import { cleanFields } from "./clean-fields.ts";
import { maskNumbersIn } from "./mask.ts";
import type { LogLevel } from "./settings.ts";

export type { Logger } from "pino";

/**
 * A logger for one process; `log.child({ sender })` for a part of it.
 *
 * destination   anything with write(line); default: standard output, written at once, so that no line is lost at exit
 *
 * Numbers of people, message text and secrets in fields are masked (clean-fields.ts says which fields), numbers inside
 * `msg` and inside errors too. Errors show no stack if they are expected (serialize-error.ts says which are), unless
 * the level is debug or trace.
 */
export function createLogger(options: {
  readonly service: string;
  readonly level: LogLevel;
  readonly destination?: DestinationStream;
}): Logger {
  const { service, level, destination = pino.destination({ fd: 1, sync: true }) } = options;
  const withStack = level === "debug" || level === "trace";
  const clean = (fields: object): Record<string, unknown> => cleanFields(fields, withStack);
  const log = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => error }, // pino's own would undo what cleanFields made of it
      formatters: { level: (label) => ({ level: label }), log: clean },
      hooks: {
        logMethod(args, method) {
          const [first, phrase, ...rest] = args.map(cleanArgument) as typeof args;
          // Without a phrase pino would make the text of the error one.
          method.call(this, first, phrase ?? (holdsError(first) ? "error" : undefined), ...rest);
        },
      },
    },
    destination,
  );
  return cleanBindings(log, clean);
}

/** pino formats the fields of a line, but not those that a child is given for all its lines. Children inherit this. */
function cleanBindings(log: Logger, clean: (fields: object) => Record<string, unknown>): Logger {
  const { child, setBindings } = log;
  log.child = function cleanChild(this: Logger, bindings: object, options?: object) {
    return child.call(this, clean(bindings), options);
  } as Logger["child"];
  log.setBindings = function cleanSetBindings(this: Logger, bindings: object) {
    setBindings.call(this, clean(bindings));
  };
  return log;
}

/** `log.error(error)` is `log.error({ err: error })`. */
function cleanArgument(value: unknown): unknown {
  if (typeof value === "string") return maskNumbersIn(value);
  return isError(value) ? { err: value } : value;
}

function holdsError(value: unknown): boolean {
  return typeof value === "object" && value !== null && "err" in value;
}
