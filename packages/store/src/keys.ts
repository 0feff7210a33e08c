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
// holds               hash        template -> why and until when it rests (lua/include/hold.lua) one field per template at rest
// later               zset        ids that wait for a moment, by that ms                       moved by promote
// ends                zset        ids with an expiry, by that ms                               leave with the message
// doubts              zset        ids of messages in doubt, by the ms their wait for evidence ends   leave with the doubt
// away                string      there while a worker finds the provider away                 3 s
// look:<looker>       string      what a worker's last look took, until its answer has surely come  1 h
// wire                zset        <id>.<wire number> on the wire, by the ms their lease ends   moved by finish or reap
// turns               hash        <lane><contact> -> last id of that contact's chain           removed when the chain ends
// pair:<bucket>       hash        contact -> ms when its budget is full again                  minutes
// cw:<day>            hash        contact -> ms of its last message or call: its window        3 days
// fe:<day>            hash        contact -> ms of its first message from an ad that day       5 days
// al:<span>           hash        spelling -> contact, =<contact> -> its other spellings (ADR 20)  90 to 180 days after last use
// untold              zset        <one> <other>: one person's spellings that the portfolio must hear of, by when learned  90 days
// joins               set         <from> <into>: one person's spellings, while one is in line  emptied by promote
// s                   hash        sender state: tat, tatb (µs), slow, slowat, pace, cfg, rg     kept (one small hash)
//                                 hold, holdr, pause, pause<lane>, full<lane>, vt<lane>, sv<lane>,
//                                 cv<lane><caller>, tk: ms of the last look that took some
// audit               stream      what operators ordered                                       capped by entries
// nf:<day>            list        ids that failed that day                                     indexDays after
// t:<hour>            list        ids accepted in that hour, in order                          indexDays after
// r:<day>             hash        contact -> ids of that day, 26 characters each               indexDays after
// w:<day>             hash        digest of a wamid -> id, from its second send on <id>.<number>  indexDays after
// f:<reference>       list        ids with that reference                                      indexDays after its last message
// i:<caller>:<digest> string      idempotency: <body digest><id>                               72 h
// o:<digest>          list        statuses of a wamid nobody knows yet                         10 min, 20 entries
// orphans             zset        digests of the wamids with such statuses, by the ms these end  10 min
// ev                  stream      events, the feed: statuses, and what the provider told    capped by entries and age
// in                  stream      inbound messages, the other feed                          capped by entries and age
// raw                 stream      webhook bodies as they came                                  capped by age and bytes
// rawz                list        id and bytes of each body in `raw`                           capped with `raw`
// rawn                string      bytes in `raw`                                               one number
// aside               stream      webhook items that could not be used                         capped by entries
// seen:<day>          set         digests of inbound wamids, against repetition                9 days
// mc:<digest>         string      a file that is uploaded: its media id and what it is, JSON   with the media id, 29 days
// mi:<medium>         string      digest of the file that this media id stands for             with the media id, 29 days
// ml:<digest>         string      token of whoever uploads this file now                       seconds
// mf                  zset        media requests that failed or are under way, by the ms they count until  1 h
// mx:<medium>         string      the provider's refusal of this media id, JSON                1 h
// health              hash        what the provider last said of the number, JSON              30 days after the last word
// poll                string      there while nobody need ask after the number                 with the interval of asking
// rep                 string      the last change that waited for replicas (replication.ts)    a minute
// send.<sender>:*     BullMQ      calls to take what may go now (packages/queue)               BullMQ
//
// What the senders of a portfolio share has the portfolio's hash tag (`tern:{portfolio.main}:`): s (tier, reserve, turned,
// ck: secret of the digests of erased contacts), reached (zset: recipient -> ms when it was last written to outside its
// window; 24 h), audit, and the consent of contacts (lua/include/consent.lua), consentDays after its last change:
// c:<contact> string: what it said, in order, and its other spellings · al:<spelling> string: the contact it belongs to ·
// er:<digest> string: opt-outs of an erased contact.
//
// What the numbers of an account share has the account's hash tag (`tern:{waba.102290129340398}:`): defs (hash:
// <name>/<language> -> ms the provider said so, and the template in JSON; at most as many as the account has), s (version of
// defs, synced: when the last whole list was begun, counts: its templates by status), made (zset: creations of the last hour), ed:<template id> (zset: edits
// of the last 30 days), poll (string: there while nobody need read the list; expires with the interval).
//
// What a caller has used of its quotas has a hash tag of the caller's (`tern:{caller.shop}:`): q (hash: quota -> when it is whole
// again in µs, or the day and the count; 2 days after its last use).

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

/** The base of what all numbers of an account (a WABA) share: its templates. */
export function wabaBase(prefix: string, wabaId: string): string {
  return `${prefix}:{waba.${wabaId}}:`;
}

/** The base of what concerns one caller at all senders: its quotas. */
export function callerBase(prefix: string, caller: string): string {
  return `${prefix}:{caller.${caller}}:`;
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
  doubts: (base: string) => `${base}doubts`,
  callers: (base: string, lane: number) => `${base}bc:${lane}`,
  backlog: (base: string, lane: number, caller: string) => `${base}bl:${lane}:${caller}`,
  senderState: (base: string) => `${base}s`,
  pairs: (base: string, bucket: number) => `${base}pair:${bucket}`,
  windows: (base: string, day: number) => `${base}cw:${day}`,
  entries: (base: string, day: number) => `${base}fe:${day}`,
  aliases: (base: string, span: number) => `${base}al:${span}`,
  joins: (base: string) => `${base}joins`,
  untold: (base: string) => `${base}untold`,
  reached: (base: string) => `${base}reached`,
  audit: (base: string) => `${base}audit`,
  idempotency: (base: string, caller: string, keyDigest: string) => `${base}i:${caller}:${keyDigest}`,
  consent: (base: string, contact: string) => `${base}c:${contact}`,
  failedOnDay: (base: string, day: number) => `${base}nf:${day}`,
  events: (base: string) => `${base}ev`,
  inbound: (base: string) => `${base}in`,
  raw: (base: string) => `${base}raw`,
  aside: (base: string) => `${base}aside`,
  health: (base: string) => `${base}health`,
  definitions: (base: string) => `${base}defs`,
  poll: (base: string) => `${base}poll`,
  mediaDigest: (base: string, mediaId: string) => `${base}mi:${mediaId}`,
  cachedMedia: (base: string, digest: string) => `${base}mc:${digest}`,
  refusedMedia: (base: string, mediaId: string) => `${base}mx:${mediaId}`,
} as const;

/** What names a template in records and holds: its name and its language, or its name alone for all its languages. */
export const templateKey = {
  of: (name: string, language: string | null | undefined): string => (language ? `${name}/${language}` : name),
  read(key: string | null | undefined): { readonly template: string | null; readonly templateLanguage: string | null } {
    const [template = null, templateLanguage = null] = key?.split("/") ?? [];
    return { template, templateLanguage };
  },
} as const;

/** How long an index keeps pointing, for records kept `messageDays`. */
export function indexTtlMs(messageDays: number): number {
  return (messageDays + INDEX_SLACK_DAYS) * DAY_MS;
}
