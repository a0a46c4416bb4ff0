import { domainKey } from '#services/directory/add-domain.ts'
import { addressKey } from '#services/directory/read-user.ts'
import { groupId } from '#services/directory/write-group.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type ConfigurationDocument, configurationFormat, partsOfLevel } from './configuration-document.ts'

/** Entries of one list; more was not made by people. */
const mostEntries = 500_000
const longestText = 4000
/** So many problems are told at once. */
const mostTold = 20

type Form = 'text' | 'text or null' | 'texts' | 'text by name' | 'as it is'

/** What stands in each list. Rules are read by who knows them. */
const lists: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  tenants: { id: 'text', parent: 'text or null', level: 'text', name: 'text' },
  domains: { name: 'text', tenant: 'text', nextHop: 'text' },
  groups: { domain: 'text', name: 'text', members: 'texts' },
  people: { address: 'text', aliasOf: 'text or null', displayName: 'text' },
  levels: { level: 'text', settings: 'text by name', locked: 'texts' },
  senders: { level: 'text', kind: 'text', entry: 'text' },
  rules: { scope: 'text', name: 'text', conditions: 'as it is', actions: 'as it is' },
}

const fits: Readonly<Record<Form, (value: unknown) => boolean>> = {
  text: isText,
  'text or null': (value) => value === null || isText(value),
  texts: (value) => Array.isArray(value) && value.length <= mostEntries && value.every(isText),
  'text by name': (value) => isObject(value) && Object.values(value).every(isText),
  'as it is': (value) => value !== undefined,
}

/** Reads a document that `exportConfiguration` has made, or people have written. @throws OrderError with what is wrong where */
export function readConfiguration(value: unknown): ConfigurationDocument {
  if (!isObject(value) || value.format !== configurationFormat)
    throw new OrderError('wrong', 'the file holds no configuration; "mailkeep tenant export" makes one')
  if (value.version !== 1) throw new OrderError('wrong', 'the file is of a newer version of Mailkeep')
  assertNone(Object.entries(lists).flatMap(([name, forms]) => problemsOf(name, value[name], forms)))
  const document = withKeys(value as unknown as ConfigurationDocument)
  assertNone(twiceIn(document))
  return document
}

/** @throws OrderError with these problems */
function assertNone(problems: readonly string[]): void {
  if (problems.length > 0)
    throw new OrderError(
      'wrong',
      [
        ...problems.slice(0, mostTold),
        ...(problems.length > mostTold ? [`and ${problems.length - mostTold} more`] : []),
      ].join('; '),
    )
}

/** What stands in a list twice: which of the two is meant cannot be told. Rules may have the same name. */
function twiceIn({ tenants, domains, groups, people, levels }: ConfigurationDocument): string[] {
  const names: Readonly<Record<string, readonly string[]>> = {
    tenants: tenants.map(({ id }) => id),
    domains: domains.map(({ name }) => name),
    groups: groups.map(({ domain, name }) => groupId(domain, name)),
    people: people.map(({ address }) => address),
    levels: levels.map(({ level }) => level),
  }
  return Object.entries(names).flatMap(([list, all]) => {
    const seen = new Set<string>()
    return all.flatMap((name, index) => {
      if (!seen.has(name)) {
        seen.add(name)
        return []
      }
      return [`${list}[${index}] is ${name} once more`]
    })
  })
}

/** Names in the form in which the site keeps them, however they are written. */
function withKeys(document: ConfigurationDocument): ConfigurationDocument {
  return {
    ...document,
    domains: document.domains.map((each) => ({ ...each, name: domainKey(each.name) })),
    groups: document.groups.map((each) => ({
      ...each,
      domain: domainKey(each.domain),
      members: each.members.map(addressKey),
    })),
    people: document.people.map((each) => ({
      ...each,
      address: addressKey(each.address),
      aliasOf: each.aliasOf === null ? null : addressKey(each.aliasOf),
    })),
    levels: document.levels.map((each) => ({ ...each, level: levelKey(each.level) })),
    senders: document.senders.map((each) => ({ ...each, level: levelKey(each.level) })),
    rules: document.rules.map((each) => ({ ...each, scope: levelKey(each.scope) })),
  }
}

function levelKey(level: string): string {
  const { kind, id } = partsOfLevel(level)
  if (kind === 'user') return `user:${addressKey(id)}`
  if (kind === 'domain') return `domain:${domainKey(id)}`
  if (kind !== 'group') return level
  const [domain = '', ...name] = id.split('/')
  return `group:${groupId(domainKey(domain), name.join('/'))}`
}

function problemsOf(name: string, list: unknown, forms: Readonly<Record<string, Form>>): string[] {
  if (!Array.isArray(list)) return [`${name} is no list`]
  if (list.length > mostEntries) return [`${name} has more than ${mostEntries} entries`]
  return list.flatMap((entry: unknown, index) => {
    const place = `${name}[${index}]`
    if (!isObject(entry)) return [`${place} is no object`]
    return Object.entries(forms)
      .filter(([field, form]) => !fits[form](entry[field]))
      .map(([field, form]) => `${place}.${field} is no ${form}`)
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestText
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
