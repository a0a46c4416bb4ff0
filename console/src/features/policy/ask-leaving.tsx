import { routes, type VersionLeaving } from '@mailkeep/contract'
import { ask } from '../../api/ask.ts'
import { confirm } from '../../ui/confirm.tsx'
import { type KeptDays, leavingWords } from './leaving-words.ts'

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
  return (await mayLeave({ setting, ...found }, value)) ? found.leaving : null
}

/** The same for taking a version back: asks for each kind of mail once, whatever the version has changed. */
export async function askLeavingOfVersion(version: number): Promise<number | null> {
  const { leaving, settings } = await ask(routes.policyVersionLeaving, {
    params: { version: String(version) },
  })
  for (const each of settings) if (!(await mayLeave(each, null))) return null
  return leaving
}

async function mayLeave(
  { setting, leaving, isCut }: VersionLeaving['settings'][number],
  value: string | null,
): Promise<boolean> {
  if (leaving === 0) return true
  return confirm({
    ...leavingWords(setting, leaving, isCut, value),
    undo: 'The setting can be taken back; what has left cannot.',
    isDangerous: true,
  })
}
