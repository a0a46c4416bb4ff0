import { routes } from '@mailkeep/contract'
import { ask } from '../../api/ask.ts'
import { confirm } from '../../ui/confirm.tsx'
import { countOf } from '../../ui/format-number.ts'

/** The setting that says how long quarantined mail is kept. */
export const keptDays = 'quarantine.days'

/** How long a level would keep mail. */
export interface KeptChange {
  readonly level: string
  /** Null: as inherited. */
  readonly value: string | null
  readonly locked: boolean
}

/**
 * Says how many messages would leave quarantine at once, and asks whether they may. Answers how many may; null: they
 * may not. Nobody is asked where none would.
 */
export async function askLeaving({ level, value, locked }: KeptChange): Promise<number | null> {
  const { leaving, isCut } = await ask(routes.policyLeaving, {
    query: { level, locked, ...(value !== null && { value }) },
  })
  if (leaving === 0) return 0
  const many = `${isCut ? 'up to ' : ''}${countOf(leaving, 'message', 'messages')}`
  const isSure = await confirm({
    title: `Delete ${many} from quarantine?`,
    text: 'They are older than they would be kept from now on, and leave within minutes.',
    action: `Change it and delete ${many}`,
    undo: 'The setting can be taken back; deleted messages cannot.',
    isDangerous: true,
  })
  return isSure ? leaving : null
}
