// What each alert must do, as data for promtool: series as they would be scraped, a moment, and which alerts fire then. For
// each alert there is one story in which it fires and at least one, as near to it as can be, in which it is silent.

import { PLAIN_CASES } from "./cases-plain.ts";
import { promiseCases } from "./cases-promises.ts";

/** Series by name with labels; values in promtool's notation, one for each step of the interval. */
export type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly alert: string;
  /** Completes "it fires" or "it is silent". */
  readonly when: string;
  readonly series: Series;
  /** When it is looked at, counted from the first value. */
  readonly at: string;
  /** The labels of what fires then, alertname left out; none: silent. */
  readonly fires: readonly Readonly<Record<string, string>>[];
}

export const ALERT_CASES: readonly AlertCase[] = [...promiseCases(), ...PLAIN_CASES];
