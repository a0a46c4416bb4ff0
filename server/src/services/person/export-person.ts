import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { addressesOf } from './addresses-of.ts'
import { type PersonRecord, type PersonStore, personRecordKinds } from './person-store.ts'

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
    readonly readPerson: Pick<PersonStore, 'list'>
    readonly directory: Pick<DirectoryStore, 'user' | 'users'>
  },
  address: string,
): AsyncGenerator<PersonRecord> {
  const addresses = await addressesOf(address, directory)
  for (const kind of personRecordKinds) {
    for (let after: string | null = ''; after !== null; ) {
      const { records, next } = await readPerson.list(addresses, kind, after, page)
      yield* records
      after = next
    }
  }
}
