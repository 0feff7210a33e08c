// The simulated 360dialog: a server to start in a test, and a client of its admin API.
export type * from "./admin-types.ts";
export { createSimulatorClient, type SimulatorClient } from "./client.ts";
export { type Clock, createManualClock, type ManualClock } from "./clock.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./server.ts";
