import { BypassRounds, tendBypasses } from '#services/bypass/tend-bypasses.ts'
import type { Base } from './base.ts'

/** Looks after domains that send past us. */
export function createBypassRounds({ stores, alarms }: Base): () => Promise<void> {
  const rounds = new BypassRounds()
  const { bypasses, directory } = stores
  return () => tendBypasses({ bypasses, directory, alarms, at: Date.now(), who: 'jobs' }, rounds)
}
