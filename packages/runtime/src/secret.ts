// A secret in memory: usable where it is asked for by name, and "[secret]" wherever it would be printed.
import { createHash, timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";

const SHOWN = "[secret]";

export class Secret {
  readonly #value: string | null;

  /** value   null for a secret that exists but that this process was not asked to load */
  constructor(value: string | null) {
    this.#value = value;
  }

  /**
   * The value itself: for the one call that needs it, never to be kept or put into a message.
   *
   * throws   an Error if this process did not load it (see loadDeployment)
   */
  reveal(): string {
    if (this.#value === null) throw new Error("this process did not load this secret: see loadDeployment's `secrets`");
    return this.#value;
  }

  /** Whether `candidate` is this secret, in a time that tells nothing about how much of it was right. */
  equals(candidate: string): boolean {
    return timingSafeEqual(digest(candidate), digest(this.reveal()));
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

/** Equal lengths for timingSafeEqual, whatever the lengths of the secrets. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
