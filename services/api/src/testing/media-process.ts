// The API in a process of its own, for tests of how much memory it takes. Started by fork:
//
//   argv     the URL of Redis, the address of the provider
//   tells    { url } when it is ready, and { rssBytes, peakBytes } for each message it gets

import { deploymentAt } from "./media-provider.ts";
import { startTestApi } from "./test-api.ts";

const [redisUrl = "", providerUrl = ""] = process.argv.slice(2);
const deployment = deploymentAt(providerUrl);
const api = await startTestApi({ redisUrl, deployment: () => deployment, logLevel: "info" });

process.on("message", () => {
  process.send?.({ rssBytes: process.memoryUsage.rss(), peakBytes: process.resourceUsage().maxRSS * 1_024 });
});
process.on("disconnect", () => void api.close());
process.send?.({ url: api.url });
