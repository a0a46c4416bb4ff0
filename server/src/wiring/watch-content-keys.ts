import type { Alarms } from '#ground/platform/alarms.ts'
import type { ContentKeysHealth } from '#services/content/content-key-store.ts'

/** Raises and clears the alarm about the keys of encrypted content, by what was found of them. */
export function watchContentKeys(
  alarms: Pick<Alarms, 'raise' | 'clear'>,
): (state: ContentKeysHealth) => void {
  return ({ missing, fault, path }) => {
    const messages = missing.reduce((sum, each) => sum + each.messages, 0)
    if (missing.length === 0 && fault === null) return alarms.clear('content-key', 'keys')
    const why = missing[0]?.why ?? fault ?? ''
    alarms.raise(
      'content-key',
      'keys',
      `${messages} messages wait, since their content is encrypted and ${path} does not open it: ${why}; new mail that is to be encrypted hears 451 meanwhile`,
    )
  }
}
