import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Link } from './link.ts'

/** What kind of place a host is; the headings of hosts.txt that name hosts. */
export type HostGroup = 'known' | 'trackers' | 'wrappers' | 'shorteners' | 'sites' | 'files' | 'tunnels'

const sections = readSections()
const groupOf = new Map<string, HostGroup>()
for (const group of ['known', 'trackers', 'wrappers', 'shorteners', 'sites', 'files', 'tunnels'] as const)
  for (const host of sections.get(group) ?? []) groupOf.set(host, group)

/** Endings of names under which much more is bad than good. */
export const suspiciousEndings: ReadonlySet<string> = new Set(sections.get('endings'))
/** Words of pages that ask for a password. */
export const signInWords: ReadonlySet<string> = new Set(sections.get('words'))
/** Pages of large sites: those that take anybody anywhere, and those that only tell others of a page. */
const places = { redirectors: readPlaces('redirectors'), shares: readPlaces('shares') }

export const hostsVersion = sections.get('version')?.[0] ?? ''

/** The group of a host itself, not of one above it. */
export function groupOfName(host: string): HostGroup | undefined {
  return groupOf.get(host)
}

/** The group of the nearest name above a host that the list knows; null for hosts that nobody knows. */
export function groupOfHost(host: string): HostGroup | null {
  for (let name = host; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const group = groupOf.get(name)
    if (group) return group
  }
  return null
}

/** Whether a link leads to a page of a list: its host or one above it, and the beginning of its path. */
export function isPlace(kind: keyof typeof places, { host, path, registered }: Link): boolean {
  // A search engine is the same in every country.
  const name = registered?.label === 'google' ? host.replace(registered.suffix, 'com') : host
  const lower = path.toLowerCase()
  for (let at = name; at.includes('.'); at = at.slice(at.indexOf('.') + 1))
    if (places[kind].get(at)?.some((each) => lower.startsWith(each))) return true
  return false
}

function readPlaces(section: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const each of sections.get(section) ?? []) {
    const slash = each.indexOf('/')
    const host = slash < 0 ? each : each.slice(0, slash)
    found.set(host, [...(found.get(host) ?? []), slash < 0 ? '/' : each.slice(slash)])
  }
  return found
}

/** It is part of the program, so a fault in it stops the start and not a message. */
function readSections(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  let section = ''
  for (const line of readFileSync(join(import.meta.dirname, 'hosts.txt'), 'utf8').split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [first = '', ...others] = line.trim().split(/ +/)
    const heading = /^\[([a-z]+)\]$/.exec(first)?.[1]
    if (heading) found.set((section = heading), [])
    else if (first === 'version') found.set('version', others)
    else if (section === '') throw new Error('hosts.txt does not begin with its version and a heading')
    else found.get(section)!.push(first, ...others)
  }
  return found
}
