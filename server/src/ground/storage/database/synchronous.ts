/**
 * A store interface as an embedded engine implements it: the same calls, answered at once.
 * The calls reach it through a thread (store-thread.ts), which makes them asynchronous again.
 */
export type Synchronous<Store> = {
  [Name in keyof Store]: Store[Name] extends (...values: infer Values) => Promise<infer Answer>
    ? (...values: Values) => Answer
    : never
}
