import { threadId } from '#ground/platform/thread-time.ts'

/**
 * Has the thread that calls say again and again that it has come back to its event loop, and by which id the system
 * knows it (inspection-thread-link.ts looks).
 * @param beat shared with whoever looks: the count of beats, and the id
 */
export function startBeat(beat: Int32Array, everyMs: number): void {
  Atomics.store(beat, 1, threadId())
  Atomics.add(beat, 0, 1)
  setInterval(() => Atomics.add(beat, 0, 1), everyMs)
}
