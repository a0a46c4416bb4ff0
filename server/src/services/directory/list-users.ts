import type { DirectoryStore, User } from './directory-store.ts'

const page = 1000

/** People and aliases of a domain, or of all domains, in order of the address; read a page at a time. */
export async function* listUsers(directory: DirectoryStore, domain?: string): AsyncGenerator<User> {
  const domains = domain === undefined ? (await directory.domains()).map((each) => each.name) : [domain]
  for (const name of domains) {
    for (let after = ''; ; ) {
      const users = await directory.users(name, after, page)
      yield* users
      const last = users.at(-1)
      if (users.length < page || !last) break
      after = last.address
    }
  }
}
