import type { FoundPerson } from '../make-plan.ts'
import type { PushedPerson, ScimEmail, ScimUser } from '../scim/scim-store.ts'
import type { OpenedSource } from '../sync-parts.ts'
import { readProxyAddress } from './proxy-address.ts'

const page = 1000
/** People whom a test looks at. */
const first = 10

/** People whom a directory has pushed and called active. Who is not, or was deleted, is not among them. */
export async function* readScim(source: OpenedSource): AsyncGenerator<FoundPerson[]> {
  const lines = (source.file ?? '').split('\n').filter((each) => each !== '')
  const read = source.isTest ? lines.slice(0, first) : lines
  for (let from = 0; from < read.length; from += page)
    yield read.slice(from, from + page).map((each) => toPerson(JSON.parse(each) as PushedPerson))
}

function toPerson({ id, user, groups }: PushedPerson): FoundPerson {
  const addresses = pushedAddresses(user)
  const person = { id: user.externalId || id, name: nameOf(user), addresses, groups }
  return addresses.length > 0 ? person : { ...person, id: user.userName, wrong: 'has no mail address' }
}

function nameOf({ displayName, name }: ScimUser): string {
  return displayName || name.formatted || `${name.givenName} ${name.familyName}`.trim()
}

/** The main one first. A name for signing in is an address only where the directory tells none. */
export function pushedAddresses({ emails, userName }: Pick<ScimUser, 'emails' | 'userName'>): string[] {
  const given = emails.toSorted((a, b) => rank(a) - rank(b)).flatMap(({ value }) => splitList(value))
  const read = given.flatMap(readProxyAddress)
  const sorted = read.toSorted((a, b) => Number(b.isMain) - Number(a.isMain)).map((each) => each.address)
  const all = sorted.length > 0 ? sorted : userName.includes('@') ? [userName] : []
  return [...new Map(all.map((each) => [each.toLowerCase(), each])).values()]
}

function rank({ primary, type }: ScimEmail): number {
  if (primary) return 0
  return type.toLowerCase() === 'work' ? 1 : 2
}

/** Directories that know one value only join all addresses of Exchange in it. */
function splitList(value: string): string[] {
  return value.includes('"') ? [value] : value.split(/[;,]/).map((each) => each.trim())
}
