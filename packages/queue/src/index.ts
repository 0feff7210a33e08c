// The only code that knows BullMQ.

export { type Consumer, type ConsumerOptions, createConsumer } from "./consumer.ts";
export { queueName, queuePrefix } from "./names.ts";
export { createProducer, type Producer, type ProducerOptions } from "./producer.ts";
