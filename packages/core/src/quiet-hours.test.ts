import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isTimeZone, type QuietHours, quietUntilMs } from "./quiet-hours.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A moment as people write it, in UTC: "2026-11-22 20:59". */
const at = (text: string) => Date.parse(`${text.replace(" ", "T")}Z`);
const NIGHT: QuietHours = { from: "21:00", to: "08:00", timeZone: "Europe/Berlin" };
const berlin = (from: string, to: string): QuietHours => ({ from, to, timeZone: "Europe/Berlin" });

interface Case {
  readonly what: string;
  readonly hours: QuietHours;
  readonly now: string;
  readonly until: string | null;
}

// Berlin: UTC+1; UTC+2 from 2026-03-29 01:00 UTC (02:00 becomes 03:00) to 2026-10-25 01:00 UTC (03:00 becomes 02:00).
const cases: Case[] = [
  { what: "the minute before `from` is not quiet", hours: NIGHT, now: "2026-11-22 19:59:59.999", until: null },
  { what: "the minute `from` is quiet", hours: NIGHT, now: "2026-11-22 20:00", until: "2026-11-23 07:00" },
  { what: "midnight changes nothing", hours: NIGHT, now: "2026-11-22 23:00", until: "2026-11-23 07:00" },
  {
    what: "the last millisecond before `to` is quiet",
    hours: NIGHT,
    now: "2026-11-23 06:59:59.999",
    until: "2026-11-23 07:00",
  },
  { what: "the minute `to` is not quiet", hours: NIGHT, now: "2026-11-23 07:00", until: null },
  {
    what: "a range within one day ends on it",
    hours: berlin("12:00", "14:30"),
    now: "2026-07-01 10:15:30",
    until: "2026-07-01 12:30",
  },
  { what: "outside a range within one day", hours: berlin("12:00", "14:30"), now: "2026-07-01 12:30", until: null },
  { what: "midnight as `to`", hours: berlin("22:00", "00:00"), now: "2026-11-22 22:30", until: "2026-11-22 23:00" },
  { what: "midnight as `from`", hours: berlin("00:00", "06:00"), now: "2026-11-22 23:00", until: "2026-11-23 05:00" },
  {
    what: "a whole day but for a minute",
    hours: berlin("08:01", "08:00"),
    now: "2026-11-22 07:01",
    until: "2026-11-23 07:00",
  },
  {
    what: "the night in which the clock is set forward",
    hours: NIGHT,
    now: "2026-03-28 20:00",
    until: "2026-03-29 06:00",
  },
  { what: "the night in which it is set back", hours: NIGHT, now: "2026-10-24 19:00", until: "2026-10-25 07:00" },
  {
    what: "a `to` that does not exist is the first minute after the gap",
    hours: berlin("21:00", "02:30"),
    now: "2026-03-29 00:59",
    until: "2026-03-29 01:00",
  },
  {
    what: "so is the minute at which the gap begins",
    hours: berlin("21:00", "02:00"),
    now: "2026-03-29 00:59",
    until: "2026-03-29 01:00",
  },
  {
    what: "the minute at which the gap ends exists",
    hours: berlin("21:00", "03:00"),
    now: "2026-03-29 00:59",
    until: "2026-03-29 01:00",
  },
  {
    what: "the minute after the gap comes a minute later",
    hours: berlin("21:00", "03:01"),
    now: "2026-03-29 00:59",
    until: "2026-03-29 01:01",
  },
  {
    what: "a `from` that does not exist begins at the end of the gap",
    hours: berlin("02:30", "08:00"),
    now: "2026-03-29 01:00",
    until: "2026-03-29 06:00",
  },
  { what: "and not before it", hours: berlin("02:30", "08:00"), now: "2026-03-29 00:59:59", until: null },
  {
    what: "a pause in the gap is left out as well, and seen as the end of the one and the beginning of the next",
    hours: berlin("02:45", "02:15"),
    now: "2026-03-28 02:00",
    until: "2026-03-29 01:00",
  },
  { what: "a range in the gap is left out", hours: berlin("02:15", "02:45"), now: "2026-03-29 01:00", until: null },
  {
    what: "a `to` that comes twice ends it the first time",
    hours: berlin("21:00", "02:30"),
    now: "2026-10-25 00:10",
    until: "2026-10-25 00:30",
  },
  {
    what: "after the first `to` it is not quiet",
    hours: berlin("21:00", "02:30"),
    now: "2026-10-25 00:45",
    until: null,
  },
  {
    what: "it is quiet again when the clock has been set back into it",
    hours: berlin("21:00", "02:30"),
    now: "2026-10-25 01:00",
    until: "2026-10-25 01:30",
  },
  {
    what: "a `from` that comes twice begins it the first time",
    hours: berlin("02:30", "08:00"),
    now: "2026-10-25 00:30",
    until: "2026-10-25 07:00",
  },
  {
    what: "a clock set back to before `from` does not interrupt it",
    hours: berlin("02:30", "08:00"),
    now: "2026-10-25 01:15",
    until: "2026-10-25 07:00",
  },
  {
    what: "nor does it begin what has not begun",
    hours: berlin("03:00", "08:00"),
    now: "2026-10-25 01:59:59",
    until: null,
  },
  {
    what: "a `to` at which the clock is set back is an hour later",
    hours: berlin("21:00", "03:00"),
    now: "2026-10-25 00:59",
    until: "2026-10-25 02:00",
  },
  {
    what: "nothing is left of a range that ended before the clock was set back",
    hours: berlin("02:10", "02:20"),
    now: "2026-10-25 01:05",
    until: null,
  },
  {
    what: "a zone of half hours",
    hours: { from: "21:00", to: "08:00", timeZone: "Asia/Kolkata" },
    now: "2026-11-22 15:30",
    until: "2026-11-23 02:30",
  },
  {
    what: "a zone of quarter hours",
    hours: { from: "21:00", to: "08:00", timeZone: "Asia/Kathmandu" },
    now: "2026-11-22 15:15",
    until: "2026-11-23 02:15",
  },
  {
    what: "a clock set back by half an hour",
    hours: { from: "21:00", to: "01:45", timeZone: "Australia/Lord_Howe" },
    now: "2026-04-04 15:00",
    until: "2026-04-04 15:15",
  },
  {
    what: "a zone behind UTC, set forward in the night",
    hours: { from: "20:00", to: "09:00", timeZone: "America/New_York" },
    now: "2026-03-08 01:00",
    until: "2026-03-08 13:00",
  },
  {
    what: "UTC, and a moment before 1970",
    hours: { from: "21:00", to: "08:00", timeZone: "UTC" },
    now: "1969-12-31 23:00",
    until: "1970-01-01 08:00",
  },
  {
    what: "`from` equal to `to` is never quiet",
    hours: berlin("08:00", "08:00"),
    now: "2026-11-22 07:00",
    until: null,
  },
];

describe("quiet hours", () => {
  test.each(cases)("$what", ({ hours, now, until }) => {
    const untilMs = quietUntilMs(hours, at(now));
    expect(untilMs === null ? null : new Date(untilMs).toISOString()).toBe(
      until === null ? null : new Date(at(until)).toISOString(),
    );
  });

  test("of a time zone that is none are refused", () => {
    expect(() => quietUntilMs({ ...NIGHT, timeZone: "Mars/Olympus" }, 0)).toThrow(RangeError);
  });
});

test.each([
  ["Europe/Berlin", true],
  ["America/Argentina/Buenos_Aires", true],
  ["UTC", true],
  ["Berlin", false],
  ["+02:00", false],
  ["", false],
])("%j is a time zone: %s", (text, expected) => {
  expect(isTimeZone(text)).toBe(expected);
});

describe("whatever the zone, the hours and the moment", () => {
  const ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns", // -3:30
    "Australia/Lord_Howe", // 10:30, set forward by half an hour
    "Pacific/Chatham", // 12:45
    "Asia/Kathmandu", // 5:45
    "Africa/Casablanca", // set twice a year, around Ramadan
    "Asia/Beirut", // set at midnight
    "UTC",
  ];
  const START_MS = Date.UTC(2024, 0, 1);
  const DAYS = 4 * 365;

  const wallClocks = new Map(
    ZONES.map((timeZone) => [
      timeZone,
      new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" }),
    ]),
  );
  /** What a clock on the wall shows, in minutes since midnight: asked in another way than the code under test asks. */
  const wallMinute = (timeZone: string, atMs: number) => {
    const [hours = 0, minutes = 0] = (wallClocks.get(timeZone)?.format(atMs) ?? "").split(":").map(Number);
    return hours * 60 + minutes;
  };
  const modulo = (value: number) => ((value % 1440) + 1440) % 1440;

  /** The days on which the clock of a zone is set, as a day-by-day look at noon UTC shows them. */
  const daysOfChange = new Map(
    ZONES.map((timeZone) => {
      const noons = Array.from({ length: DAYS }, (_, day) => START_MS + (day * 24 + 12) * HOUR_MS);
      const days = noons.filter((noon) => wallMinute(timeZone, noon) !== wallMinute(timeZone, noon - 24 * HOUR_MS));
      return [timeZone, days];
    }),
  );

  const textOf = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const anyMinute = fc.oneof(
    fc.integer({ min: 0, max: 1439 }),
    fc.integer({ min: 0, max: 12 }).map((n) => n * 15),
  );
  const anyMoment = (timeZone: string) => {
    const anyTime = fc.integer({ min: START_MS, max: START_MS + DAYS * 24 * HOUR_MS });
    const days = daysOfChange.get(timeZone) ?? [];
    if (days.length === 0) return anyTime;
    const nearChange = fc
      .tuple(fc.constantFrom(...days), fc.integer({ min: -30 * HOUR_MS, max: 6 * HOUR_MS }))
      .map(([noon, offsetMs]) => noon + offsetMs);
    return fc.oneof({ weight: 1, arbitrary: anyTime }, { weight: 3, arbitrary: nearChange });
  };
  const anyCase = fc
    .record({ timeZone: fc.constantFrom(...ZONES), from: anyMinute, to: anyMinute })
    .filter(({ from, to }) => from !== to)
    .chain((hours) => anyMoment(hours.timeZone).map((nowMs) => ({ ...hours, nowMs })));

  const isQuietByWall = ({ from, to, timeZone }: { from: number; to: number; timeZone: string }, atMs: number) =>
    modulo(wallMinute(timeZone, atMs) - from) < modulo(to - from);

  test("the zones above do set their clocks in these years", () => {
    const still = ZONES.filter((zone) => (daysOfChange.get(zone) ?? []).length < 4);
    expect(still).toEqual(["Asia/Kathmandu", "UTC"]);
  });

  test("quiet ends in the future, at most 25 hours away, when the wall clock shows `to` or has just jumped over it", () => {
    fc.assert(
      fc.property(anyCase, ({ timeZone, from, to, nowMs }) => {
        const untilMs = quietUntilMs({ from: textOf(from), to: textOf(to), timeZone }, nowMs);
        fc.pre(untilMs !== null);
        expect(untilMs).toBeGreaterThan(nowMs);
        expect(untilMs - nowMs).toBeLessThanOrEqual(25 * HOUR_MS);
        expect(untilMs % MINUTE_MS).toBe(0);
        const shown = wallMinute(timeZone, untilMs);
        const shownBefore = wallMinute(timeZone, untilMs - MINUTE_MS);
        expect(modulo(shown - to)).toBeLessThan(modulo(shown - shownBefore));
      }),
      { numRuns: 2_000 },
    );
  });

  test("every minute until then is quiet until the same moment, and that moment is not quiet", () => {
    fc.assert(
      fc.property(anyCase, ({ timeZone, from, to, nowMs }) => {
        const hours = { from: textOf(from), to: textOf(to), timeZone };
        const untilMs = quietUntilMs(hours, nowMs);
        fc.pre(untilMs !== null);
        const minutes = Array.from(
          { length: Math.ceil((untilMs - nowMs) / MINUTE_MS) },
          (_, n) => nowMs + n * MINUTE_MS,
        );
        const others = minutes.filter((minuteMs) => quietUntilMs(hours, minuteMs) !== untilMs);
        expect(others).toEqual([]);
        expect(quietUntilMs(hours, untilMs - 1)).toBe(untilMs);
        const [shown, shownBefore] = [wallMinute(timeZone, untilMs), wallMinute(timeZone, untilMs - MINUTE_MS)];
        const isFromJumpedOver = modulo(shown - from) < modulo(shown - shownBefore);
        if (!isFromJumpedOver) expect(quietUntilMs(hours, untilMs)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  test("the wall clock decides, unless it was set back within the last hour", () => {
    fc.assert(
      fc.property(anyCase, ({ timeZone, from, to, nowMs }) => {
        const isQuiet = quietUntilMs({ from: textOf(from), to: textOf(to), timeZone }, nowMs) !== null;
        const isQuietOnWall = isQuietByWall({ from, to, timeZone }, nowMs);
        const elapsed = modulo(wallMinute(timeZone, nowMs) - wallMinute(timeZone, nowMs - HOUR_MS));
        if (elapsed >= 60) expect(isQuiet).toBe(isQuietOnWall);
        else expect(isQuiet || !isQuietOnWall).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
