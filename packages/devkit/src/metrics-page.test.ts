import { expect, test } from "@jest/globals";
import { labelsThatNameSomebody, readMetricsPage } from "./metrics-page.ts";

const HEAD = "# HELP a_total what\n# TYPE a_total counter\n";

test("samples are read with their labels and values", () => {
  const histogram = '# HELP h how\n# TYPE h histogram\nh_bucket{le="+Inf"} 2\nh_sum 0.5\nh_count 2\n';
  expect(readMetricsPage(`${HEAD}a_total{x="1, \\"2\\"",y=""} 3\n\n${histogram}`)).toEqual([
    { name: "a_total", labels: { x: '1, \\"2\\"', y: "" }, value: 3 },
    { name: "h_bucket", labels: { le: "+Inf" }, value: 2 },
    { name: "h_sum", labels: {}, value: 0.5 },
    { name: "h_count", labels: {}, value: 2 },
  ]);
});

test("what is no number is told so, in any spelling", () => {
  expect(readMetricsPage(`${HEAD}a_total{x="1"} Nan\na_total{x="2"} -Inf\n`).map(({ value }) => value)).toEqual([
    Number.NaN,
    Number.NEGATIVE_INFINITY,
  ]);
});

test.each([
  ["without a final line end", `${HEAD}a_total 1`, "line end"],
  ["with a heading twice", `${HEAD}a_total 1\n${HEAD}`, "second HELP"],
  ["with a sample under another heading", `${HEAD}b_total 1\n`, "below the heading of a_total"],
  ["with a series twice", `${HEAD}a_total{x="1"} 1\na_total{x="1"} 2\n`, "twice"],
  ["with a label that is not closed", `${HEAD}a_total{x="1} 1\n`, "cannot be read"],
  ["without a value", `${HEAD}a_total one\n`, "cannot be read"],
])("a page %s is refused", (_, text, why) => {
  expect(() => readMetricsPage(text)).toThrow(why);
});

test.each(["+4915112345678", "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", "wamid.HBg", "01kahz3n8qf6q9t0x2m4w7c5rd"])(
  "the label %s is seen",
  (value) => {
    expect(labelsThatNameSomebody([{ name: "a_total", labels: { sender: "demo", to: value }, value: 1 }])).toEqual([
      `a_total{to="${value}"}`,
    ]);
  },
);
