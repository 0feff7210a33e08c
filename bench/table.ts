// What a bench found: one line of the table each, with the numbers it rests on, and how the lines are printed and judged.
import { bold, dim, green, red } from "../scripts/terminal.ts";

export interface Measurement {
  /** The row it belongs to: "accept". */
  readonly row: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** What it is measured against, in the same unit; null where the bar is an absolute number. */
  readonly baseline: number | null;
  /** ours ÷ baseline. */
  readonly ratio: number | null;
  /** The bar in words: "≥ 0.75 ×"; empty when the line only informs. */
  readonly bar: string;
  readonly isOk: boolean | null;
  /** Every round and whatever else helps to believe the number; goes into the file, not on the terminal. */
  readonly details: Readonly<Record<string, unknown>>;
}

interface Figures {
  readonly row: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly baseline?: number | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

type Compared = Figures & { readonly baseline: number };

/** A line whose ratio must be below this much of the baseline. */
export function judgeRatioBelow(figures: Compared & { readonly below: number }): Measurement {
  const { below, ours, baseline } = figures;
  return line(figures, `< ${below.toFixed(2)} ×`, ours / baseline < below);
}

/** A line whose ratio must be at least (or, without a bar, only shows) this much of the baseline. */
export function judgeRatio(figures: Compared & { readonly atLeast?: number }): Measurement {
  const ratio = figures.ours / figures.baseline;
  const { atLeast } = figures;
  return line(figures, atLeast === undefined ? "" : `≥ ${atLeast} ×`, atLeast === undefined ? null : ratio >= atLeast);
}

/** A line whose own number must not exceed (or, without a bar, only shows) an absolute limit. */
export function judgeMost(figures: Figures & { readonly atMost?: number }): Measurement {
  const { atMost, ours, unit } = figures;
  return line(
    figures,
    atMost === undefined ? "" : `≤ ${format(atMost)} ${unit}`,
    atMost === undefined ? null : ours <= atMost,
  );
}

function line(figures: Figures, bar: string, isOk: boolean | null): Measurement {
  const { row, what, unit, ours, baseline = null, details = {} } = figures;
  const ratio = baseline === null || baseline === 0 ? null : ours / baseline;
  return { row, what, unit, ours, baseline, ratio, bar, isOk, details };
}

/** The table as text, ready for a terminal. */
export function drawTable(measurements: readonly Measurement[]): string {
  const head = ["row", "what", "ours", "baseline", "ratio", "bar", ""];
  const rows = measurements.map(({ row, what, unit, ours, baseline, ratio, bar, isOk }, at) => [
    measurements[at - 1]?.row === row ? "" : row,
    what,
    `${format(ours)} ${unit}`,
    baseline === null ? "" : `${format(baseline)} ${unit}`,
    ratio === null ? "" : ratio.toFixed(2),
    bar,
    isOk === null ? "" : isOk ? "ok" : "missed",
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const draw = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const isNumber = column >= 2 && column <= 4;
        return isNumber ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
      })
      .join("  ")
      .trimEnd();
  const paint = (text: string, isOk: boolean | null) => {
    if (isOk === null) return dim(text);
    return isOk ? text.replace(/ok$/, green("ok")) : text.replace(/missed$/, red("missed"));
  };
  return [bold(draw(head)), ...rows.map((cells, at) => paint(draw(cells), measurements[at]?.isOk ?? null))].join("\n");
}

function format(value: number): string {
  const digits = value >= 100 || value === 0 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
