/** When a message of our own reached the end of its loop (ms). */
export interface ProbeArrival {
  readonly begunAt: number
  readonly at: number
}

/** A message of a drill in the spool. */
export interface DrillMail {
  readonly messageId: string
  readonly state: string
  readonly attempts: number
  readonly acceptedAt: number
  /** When it came to an end (ms); null: it waits. */
  readonly settledAt: number | null
}

/** What messages of our own leave behind on their way, and how it is taken away again. */
export interface ProbeMailStore {
  /** Notes that one has arrived; a second arrival of the same changes nothing. */
  noteArrival(token: string, arrival: ProbeArrival): Promise<void>
  /** Null: it has not arrived. */
  arrival(token: string): Promise<ProbeArrival | null>
  /** Takes one out of the spool, with its content; never a message of somebody else. False: there is none such. */
  drop(messageId: string): Promise<boolean>
  /** What the spool has of drills, oldest first. */
  drillMail(): Promise<DrillMail[]>
  /** Takes out all that were accepted before a moment, and what is known of arrivals of before it; answers how many. */
  sweep(before: number): Promise<number>
}
