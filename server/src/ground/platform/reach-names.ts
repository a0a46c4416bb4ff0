/** What a reach below tenants is made of, apart: whole domains, groups (`DOMAIN/NAME`) and people (their own address). */
export interface ReachNames {
  readonly domains: readonly string[]
  readonly groups: readonly string[]
  readonly users: readonly string[]
}

const [groupMark, userMark] = ['group:', 'user:']

/** Reads the names of a reach: `NAME` of a domain, `group:DOMAIN/NAME`, `user:ADDRESS`. */
export function readReachNames(names: readonly string[]): ReachNames {
  return {
    domains: names.filter((each) => !isOfPeople(each)),
    groups: names.filter((each) => each.startsWith(groupMark)).map((each) => each.slice(groupMark.length)),
    users: names.filter((each) => each.startsWith(userMark)).map((each) => each.slice(userMark.length)),
  }
}

/** Whether a name is that of a group or a person. No domain has a colon in its name. */
export function isOfPeople(name: string): boolean {
  return name.startsWith(groupMark) || name.startsWith(userMark)
}

/** The domain that a name is, or belongs to. */
export function domainOfName(name: string): string {
  if (name.startsWith(groupMark)) return name.slice(groupMark.length).split('/', 1)[0] ?? ''
  return name.startsWith(userMark) ? name.slice(name.lastIndexOf('@') + 1) : name
}
