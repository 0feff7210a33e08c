/**
 * By how much each series of a counter grew in the window, those included that began in it: `increase` knows nothing of
 * the first value of a series, and a counter of rare things often has no other.
 */
export function grew(selector: string, window: string): string {
  return `(${selector} unless ${selector} offset ${window}) or increase(${selector}[${window}])`;
}
