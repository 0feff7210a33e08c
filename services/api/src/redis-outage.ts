// Tells "Redis cannot be used now" from a mistake of ours, by what ioredis 6 and Redis 7 say.

/** What a caller is told to wait: a restart or failover takes seconds, freeing memory takes longer. */
const AWAY_SECONDS = 2;
const FULL_SECONDS = 10;

/** First words of Redis's error replies that pass by themselves (https://redis.io/docs/latest/develop/reference/protocol-spec). */
const PASSING_REPLIES = new Set([
  "BUSY",
  "CLUSTERDOWN",
  "LOADING",
  "MASTERDOWN",
  "MISCONF",
  "NOREPLICAS",
  "READONLY",
  "TRYAGAIN",
  "UNBLOCKED",
]);

const CONNECTION_ERRORS = new Set([
  "AbortError",
  "InterruptError",
  "MaxRetriesPerRequestError",
  "ClusterAllFailedError",
  "NotReplicatedError",
]);
/** ioredis names most of its connection errors plain Error. */
const CONNECTION_MESSAGES =
  /^(Stream isn't writeable|Connection is closed|Command timed out|Socket timeout|connect ETIMEDOUT|Cluster is(n't ready| disconnect)|None of startup nodes|Too many Cluster redirections|Node is disconnected|No master node)/;
const NETWORK_CODE = /^E(AI_AGAIN|CONN|HOST|NET|NOTFOUND|PIPE|TIMEDOUT)/;

/** Seconds after which a caller should try again; null when the error does not mean that Redis is away or full. */
export function retryAfterSeconds(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if (error.name === "ReplyError") return ofReply(error.message);
  const isAway =
    CONNECTION_ERRORS.has(error.name) ||
    CONNECTION_MESSAGES.test(error.message) ||
    ("code" in error && NETWORK_CODE.test(String(error.code)));
  return isAway ? AWAY_SECONDS : null;
}

function ofReply(message: string): number | null {
  const word = message.split(" ", 1)[0] ?? "";
  if (word === "OOM") return FULL_SECONDS;
  return PASSING_REPLIES.has(word) ? AWAY_SECONDS : null;
}
