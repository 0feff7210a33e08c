/** What the queue is told: which message, the how-manieth promotion of it this is, and its lane's number. */
export interface DueJob {
  readonly localId: string;
  readonly promotion: number;
  readonly lane: number;
}
