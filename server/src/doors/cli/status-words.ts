import { publishStatus, statusPlaceOf } from '#services/status/publish-status.ts'
import type { UpdateWords } from '#services/status/status-order.ts'
import { type Arguments, UseError } from './arguments.ts'
import { readMoment } from './read-moment.ts'
import type { Site } from './site.ts'

/** What every update may say beside its text. */
export const wordOptions = {
  unaffected: { type: 'string' },
  todo: { type: 'string' },
  next: { type: 'string' },
} as const

export const wordsHelp = `  --unaffected TEXT  what goes on as always
  --todo TEXT        what customers have to do; mostly nothing
  --next MOMENT      when the next update comes`

export function readWords(given: Arguments, at: number): UpdateWords {
  const [unaffected, todo, next] = [given.text('unaffected'), given.text('todo'), given.text('next')]
  return {
    ...(unaffected !== undefined && { unaffected }),
    ...(todo !== undefined && { todo }),
    ...(next !== undefined && { nextAt: readMoment(next, at) }),
  }
}

/** At once: whoever waits for news shall not wait for the next round of the clock. */
export function publish(site: Site) {
  const place = statusPlaceOf(site.loaded.config, site.folder)
  return publishStatus(site.status, place, Date.now(), site.besideStatus)
}

/** @throws UseError */
export function oneOf(words: readonly string[], name: string, word: string): string {
  if (!words.includes(word)) throw new UseError(`--${name} must be one of ${words.join(', ')}`)
  return word
}

/** @throws UseError */
export function oneWord({ words: [word, ...more] }: Arguments, what: string): string {
  if (word === undefined || more.length > 0) throw new UseError(`name ${what}`)
  return word
}
