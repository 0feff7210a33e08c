// The Retry-After header (RFC 9110, 10.2.3): seconds, or a date. No provider page mentions it; it is honoured if it comes.

/** An answer that asks for more than a day is not believed. */
const WAIT_MAX_MS = 24 * 60 * 60_000;
// Only the form that HTTP prescribes; Date.parse alone would also take "5" or "May".
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long an answer asks us to wait.
 *
 * header    the header's text; undefined when there is none
 * nowMs     epoch milliseconds, for the date form
 * returns   milliseconds from 1 to a day; undefined when nothing usable is asked (absent, unreadable, past)
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  const ms = /^\d{1,9}$/.test(text)
    ? Number(text) * 1_000
    : HTTP_DATE.test(text)
      ? Date.parse(text) - nowMs
      : Number.NaN;
  return ms > 0 ? Math.min(ms, WAIT_MAX_MS) : undefined;
}
