import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { findPrometheus, type PrometheusServer, startPrometheus } from "./prometheus.ts";
import { waitUntil } from "./wait-until.ts";

test("the server and its checker are found, and were seen to run", async () => {
  const found = await findPrometheus();
  expect(existsSync(found.prometheus)).toBe(true);
  expect(existsSync(found.promtool)).toBe(true);
  expect(found.version).toMatch(/^\d+\.\d+/);
}, 120_000);

test("without one and without package tools, the error says how to get one", async () => {
  await expect(findPrometheus({ env: { PATH: "/nowhere" } })).rejects.toThrow(
    /apt-get install prometheus[\s\S]*no apt-get/,
  );
});

test("a server scrapes, answers queries, says what is wrong with one, and leaves nothing behind", async () => {
  const target = createServer((_, response) => response.end('terns_seen_total{sky="grey"} 7\n'));
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(target.address() as AddressInfo).port}`;
  let prometheus: PrometheusServer | undefined;
  try {
    prometheus = await startPrometheus({
      config: JSON.stringify({
        global: { scrape_interval: "1s", scrape_timeout: "1s" },
        rule_files: ["rules.yaml"],
        scrape_configs: [{ job_name: "terns", static_configs: [{ targets: [address] }] }],
      }),
      files: { "rules.yaml": JSON.stringify({ groups: [] }) },
    });
    const { query, pid } = prometheus;
    const [sample] = await waitUntil(
      async () => {
        const samples = await query("terns_seen_total");
        return samples.length > 0 && samples;
      },
      { what: "the first scrape" },
    );
    expect(sample).toMatchObject({ labels: { sky: "grey" }, value: 7 });
    expect(await query("-1/0")).toEqual([{ labels: {}, value: Number.NEGATIVE_INFINITY }]);
    expect((await query("terns_seen_total[1m]"))[0]?.values).toContain(7);
    await expect(query("sum(")).rejects.toThrow("parse error");
    await prometheus.stop();
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  } finally {
    await prometheus?.stop();
    target.closeAllConnections();
    target.close();
  }
});

test("a configuration it cannot read is told in its own words", async () => {
  await expect(startPrometheus({ config: "scrape_configs: 7" })).rejects.toThrow("cannot unmarshal");
});
