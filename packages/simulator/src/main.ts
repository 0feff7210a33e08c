// Runs the simulator as a process: HOST (127.0.0.1), PORT (4010; 0 = any free one), SIM_PROVIDER_PORT (0), SIM_SEED (1)
// and SIM_LEDGER_MAX (2,000,000). One JSON line on stdout says when it listens; SIGTERM or SIGINT ends it at once.
import { LEDGER_MAX_DEFAULT, startSimulator } from "./server.ts";

const { HOST = "127.0.0.1", PORT, SIM_PROVIDER_PORT, SIM_SEED, SIM_LEDGER_MAX } = process.env;

function readInteger(name: string, value: string | undefined, fallback: number): number {
  const read = value === undefined || value === "" ? fallback : Number(value);
  if (Number.isInteger(read)) return read;
  throw new Error(`${name} must be a whole number, not "${value}"`);
}

try {
  const simulator = await startSimulator({
    host: HOST,
    port: readInteger("PORT", PORT, 4010),
    providerPort: readInteger("SIM_PROVIDER_PORT", SIM_PROVIDER_PORT, 0),
    seed: readInteger("SIM_SEED", SIM_SEED, 1),
    ledgerMax: readInteger("SIM_LEDGER_MAX", SIM_LEDGER_MAX, LEDGER_MAX_DEFAULT),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      void simulator.stop().finally(() => process.exit(0));
    });
  }
  const { port, providerPort } = simulator;
  console.log(JSON.stringify({ msg: "ready", service: "simulator", port, providerPort }));
} catch (error) {
  console.error(`The simulator cannot start: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
