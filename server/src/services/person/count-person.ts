import { type PersonRecordKind, type PersonStore, personRecordKinds, type Tenants } from './person-store.ts'

/** What is kept about a person, in figures. */
export interface PersonCount {
  readonly kinds: readonly { readonly kind: PersonRecordKind; readonly records: number }[]
  /** Deliveries under way, held or in quarantine, which name him until they are settled. */
  readonly open: number
}

const page = 500

/** Counts what is kept about a person, by kind; kinds without any are left out. */
export async function countPerson(
  person: Pick<PersonStore, 'count' | 'list' | 'countOpen'>,
  addresses: readonly string[],
  tenants: Tenants,
): Promise<PersonCount> {
  const kinds: { kind: PersonRecordKind; records: number }[] = []
  for (const kind of personRecordKinds) {
    const records =
      kind === 'source'
        ? await countSynced(person, addresses, tenants)
        : await person.count(addresses, kind, tenants)
    if (records > 0) kinds.push({ kind, records })
  }
  return { kinds, open: await person.countOpen(addresses, tenants) }
}

/** Names stand within texts there: what names him is known when it has been read. */
async function countSynced(
  person: Pick<PersonStore, 'list'>,
  addresses: readonly string[],
  tenants: Tenants,
): Promise<number> {
  let sum = 0
  for (let after: string | null = ''; after !== null; ) {
    const found: Awaited<ReturnType<typeof person.list>> = await person.list(
      addresses,
      'source',
      after,
      page,
      tenants,
    )
    sum += found.records.length
    after = found.next
  }
  return sum
}
