// How the scripts' output looks: the same words with and without colours. Colours only on a terminal that wants them
// (NO_COLOR and FORCE_COLOR are obeyed by node:util), and never the only carrier of a meaning.
import { styleText } from "node:util";

type Paint = (text: string) => string;

const painted = (format: Parameters<typeof styleText>[0]): Paint => {
  return (text) => styleText(format, text, { stream: process.stdout });
};

export const bold: Paint = painted("bold");
export const dim: Paint = painted("dim");
export const red: Paint = painted("red");
export const green: Paint = painted("green");
export const yellow: Paint = painted("yellow");
export const cyan: Paint = painted("cyan");

export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** "0.4 s", "12 s", "3 min 20 s". */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** "1 test", "1,204 tests". */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-GB")} ${noun}${number === 1 ? "" : "s"}`;
}
