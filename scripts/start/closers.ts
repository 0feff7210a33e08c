// What was started, to be stopped in the reverse order, once.

export interface Closer {
  /** For people: "API". */
  name: string;
  stop(): Promise<unknown>;
}

export interface Closers {
  add(closer: Closer): void;
  /** Stops everything, last started first; one that fails does not keep the others running. Later calls join the first. */
  closeAll(onStopped?: (name: string) => void): Promise<void>;
  readonly isClosing: boolean;
  /** How many are still to be stopped. */
  readonly count: number;
}

export function createClosers(): Closers {
  const closers: Closer[] = [];
  let closing: Promise<void> | undefined;

  async function close(onStopped: (name: string) => void): Promise<void> {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
      const name = closer.name;
      await closer.stop().then(
        () => onStopped(name),
        (error: unknown) => onStopped(`${name} (${error instanceof Error ? error.message : String(error)})`),
      );
    }
  }

  return {
    add: (closer) => void closers.push(closer),
    closeAll(onStopped = () => {}) {
      closing ??= close(onStopped);
      return closing;
    },
    get isClosing() {
      return closing !== undefined;
    },
    get count() {
      return closers.length;
    },
  };
}
