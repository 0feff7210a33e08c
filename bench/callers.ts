// A system with more than one caller: startSystem declares one, so its api and its worker are started here, with a
// deployment file of the bench's own.
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type System, startSystem } from "@tern/devkit";
import type { BenchContext } from "./context.ts";
import { openCaller, type RestCaller } from "./rest.ts";

const PROVIDER_KEY = "BENCH_PROVIDER_KEY";

export interface SharedSystem<Name extends string> {
  readonly system: System;
  readonly callers: Readonly<Record<Name, RestCaller>>;
}

/** Starts simulator, one api and one worker for one sender that all callers named may use. Stopped with the row. */
export async function startShared<Name extends string>(
  context: BenchContext,
  options: {
    readonly redisUrl: string;
    readonly prefix: string;
    readonly sender: { readonly id: string; readonly pace: number };
    readonly callers: readonly Name[];
  },
): Promise<SharedSystem<Name>> {
  const { redisUrl, prefix, sender } = options;
  const folder = await mkdtemp(join(tmpdir(), "tern-bench-"));
  context.stopAtEnd(() => rm(folder, { recursive: true, force: true }));
  const system = await startSystem({ redisUrl, prefix, senders: [sender], api: 0, workers: 0, webhook: 0 });
  context.stopAtEnd(() => system.stop());

  const keys = options.callers.map((id) => ({ id, key: `tern_${randomBytes(18).toString("base64url")}` }));
  const file = join(folder, "tern.config.json");
  await writeFile(file, JSON.stringify(await deploymentFile(system, sender, keys)));
  const env = { TERN_CONFIG: file, [PROVIDER_KEY]: system.providerKey(sender.id) };
  await Promise.all([system.startApi(env), system.startWorker(env)]);
  const url = system.apiUrls[0] ?? "";
  const callers = Object.fromEntries(keys.map(({ id, key }) => [id, openCaller(url, key)]));
  return { system, callers: callers as Record<Name, RestCaller> };
}

/** Says of the number what the simulator was told. */
async function deploymentFile(
  { simulator, simulatorUrl }: System,
  sender: { readonly id: string; readonly pace: number },
  keys: readonly { readonly id: string; readonly key: string }[],
) {
  const [number] = (await simulator.state()).numbers;
  if (!number) throw new Error("the simulator knows no number");
  const { displayPhoneNumber, phoneNumberId, wabaId, portfolio } = number;
  const phoneNumber = `+${displayPhoneNumber}`;
  return {
    senders: [
      {
        ...sender,
        phoneNumber,
        phoneNumberId,
        wabaId,
        portfolio,
        baseUrl: simulatorUrl,
        apiKey: { env: PROVIDER_KEY },
        window: { check: "off" }, // the texts of a benchmark go to strangers
      },
    ],
    callers: keys.map(({ id, key }) => ({
      id,
      keySha256: [createHash("sha256").update(key).digest("hex")],
      scopes: ["messages:write", "messages:read"],
      senders: [sender.id],
    })),
    webhook: {
      path: { env: "TERN_WEBHOOK_PATH" },
      header: { name: "x-tern-webhook-secret", secrets: [{ env: "TERN_WEBHOOK_SECRET" }] },
    },
  };
}
