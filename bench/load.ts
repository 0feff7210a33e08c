// Requests at full speed over a fixed number of connections (autocannon), each request with its own body. A run whose
// requests were not all answered with 2xx is no measurement, and throws.
import autocannon from "autocannon";

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Called for every request. */
  readonly next: () => { readonly body: string; readonly headers?: Readonly<Record<string, string>> };
  readonly connections: number;
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

export async function fire({ url, headers, next, connections, until }: Load): Promise<LoadResult> {
  const result = await autocannon({
    url,
    connections,
    timeout: ANSWER_WITHIN_SECONDS,
    ...("seconds" in until ? { duration: until.seconds } : { amount: until.requests }),
    requests: [
      {
        method: "POST",
        setupRequest: (request) => {
          const { body, headers: own } = next();
          return { ...request, headers: { "content-type": "application/json", ...headers, ...own }, body };
        },
      },
    ],
  });
  const answers = result["2xx"];
  if (result.non2xx > 0 || result.errors > 0 || answers === 0) {
    const statuses = JSON.stringify(result.statusCodeStats ?? {});
    throw new Error(`${url}: ${result.non2xx} answers were not 2xx (${statuses}), ${result.errors} requests failed`);
  }
  return { answers, perSecond: answers / result.duration, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
}
