import { skeletonOf } from '#ground/mail/look-alike.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { readDataFile } from './data-file.ts'
import { type Found, Phrases, wordsOf } from './phrases.ts'

/** A name that phishing borrows. */
export interface Brand {
  readonly name: string
  /** Heading in brands.txt: payment, banks, accounts, parcels, shops, authorities. */
  readonly group: string
  /** The name is an everyday word too, and says nothing where it stands alone. */
  readonly common: boolean
  /** Labels that its domains are known by: `paypal` of paypal.com. */
  readonly labels: readonly string[]
}

export interface Mention extends Found<Brand> {
  /** Written with letters that only look like those of the name. */
  readonly disguised: boolean
}

const file = readDataFile('brands.txt')
export const brandsVersion = file.version

const byHost = new Map<string, Brand[]>()
const byCountryLabel = new Map<string, Brand[]>()
const byName = new Phrases<Brand>()
const bySkeleton = new Phrases<Brand>()
export const brands: readonly Brand[] = [...file.sections].flatMap(([group, lines]) =>
  group === 'neighbours' ? [] : lines.map((line) => readBrand(group, line)),
)
const neighbours = new Set(file.sections.get('neighbours')?.flatMap((line) => line.split(' ')))

function readBrand(group: string, line: string): Brand {
  const [head = '', domains = '', others = ''] = line.split('|').map((each) => each.trim())
  const common = head.endsWith('?')
  const name = common ? head.slice(0, -1) : head
  const hosts = domains.split(' ').filter((each) => each !== '')
  const labels = new Set(
    hosts.map((each) => (each.endsWith('.*') ? each.slice(0, -2) : registrableDomain(each)?.label)),
  )
  const words = wordsOf(name)
  const brand: Brand = {
    name,
    group,
    common,
    // A company owns many domains; only those that carry its name can be imitated.
    labels: [...labels].filter((each) => each !== undefined && isNameOf(each, words)) as string[],
  }
  for (const host of hosts) {
    if (host.endsWith('.*')) push(byCountryLabel, host.slice(0, -2), brand)
    else push(byHost, host, brand)
  }
  for (const each of [name, ...others.split(';')]) addName(wordsOf(each), brand)
  return brand
}

function isNameOf(label: string, words: readonly string[]): boolean {
  const joined = words.join('')
  const bare = label.replaceAll('-', '')
  return (
    bare.length >= 3 &&
    (bare.startsWith(joined) || (joined.startsWith(bare) && bare.length * 3 > joined.length * 2))
  )
}

function push(map: Map<string, Brand[]>, key: string, brand: Brand): void {
  map.set(key, [...(map.get(key) ?? []), brand])
}

function addName(words: readonly string[], brand: Brand): void {
  byName.add(words, brand)
  bySkeleton.add(words.map(skeletonOf), brand)
}

/** The brands that a host belongs to: their domains and all below them. */
export function brandsOfHost(host: string): readonly Brand[] {
  const found = listedAt(host.toLowerCase())
  const registered = registrableDomain(host)
  if (registered === null || !countrySuffix.test(registered.suffix)) return found
  return [...found, ...(byCountryLabel.get(registered.label) ?? [])]
}

const countrySuffix = /^(?:com|(?:(?:com?|ne|or|org|net|gob|gov)\.)?[a-z]{2})$/

function listedAt(host: string): readonly Brand[] {
  for (let name = host; ; name = name.slice(name.indexOf('.') + 1)) {
    const found = byHost.get(name)
    if (found) return found
    if (!name.includes('.')) return []
  }
}

/** Whether a registered domain is known to be that of an honest firm with a similar name. */
export function isNeighbour(domain: string): boolean {
  return neighbours.has(domain)
}

/** Every mention of a brand in a text of few words, also where letters are disguised. */
export function mentionsIn(text: string): Mention[] {
  const words = wordsOf(text)
  const plain = [...byName.in(words)].map((each) => ({ ...each, disguised: false }))
  const looks = [...bySkeleton.in(skeletonWords(text))]
  const disguised = looks.filter((each) => !plain.some(({ value }) => value === each.value))
  return [
    ...plain,
    ...disguised
      .filter(({ value }) => !value.common && value.name.length > 4)
      .map((each) => ({ ...each, disguised: true })),
  ]
}

/** Words as they look; letters of other scripts stay within their word. */
function skeletonWords(text: string): string[] {
  return text
    .split(/[^\p{L}\p{N}\p{M}\p{Cf}$@!|]+/u)
    .filter((each) => each !== '')
    .map(skeletonOf)
}

/** Mentions in the words of a body, as they are spelled. */
export function brandAt(words: readonly string[], at: number): Found<Brand> | null {
  return byName.at(words, at)
}
