// Which ports the demo listens on: the ones people expect if they are free, the next free ones if not, and exactly the ones
// that were asked for if any were.
import { freePortFrom, isPortFree } from "@tern/devkit";
import { Problem } from "./problem.ts";

export interface PortWish {
  /** For messages: "API". */
  service: string;
  preferred: number;
  /** The environment variable that overrides it. */
  variable: string;
}

export interface ChosenPort {
  port: number;
  /** Set if it is not the preferred one: what to tell about it. */
  remark?: string;
}

export const portWishes = {
  api: { service: "API", preferred: 8080, variable: "TERN_API_PORT" },
  webhook: { service: "webhook", preferred: 8081, variable: "TERN_WEBHOOK_PORT" },
  simulator: { service: "simulator", preferred: 4010, variable: "TERN_SIMULATOR_PORT" },
} as const satisfies Record<string, PortWish>;

export async function choosePort(wish: PortWish, env: NodeJS.ProcessEnv): Promise<ChosenPort> {
  const asked = env[wish.variable] ?? "";
  if (asked !== "") return { port: await portAsAsked(wish, asked) };
  const port = await freePortFrom(wish.preferred);
  if (port === wish.preferred) return { port };
  return { port, remark: `${wish.preferred} is taken; ${wish.variable} sets another` };
}

async function portAsAsked(wish: PortWish, asked: string): Promise<number> {
  const port = Number(asked);
  if (!/^\d+$/.test(asked) || port < 1 || port > 65_535) {
    throw new Problem(
      `${wish.variable} is "${asked}", which is no port. Set it to a number from 1 to 65535, or unset it.`,
    );
  }
  if (await isPortFree(port)) return port;
  throw new Problem(
    `Port ${port} for the ${wish.service} (${wish.variable}) is taken. ` +
      `Stop what listens there, set ${wish.variable} to another port, or unset it to take the next free one.`,
  );
}
