// The schema of Tern's data in Redis. Every key of a sender carries that sender's hash tag, BullMQ's keys included, so
// each script stays in one slot and Redis Cluster shards by sender. Scripts get the base (`tern:{demo}:`) as their one
// key and append the parts named here; nothing else in the repository spells a key.
//
// base + …            type        holds                                                        ends
// m:<id>              hash        the record of a message; fields in record.ts                 messageDays after its last change once it left the places
// b:<id>              string      its content, JSON in the Cloud API's shape                   at `delivered`; bodyDays after submission or failure
// x:<id>              string      the failure in words, JSON                                   with the record
// d:<id>              string      the caller's metadata, JSON                                  twice messageDays after it left the places
// bl:<lane>:<caller>  list        backlog: ids, oldest first                                   empty when drained
// bc:<lane>           list        callers with a backlog in this lane, in turn                 empty when drained
// due:<lane>          zset        ids handed to BullMQ, by the ms when their job is added again  capped by dueMax and the pace
// later               zset        ids that wait for a moment, by that ms                       moved by promote
// wire                zset        <id>.<wire number> on the wire, by the ms their lease ends   moved by finish or reap
// turns               hash        <lane><recipient> -> last id of that recipient's chain       removed when the chain ends
// s                   hash        sender state: tat, tatb (µs), slow, slowat, hold, holdr      kept (one small hash)
// t:<hour>            list        ids accepted in that hour, in order                          indexDays after
// r:<day>             hash        recipient -> ids of that day, 26 characters each             indexDays after
// w:<day>             hash        digest of a wamid -> id, from its second send on <id>.<number>  indexDays after
// f:<reference>       list        ids with that reference                                      indexDays after its last message
// i:<caller>:<digest> string      idempotency: <body digest><id>                               72 h
// o:<digest>          list        statuses of a wamid nobody knows yet                         10 min, 20 entries
// ev                  stream      status events, the feed                                      capped by entries
// in                  stream      inbound messages                                             capped by entries
// raw                 stream      webhook bodies as they came                                  capped by age and bytes
// rawz                list        id and bytes of each body in `raw`                           capped with `raw`
// rawn                string      bytes in `raw`                                               one number
// aside               stream      webhook items that could not be used                         capped by entries
// seen:<day>          set         digests of inbound wamids, against repetition                9 days
// send.<sender>:*     BullMQ      the queue of what is due (packages/queue)                    BullMQ

/** What a day-keyed or hour-keyed index adds to the retention, so that it outlives the records it points to. */
const INDEX_SLACK_DAYS = 8;

/** The base of all keys of one sender: prefix and hash tag. */
export function senderBase(prefix: string, sender: string): string {
  return `${prefix}:{${sender}}:`;
}

/** Where webhook items go whose sender is not known: they have no slot of a sender to live in. */
export function unroutableBase(prefix: string): string {
  return `${prefix}:{unroutable}:`;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const keyOf = {
  record: (base: string, id: string) => `${base}m:${id}`,
  content: (base: string, id: string) => `${base}b:${id}`,
  failure: (base: string, id: string) => `${base}x:${id}`,
  metadata: (base: string, id: string) => `${base}d:${id}`,
  acceptedInHour: (base: string, hour: number) => `${base}t:${hour}`,
  recipientsOfDay: (base: string, day: number) => `${base}r:${day}`,
  reference: (base: string, reference: string) => `${base}f:${reference}`,
  due: (base: string, lane: number) => `${base}due:${lane}`,
  later: (base: string) => `${base}later`,
  wire: (base: string) => `${base}wire`,
  callersInTurn: (base: string, lane: number) => `${base}bc:${lane}`,
  backlog: (base: string, lane: number, caller: string) => `${base}bl:${lane}:${caller}`,
  senderState: (base: string) => `${base}s`,
  events: (base: string) => `${base}ev`,
  inbound: (base: string) => `${base}in`,
  raw: (base: string) => `${base}raw`,
  aside: (base: string) => `${base}aside`,
} as const;

/** How long an index keeps pointing, for records kept `messageDays`. */
export function indexTtlMs(messageDays: number): number {
  return (messageDays + INDEX_SLACK_DAYS) * DAY_MS;
}
