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

/**
 * Chooses a port for each service: no two the same, and none that another service was asked for. A service that has to
 * move away from its preferred port does not take what another one prefers.
 */
export async function choosePorts<Name extends string>(
  wishes: Readonly<Record<Name, PortWish>>,
  env: NodeJS.ProcessEnv,
): Promise<Record<Name, ChosenPort>> {
  const entries = Object.entries<PortWish>(wishes);
  const chosen: Record<string, ChosenPort> = {};
  for (const [name, wish] of entries) {
    const others = entries.map(([, other]) => other).filter((other) => other !== wish);
    const used = Object.values(chosen).map(({ port }) => port);
    const asked = others.filter((other) => isAsked(other, env)).map((other) => Number(env[other.variable]));
    const preferred = others.map((other) => other.preferred);
    chosen[name] = isAsked(wish, env)
      ? { port: await portAsked(wish, env, new Set([...used, ...asked])) }
      : await portPreferred(wish, new Set([...used, ...asked, ...preferred]));
  }
  return chosen as Record<Name, ChosenPort>;
}

function isAsked(wish: PortWish, env: NodeJS.ProcessEnv): boolean {
  return (env[wish.variable] ?? "") !== "";
}

async function portPreferred(wish: PortWish, except: ReadonlySet<number>): Promise<ChosenPort> {
  const port = await freePortFrom(wish.preferred, except);
  if (port === wish.preferred) return { port };
  return { port, remark: `${wish.preferred} is taken; ${wish.variable} sets another` };
}

async function portAsked(wish: PortWish, env: NodeJS.ProcessEnv, except: ReadonlySet<number>): Promise<number> {
  const port = Number(env[wish.variable]);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    const asked = env[wish.variable];
    throw new Problem(`${wish.variable} is "${asked}", which is no port. Set it to 1 to 65535, or unset it.`);
  }
  if (!except.has(port) && (await isPortFree(port))) return port;
  throw new Problem(
    `Port ${port} for the ${wish.service} (${wish.variable}) is taken. ` +
      `Stop what listens there, set ${wish.variable} to another port, or unset it to take the next free one.`,
  );
}
