// Requests at full speed over a fixed number of connections (autocannon), each request with its own body. A run whose
// requests were not all answered as expected is no measurement, and throws.
import autocannon from "autocannon";

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Called for every request. */
  readonly next: () => { readonly body: string; readonly headers?: Readonly<Record<string, string>> };
  readonly connections: number;
  /** The status that every answer must have. */
  readonly expect: 200 | 202;
  /** It ends after this many seconds, or this many requests. */
  readonly until: { readonly seconds: number } | { readonly requests: number };
}

export interface LoadResult {
  readonly answers: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** No request of a bench may take longer. */
const ANSWER_WITHIN_SECONDS = 10;

/** Sends requests, each as soon as the one before it on its connection was answered. */
export async function fire({ url, headers, next, connections, expect, until }: Load): Promise<LoadResult> {
  let startedMs = 0;
  let lastAnswerMs = 0;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const options = {
      url,
      connections,
      timeout: ANSWER_WITHIN_SECONDS,
      ...("seconds" in until ? { duration: until.seconds } : { amount: until.requests }),
      requests: [
        { method: "POST" as const, setupRequest: (request: autocannon.Request) => ({ ...request, ...build() }) },
      ],
    };
    const run = autocannon(options, (error: unknown, finished) => {
      if (error) reject(error);
      else resolve(finished);
    });
    run.on("start", () => {
      startedMs = performance.now();
    });
    // autocannon's own duration ends with a tick of its clock, up to a second after the last answer.
    run.on("response", () => {
      lastAnswerMs = performance.now();
    });
  });
  const answers = result.statusCodeStats?.[`${expect}`]?.count ?? 0;
  const all = Object.values(result.statusCodeStats ?? {}).reduce((sum, { count = 0 }) => sum + count, 0);
  if (answers === 0 || answers !== all || result.errors > 0) {
    const statuses = JSON.stringify(result.statusCodeStats ?? {});
    throw new Error(`${url}: not all answers were ${expect}: ${statuses}; ${result.errors} requests failed`);
  }
  const perSecond = (answers * 1_000) / (lastAnswerMs - startedMs);
  return { answers, perSecond, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };

  function build(): autocannon.Request {
    const { body, headers: own } = next();
    return { headers: { "content-type": "application/json", ...headers, ...own }, body };
  }
}
