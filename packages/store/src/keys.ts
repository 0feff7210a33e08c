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
// bc:<lane>           zset        callers with a backlog in this lane, by their virtual time   empty when drained
// held:<template>     list        ids whose template is paused                                 released by promote
// holds               hash        template -> why and until when it rests                      one field per template at rest
// later               zset        ids that wait for a moment, by that ms                       moved by promote
// ends                zset        ids with an expiry, by that ms                               leave with the message
// away                string      there while a worker finds the provider away                 3 s
// look:<looker>       string      what a worker's last look took, until its answer has surely come  1 h
// wire                zset        <id>.<wire number> on the wire, by the ms their lease ends   moved by finish or reap
// turns               hash        <lane><recipient> -> last id of that recipient's chain       removed when the chain ends
// pair:<bucket>       hash        recipient -> ms when its budget is full again                minutes
// cw:<day>            hash        user -> ms of its last message: the customer service window  3 days
// s                   hash        sender state: tat, tatb (µs), slow, slowat, pace, cfg, rg     kept (one small hash)
//                                 hold, holdr, pause, pause<lane>, full<lane>, vt<lane>, sv<lane>,
//                                 cv<lane><caller>
// audit               stream      what operators ordered                                       capped by entries
// nf:<day>            list        ids that failed that day                                     indexDays after
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
// send.<sender>:*     BullMQ      calls to take what may go now (packages/queue)               BullMQ
//
// What the senders of a portfolio share has the portfolio's hash tag (`tern:{portfolio.main}:`): s (tier, reserve, turned),
// reached (zset: recipient -> ms when it was last written to outside its window; 24 h), audit.

/** What a day-keyed or hour-keyed index adds to the retention, so that it outlives the records it points to. */
const INDEX_SLACK_DAYS = 8;

/** The base of all keys of one sender: prefix and hash tag. */
export function senderBase(prefix: string, sender: string): string {
  return `${prefix}:{${sender}}:`;
}

/** The base of what all senders of a portfolio share; a dot, which no sender's id has. */
export function portfolioBase(prefix: string, portfolio: string): string {
  return `${prefix}:{portfolio.${portfolio}}:`;
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
  held: (base: string, template: string) => `${base}held:${template}`,
  holds: (base: string) => `${base}holds`,
  away: (base: string) => `${base}away`,
  later: (base: string) => `${base}later`,
  ends: (base: string) => `${base}ends`,
  wire: (base: string) => `${base}wire`,
  callers: (base: string, lane: number) => `${base}bc:${lane}`,
  backlog: (base: string, lane: number, caller: string) => `${base}bl:${lane}:${caller}`,
  senderState: (base: string) => `${base}s`,
  pairs: (base: string, bucket: number) => `${base}pair:${bucket}`,
  windows: (base: string, day: number) => `${base}cw:${day}`,
  reached: (base: string) => `${base}reached`,
  audit: (base: string) => `${base}audit`,
  failedOnDay: (base: string, day: number) => `${base}nf:${day}`,
  events: (base: string) => `${base}ev`,
  inbound: (base: string) => `${base}in`,
  raw: (base: string) => `${base}raw`,
  aside: (base: string) => `${base}aside`,
} as const;

/** How long an index keeps pointing, for records kept `messageDays`. */
export function indexTtlMs(messageDays: number): number {
  return (messageDays + INDEX_SLACK_DAYS) * DAY_MS;
}
