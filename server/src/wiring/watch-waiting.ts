import type { Base } from './base.ts'

const everyMs = 1000

/** Keeps in memory how much mail waits to leave for the world: every message that is sent asks for it. */
export function watchWaiting({ stores }: Base): { outbound(): number; stop(): void } {
  let outbound = 0
  const look = () =>
    stores.readLaneFlow.waiting('outbound').then(
      (found) => {
        outbound = found
      },
      // What cannot be counted stops nobody.
      () => undefined,
    )
  void look()
  const timer = setInterval(look, everyMs)
  return { outbound: () => outbound, stop: () => clearInterval(timer) }
}
