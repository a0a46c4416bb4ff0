import { randomBytes } from 'node:crypto'
import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Names } from './names-nobody.ts'
import type { AffectedComponent, StatusIncident, StatusStore } from './status-store.ts'

/** An order about what the public is told. */
export interface StatusOrder extends DirectoryOrder, Pick<Names, 'ownHosts'> {
  readonly status: StatusStore
}

export const statusLimits = { components: 50, name: 120, description: 300, text: 4000, updates: 100 } as const

/** Twelve letters and digits, as clients of status pages know them. */
export function newStatusId(): string {
  return randomBytes(6).toString('hex')
}

/** @throws OrderError wrong */
export function checkText(what: string, text: string, most: number): string {
  const trimmed = text.trim()
  if (trimmed === '') throw new OrderError('wrong', `${what} is needed`)
  if (trimmed.length > most) throw new OrderError('wrong', `${what} is longer than ${most} characters`)
  return trimmed
}

/** @throws OrderError not-found */
export async function incidentOf({ status }: StatusOrder, id: string): Promise<StatusIncident> {
  const found = await status.incident(id)
  if (!found) throw new OrderError('not-found', `there is no incident ${id}`)
  return found
}

/** Only components that there are, each once. @throws OrderError not-found */
export async function checkAffected(
  { status }: StatusOrder,
  affected: readonly AffectedComponent[],
): Promise<AffectedComponent[]> {
  const known = new Set((await status.components()).map((each) => each.id))
  for (const { id } of affected)
    if (!known.has(id)) throw new OrderError('not-found', `there is no component ${id}`)
  return [...new Map(affected.map((each) => [each.id, each])).values()]
}

/** What the audit log says of an incident: its texts are public anyway, and long. */
export function describeIncident({ id, kind, name, impact, state, components }: StatusIncident): object {
  return { id, kind, name, impact, state, components }
}

/** What an update may say beside its text. */
export interface UpdateWords {
  readonly unaffected?: string
  readonly todo?: string
  /** When the next update comes. */
  readonly nextAt?: number
}

/** All that an order wants to tell, in the words of its author. */
export function textsOf({
  name = '',
  text,
  unaffected = '',
  todo = '',
}: UpdateWords & { readonly name?: string; readonly text: string }): string[] {
  return [name, text, unaffected, todo]
}

/** These alone, of an order that says more. */
export function wordsIn({ unaffected, todo, nextAt }: UpdateWords): UpdateWords {
  return {
    ...(unaffected !== undefined && { unaffected }),
    ...(todo !== undefined && { todo }),
    ...(nextAt !== undefined && { nextAt }),
  }
}

/** @throws OrderError wrong */
export function checkWords({ unaffected, todo, nextAt }: UpdateWords, at: number): UpdateWords {
  if (nextAt !== undefined && nextAt <= at)
    throw new OrderError('wrong', 'the next update comes in the future')
  const most = 600
  return {
    ...(unaffected !== undefined && { unaffected: checkText('what is not affected', unaffected, most) }),
    ...(todo !== undefined && { todo: checkText('what customers have to do', todo, most) }),
    ...(nextAt !== undefined && { nextAt }),
  }
}
