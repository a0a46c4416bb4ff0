import type { Reach } from '#services/ledger/ledger-store.ts'
import { readScope } from '#services/policy/scope.ts'
import { type Arguments, UseError } from './arguments.ts'
import type { Site } from './site.ts'

/** `--of`: mail of a group or a person alone. */
export const peopleOption = { of: { type: 'string' } } as const

/** What it means, for help texts. */
export const peopleHelp =
  '  --of         a group (DOMAIN/NAME) or a person (ADDRESS): mail of all who are in it now, under all their addresses'

/**
 * The reach of the group or person that was typed; undefined: none was.
 * @throws UseError for another level, OrderError where there is no such
 */
export async function readPeople(site: Site, given: Arguments): Promise<Reach | undefined> {
  const text = given.text('of')
  if (text === undefined) return undefined
  const { name, tenant } = await readScope(text, site.directory)
  if (!name.startsWith('group:') && !name.startsWith('user:'))
    throw new UseError(`--of takes a group (DOMAIN/NAME) or an address, not ${text}`)
  return { tenants: [tenant], domains: [name] }
}
