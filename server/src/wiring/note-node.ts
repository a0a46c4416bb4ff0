import type { Base } from './base.ts'
import { beat } from './beat.ts'
import { noteLaneFlow } from './note-lane-flow.ts'
import { noteMeasures } from './note-measures.ts'
import { watchWaiting } from './watch-waiting.ts'

/** What each process says of itself and keeps in mind of the others: that it is well, what flows, how much waits. */
export function noteNode(
  base: Base,
  roles: readonly string[],
): { readonly waiting: { outbound(): number }; stop(): Promise<void> } {
  const flow = noteLaneFlow(base)
  const measures = noteMeasures(base)
  const waiting = watchWaiting(base)
  const beating = beat(base, roles)
  return {
    waiting,
    async stop() {
      flow.stop()
      measures.stop()
      waiting.stop()
      await beating.stop()
    },
  }
}
