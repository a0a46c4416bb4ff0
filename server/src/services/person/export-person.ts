import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { addressesOf } from './addresses-of.ts'
import { type PersonRecord, type PersonStore, personRecordKinds, type Tenants } from './person-store.ts'

const page = 500

/**
 * All that is kept about a person and his aliases, record by record: for whoever asks for his data. Content of mail is
 * not in it: it is the person's own mailbox that has it. @throws OrderError
 */
export async function* exportPerson(
  {
    readPerson,
    directory,
  }: {
    readonly readPerson: Pick<PersonStore, 'list' | 'addressesOf'>
    readonly directory: Pick<DirectoryStore, 'user'>
  },
  address: string,
): AsyncGenerator<PersonRecord> {
  yield* recordsOf(readPerson, await addressesOf(address, directory, readPerson), null)
}

/** The same for addresses that are known, within tenants. */
export async function* recordsOf(
  readPerson: Pick<PersonStore, 'list'>,
  addresses: readonly string[],
  tenants: Tenants,
): AsyncGenerator<PersonRecord> {
  for (const kind of personRecordKinds) {
    for (let after: string | null = ''; after !== null; ) {
      const { records, next } = await readPerson.list(addresses, kind, after, page, tenants)
      yield* records
      after = next
    }
  }
}
