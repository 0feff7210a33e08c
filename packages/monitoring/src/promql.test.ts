import { expect, test } from "@jest/globals";
import { metricNames } from "./promql.ts";

test.each([
  ["up", ["up"]],
  ['sum by (le, lane) (rate(tern_a_bucket{lane="up and"}[5m])) >= 0', ["tern_a_bucket"]],
  ["max by (sender) (a) / on (sender) group_left (x) (b > 0) or vector(0)", ["a", "b"]],
  ["sum without (pod) (a unless a offset 5m) + time() * 1e3", ["a"]],
  [
    "increase(tern_x_total{sender=~'$sender'}[$__range]) and on () tern:level:ratio_rate5m",
    ["tern_x_total", "tern:level:ratio_rate5m"],
  ],
])("%s names %j", (expr, names) => {
  expect(metricNames(expr)).toEqual(names);
});
