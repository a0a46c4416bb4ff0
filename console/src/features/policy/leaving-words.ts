import type { LeavingQuery } from '@mailkeep/contract'
import { countOf } from '../../ui/format-number.ts'

/** A setting that says how long mail is kept. */
export type KeptDays = NonNullable<LeavingQuery['setting']>

interface Words {
  readonly title: string
  readonly text: string
  readonly action: string
}

/** What happens to mail that is older than it is to be kept: asked for, and done. */
const words: Readonly<Record<KeptDays, (many: string, time: string) => Words>> = {
  'quarantine.days': (many, time) => ({
    title: `Delete ${many} from quarantine?`,
    text: `Mail stays in quarantine for ${time} from now on: what is older leaves within minutes.`,
    action: `Change it and delete ${many}`,
  }),
  'returned.days': (many, time) => ({
    title: `Delete the content of ${many}?`,
    text: `The content of returned mail is kept for ${time} from now on: what was returned before that cannot be sent again.`,
    action: `Change it and delete the content of ${many}`,
  }),
  'held.days': (many, time) => ({
    title: `Return ${many} to the sender?`,
    text: `Mail is held for ${time} from now on: what has been held for longer goes back within minutes, without the warning of a day before.`,
    action: `Change it and return ${many}`,
  }),
}

export function isKeptDays(name: string): name is KeptDays {
  return Object.hasOwn(words, name)
}

/**
 * What is asked before mail leaves by a setting.
 * @param leaving how many messages, @param isCut as many at most
 * @param value as the setting would be; null: as inherited, or as a version before had it
 */
export function leavingWords(
  setting: KeptDays,
  leaving: number,
  isCut: boolean,
  value: string | null,
): Words {
  const many = `${isCut ? 'up to ' : ''}${countOf(leaving, 'message', 'messages')}`
  const isDays = value !== null && /^\d+$/.test(value)
  return words[setting](many, isDays ? countOf(Number(value), 'day') : 'a shorter time')
}
