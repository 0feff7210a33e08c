// The only code that knows BullMQ.

export { type Consumer, type ConsumerOptions, createConsumer } from "./consumer.ts";
export { createJobCounts, JOB_COUNT_METRIC } from "./job-counts.ts";
export { queueName, queuePrefix } from "./names.ts";
export { createProducer, type Producer } from "./producer.ts";
export { createQueues, type Queues, type QueuesOptions } from "./queues.ts";
