import type { DirectoryStore } from './directory-store.ts'
import type { Shrink } from './snapshot-store.ts'

const confirmation = 'shrink-confirmed '

/** How many are gone with a manager's word, by domain; null: however many there are, as a sync has it that was confirmed. */
export type Confirmations = ReadonlyMap<string, number | null>

/** The name of the fact that a loss is confirmed by. */
export function confirmationOf(domain: string): string {
  return `${confirmation}${domain}`
}

/** What stands in that fact: until the next snapshot takes the loss over more may go, and of that nobody has spoken. */
export function confirmationText(at: number, gone: number): string {
  return `${at} ${gone}`
}

/** Whether a loss is no more than what was confirmed. */
export function isConfirmed({ domain, lost, lostBefore }: Shrink, confirmed: Confirmations): boolean {
  const gone = confirmed.get(domain)
  return gone !== undefined && (gone === null || lost + lostBefore <= gone)
}

export async function readConfirmed(directory: Pick<DirectoryStore, 'facts'>): Promise<Confirmations> {
  const facts = await directory.facts(confirmation)
  return new Map(
    facts.map(({ name, value }) => {
      const [, gone] = value.split(' ')
      return [name.slice(confirmation.length), gone === undefined ? null : Number(gone)]
    }),
  )
}
