import { type LeavingQuery, routes, type VersionLeaving } from '@mailkeep/contract'
import { ask } from '../../api/ask.ts'
import { confirm } from '../../ui/confirm.tsx'
import { countOf } from '../../ui/format-number.ts'

/** A setting that says how long mail is kept. */
export type KeptDays = NonNullable<LeavingQuery['setting']>

/** What happens to mail that is older than it is to be kept: asked for, and done. */
const words: Readonly<Record<KeptDays, (many: string) => { title: string; text: string; action: string }>> = {
  'quarantine.days': (many) => ({
    title: `Delete ${many} from quarantine?`,
    text: 'It is older than mail is kept from now on, and leaves within minutes.',
    action: `Change it and delete ${many}`,
  }),
  'returned.days': (many) => ({
    title: `Delete the content of ${many}?`,
    text: 'Returned mail is older than its content is kept from now on: it cannot be sent again then.',
    action: `Change it and delete the content of ${many}`,
  }),
  'held.days': (many) => ({
    title: `Return ${many} to the sender?`,
    text: 'What has been held for longer than mail is held from now on goes back within minutes. Its senders are not warned a day before, as they are else.',
    action: `Change it and return ${many}`,
  }),
}

export function isKeptDays(name: string): name is KeptDays {
  return Object.hasOwn(words, name)
}

/** How long a level would keep mail. */
export interface KeptChange {
  readonly level: string
  readonly setting: KeptDays
  /** Null: as inherited. */
  readonly value: string | null
  readonly locked: boolean
}

/**
 * Says how many messages would leave at once, and asks whether they may. Answers how many may; null: they may not.
 * Nobody is asked where none would.
 */
export async function askLeaving({ level, setting, value, locked }: KeptChange): Promise<number | null> {
  const found = await ask(routes.policyLeaving, {
    query: { level, setting, locked, ...(value !== null && { value }) },
  })
  return (await mayLeave({ setting, ...found })) ? found.leaving : null
}

/** The same for taking a version back: asks for each kind of mail once, whatever the version has changed. */
export async function askLeavingOfVersion(version: number): Promise<number | null> {
  const { leaving, settings } = await ask(routes.policyVersionLeaving, {
    params: { version: String(version) },
  })
  for (const each of settings) if (!(await mayLeave(each))) return null
  return leaving
}

async function mayLeave({ setting, leaving, isCut }: VersionLeaving['settings'][number]): Promise<boolean> {
  if (leaving === 0) return true
  const many = `${isCut ? 'up to ' : ''}${countOf(leaving, 'message', 'messages')}`
  return confirm({
    ...words[setting](many),
    undo: 'The setting can be taken back; what has left cannot.',
    isDangerous: true,
  })
}
