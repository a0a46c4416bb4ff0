import type { Right } from './roles.ts'

/** What there is to do for groups and people: entries of the directory and access are of whole domains. */
const overPeople: ReadonlySet<Right> = new Set([
  'mail.read',
  'directory.read',
  'content.read',
  'quarantine.act',
  'quarantine.virus',
  'lists.write',
  'policy.write',
  'queue.act',
])

/** What is left of rights where somebody looks after groups and people alone. */
export function rightsOverPeople(given: readonly Right[], isOfPeople: boolean): readonly Right[] {
  return isOfPeople ? given.filter((each) => overPeople.has(each)) : given
}
