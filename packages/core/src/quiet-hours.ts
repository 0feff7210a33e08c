// Quiet hours: a daily time, by the wall clock of one time zone, in which what can wait is not sent. Pure: the moment is
// an argument, and the rules of time zones are those that Node carries (Intl).
//
// The wall clock decides. Where daylight saving time sets it forward over `from` or `to`, the first moment after the gap
// counts as both. Where it is set back, `from` and `to` come twice, and a quiet time that has begun goes on until `to`:
// a clock set back to before `from` does not interrupt it.

export interface QuietHours {
  /** "HH:MM", 00:00 to 23:59; quiet from this minute on. */
  readonly from: string;
  /** "HH:MM"; no longer quiet from this minute on. Before `from` it is a time of the next day. */
  readonly to: string;
  /** A name of the IANA time zone database, such as "Europe/Berlin". */
  readonly timeZone: string;
}

/**
 * When the quiet time that holds now ends.
 *
 * hours     `from` equal to `to` is never quiet
 * nowMs     epoch milliseconds
 * returns   epoch milliseconds after nowMs, when the wall clock reaches `to`: at most 24 hours away, and what the clock is
 *           set back meanwhile. It is not quiet then, unless the clock was set forward over `to` and `from` at once. null
 *           when it is not quiet now
 * throws    RangeError when the time zone is none
 */
export function quietUntilMs(hours: QuietHours, nowMs: number): number | null {
  const zone = zoneOf(hours.timeZone);
  const range = { fromMs: msOfDay(hours.from), toMs: msOfDay(hours.to) };
  if (isQuiet(range, zone, nowMs)) return nextTimeMs(range.toMs, zone, nowMs);
  const setBackMs = lastSetBackMs(zone, nowMs);
  if (setBackMs === null || !isQuiet(range, zone, setBackMs - 1)) return null;
  const untilMs = nextTimeMs(range.toMs, zone, setBackMs - 1);
  return untilMs > nowMs ? untilMs : null;
}

/** Whether the text names a time zone that Node knows: "Europe/Berlin", "UTC"; not "+02:00", and not a country. */
export function isTimeZone(text: string): boolean {
  if (!/^[a-z]/i.test(text)) return false;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

const DAY_MS = 24 * 60 * 60_000;
/** No clock was ever set back by more for daylight saving time or a change of zone (Antarctica/Casey). */
const SET_BACK_MAX_MS = 3 * 60 * 60_000;

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far the wall clock is ahead of UTC at a moment, in milliseconds. */
type Zone = (atMs: number) => number;

/** By the wall clock alone; the range may cross midnight. */
function isQuiet({ fromMs, toMs }: Range, zone: Zone, atMs: number): boolean {
  const localMs = localTimeMs(zone, atMs);
  return fromMs <= toMs ? fromMs <= localMs && localMs < toMs : fromMs <= localMs || localMs < toMs;
}

/** The first moment after `afterMs` at which the wall clock shows `timeMs`, or has been set forward over it. */
function nextTimeMs(timeMs: number, zone: Zone, afterMs: number): number {
  const untilTimeMs = modulo(timeMs - localTimeMs(zone, afterMs), DAY_MS) || DAY_MS;
  const changeMs = firstChangeMs(zone, afterMs, afterMs + untilTimeMs);
  if (changeMs === null) return afterMs + untilTimeMs;
  const setForwardMs = zone(changeMs) - zone(changeMs - 1);
  const untilTimeAtChangeMs = modulo(timeMs - localTimeMs(zone, changeMs), DAY_MS);
  const isJumpedOver = setForwardMs > 0 && modulo(-untilTimeAtChangeMs, DAY_MS) <= setForwardMs;
  return isJumpedOver ? changeMs : changeMs + untilTimeAtChangeMs;
}

/** The moment at which the wall clock was last set back, if that was so lately that a time of before may come again. */
function lastSetBackMs(zone: Zone, nowMs: number): number | null {
  const earlierMs = nowMs - SET_BACK_MAX_MS;
  if (zone(earlierMs) <= zone(nowMs)) return null;
  return firstChangeMs(zone, earlierMs, nowMs);
}

/** The first moment in (fromMs, toMs] with another offset than fromMs has. A clock is not set twice within a day. */
function firstChangeMs(zone: Zone, fromMs: number, toMs: number): number | null {
  const offsetMs = zone(fromMs);
  if (zone(toMs) === offsetMs) return null;
  let [beforeMs, changedMs] = [fromMs, toMs];
  while (changedMs - beforeMs > 1) {
    const middleMs = Math.floor((beforeMs + changedMs) / 2);
    if (zone(middleMs) === offsetMs) beforeMs = middleMs;
    else changedMs = middleMs;
  }
  return changedMs;
}

/** Milliseconds since midnight on the wall clock. */
function localTimeMs(zone: Zone, atMs: number): number {
  return modulo(atMs + zone(atMs), DAY_MS);
}

function msOfDay(text: string): number {
  const [hours = Number.NaN, minutes = Number.NaN] = text.split(":").map(Number);
  return (hours * 60 + minutes) * 60_000;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** A formatter costs some hundred times what its use costs. As many are kept as time zones are named. */
const zones = new Map<string, Zone>();

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const zone: Zone = (atMs) => {
    const name = format.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours = 0, minutes = 0, seconds = 0] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
    const aheadMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    return sign === "-" ? -aheadMs : aheadMs;
  };
  zones.set(timeZone, zone);
  return zone;
}
