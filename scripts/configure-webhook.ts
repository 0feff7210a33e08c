// `pnpm configure-webhook`: tells 360dialog where to deliver the webhooks of a number, with the secret header, and shows
// what is set. Address, header and secrets come from the deployment file, so no secret stands in a command line.
//
//   node scripts/configure-webhook.ts --url https://hooks.example.com --all      sets, then shows
//   node scripts/configure-webhook.ts --show --sender main                       only shows
//
// Exit code 0: every sender is as it should be. 1: some are not. 2: wrongly called.
import { systemClock, systemRandom } from "@tern/runtime";
import { runConfigureWebhook } from "./configure-webhook/run.ts";
import { print } from "./terminal.ts";

process.exitCode = await runConfigureWebhook({
  args: process.argv.slice(2),
  env: process.env,
  clock: systemClock,
  random: systemRandom,
  print,
});
