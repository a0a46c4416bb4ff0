import { type Loss, losses } from '#services/watch/lost-time.ts'
import type { Base } from './base.ts'

const lookEveryMs = 1000
const beatEveryMs = 100

const alarmOf: Readonly<Record<Loss, readonly [name: string, words: string]>> = {
  disk: ['disk-slow', 'writing to the disk of the store takes'],
  lock: ['store-locked', 'waiting until others do not write to the store takes'],
  halt: ['process-halts', 'the process does not run for'],
}

/** Tells when a process loses most of its time to a disk, to others that write, or does not get to run. */
export function watchLostTime(
  { lostTime, alarms, config }: Pick<Base, 'lostTime' | 'alarms' | 'config'>,
  roles: readonly string[],
): { stop(): void } {
  const subject = `${config['node.name']} ${process.pid}`
  let beatAt = performance.now()
  const beat = setInterval(() => {
    const now = performance.now()
    lostTime.note('halt', now - beatAt - beatEveryMs)
    beatAt = now
  }, beatEveryMs)
  const look = setInterval(() => {
    const found = lostTime.look()
    for (const loss of losses) {
      const [name, words] = alarmOf[loss]
      const share = found.get(loss)
      const where = `process ${process.pid} of node ${config['node.name']} (${roles.join(', ')})`
      if (share === undefined) alarms.clear(name, subject)
      else alarms.raise(name, subject, `${words} ${Math.round(share * 100)} % of the time: ${where}`)
    }
  }, lookEveryMs)
  return {
    stop() {
      clearInterval(beat)
      clearInterval(look)
    },
  }
}
