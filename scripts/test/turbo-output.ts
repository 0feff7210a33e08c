// Makes turbo's stream of task output readable: a heading for each package, its lines below, and none of turbo's and pnpm's
// own remarks.

export interface TurboOutput {
  /** Takes one line as turbo printed it. */
  take(line: string): void;
  /** What turbo itself complained of last; worth showing only if a run came to nothing. */
  remarks(): string[];
}

const TASK_LINE = /^(@?[\w./-]+):test: ?(.*)$/;
const NOISE = [/^cache (bypass|miss|hit)/, /^\$ /, /^> /, /ELIFECYCLE/, /^\s*$/];
const REMARK = /ERROR|^\s*[x×] |^\s*[`╰]/;
const REMARKS_MAX = 30;

/** `heading` and `line` are called in the order in which the lines came. */
export function createTurboOutput(show: {
  heading: (packageName: string) => void;
  line: (text: string) => void;
}): TurboOutput {
  let current = "";
  let isInsideText = false;
  const remarks: string[] = [];
  return {
    take(line) {
      const match = TASK_LINE.exec(line);
      if (match === null) {
        if (REMARK.test(line)) remarks.push(line.trim());
        remarks.splice(0, remarks.length - REMARKS_MAX);
        return;
      }
      const [, packageName = "", text = ""] = match;
      const isNoise = NOISE.some((pattern) => pattern.test(text)) && !(isInsideText && text.trim() === "");
      if (isNoise) return;
      if (packageName !== current) show.heading(packageName);
      current = packageName;
      // Blank lines belong to the text of a failure, and to nothing else.
      isInsideText = !text.startsWith("ok ");
      show.line(text);
    },
    remarks: () => [...remarks],
  };
}
