// Jest wants the teardown as the default export of a file of its own; it shares its module state with the setup.
export { tearDown as default } from "./jest-redis.ts";
