import { beatEveryMs } from '#ground/platform/process-beats.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { Base } from './base.ts'

/** A shorter break is a restart like any other. */
const offFromMs = 60_000

/**
 * Writes down that no process of the site ran for a while, and so nothing was watched: in the log, and beside the start of
 * this process, where `nodes` and the changes of an incident have it. It is no alarm: whoever starts the site knows.
 * @param heardAt when a process of the site last said that it is well (ms); null: none ever did
 */
export async function noteTimeOff(
  { stores, instance, log }: Pick<Base, 'stores' | 'instance' | 'log'>,
  heardAt: number | null,
  now: number,
): Promise<void> {
  if (heardAt === null || now - heardAt < offFromMs + beatEveryMs) return
  const words = `the site was off from ${utcWords(heardAt)} to ${utcWords(now)}; nothing was watched meanwhile`
  log.info({ heardAt }, words)
  await stores.processes.noteRestart(instance, words)
}
