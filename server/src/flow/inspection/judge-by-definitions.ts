import { fieldValue, findField } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import { shareOf } from '#ground/platform/share-of.ts'
import { threadMs } from '#ground/platform/thread-time.ts'
import type { Finding, InspectedMessage } from './check.ts'
import {
  applyWeights,
  type DefinitionPlace,
  type DefinitionRule,
  type Definitions,
  type DefinitionsInForce,
  type TrialResult,
} from './definitions.ts'
import { TextIndex } from './text-index.ts'
import { decide, defaultPolicy } from './verdict.ts'

export interface DefinitionsJudgement {
  readonly findings: readonly Finding[]
  /** Version of the set whose findings these are. */
  readonly version: string
  /** The message goes by the word of the set on trial. */
  readonly isByTrial: boolean
  /** How both sets judged; null: there is no trial. */
  readonly trial: TrialResult | null
}

/** What the checks found with the files of data of each set; the same where these do not differ. */
export interface FoundByChecks {
  readonly active: readonly Finding[]
  readonly trial: readonly Finding[]
  /** Time of the checks that ran for each set. */
  readonly ms: { readonly active: number; readonly trial: number }
}

/**
 * Adds what the definitions say to what the checks have found. Where a set is on trial it judges the same message
 * beside the active one, and a share of the mail goes by its word; which messages, their ids decide, so that a
 * message that is inspected again goes the same way.
 */
export async function judgeByDefinitions(
  message: InspectedMessage,
  found: FoundByChecks,
  { active, trial }: DefinitionsInForce,
): Promise<DefinitionsJudgement> {
  const texts = needsTexts(active) || (trial && needsTexts(trial.definitions)) ? await textsOf(message) : null
  if (!trial) {
    const findings = weigh(active, found.active, texts)
    return { findings, version: active.version, isByTrial: false, trial: null }
  }
  // Making texts ready is done once for a set, and says nothing about its time for a message.
  if (texts) for (const set of [active, trial.definitions]) lookupOf(set)
  const one = judge(active, found.active, texts)
  const other = judge(trial.definitions, found.trial, texts)
  const isByTrial = shareOf(message.id) < trial.share
  const chosen = isByTrial ? other : one
  return {
    findings: chosen.findings,
    version: chosen.version,
    isByTrial,
    trial: {
      active: active.version,
      trial: trial.definitions.version,
      activeHit: one.hit,
      trialHit: other.hit,
      activeMs: one.ms + found.ms.active,
      trialMs: other.ms + found.ms.trial,
    },
  }
}

/** As much of a text as is searched for hosts, and names that are kept of a message. */
const mostSearched = 256 << 10
const mostNames = 5000

type NamePlace = 'host' | 'sender-domain'
type Texts = Readonly<Record<Exclude<DefinitionPlace, NamePlace>, readonly string[]>> &
  Readonly<Record<NamePlace, ReadonlySet<string>>>

function judge(definitions: Definitions, found: readonly Finding[], texts: Texts | null) {
  const started = threadMs()
  const findings = weigh(definitions, found, texts)
  const { disposition } = decide(findings, defaultPolicy)
  const hit = disposition !== 'deliver' && disposition !== 'wait'
  return { findings, version: definitions.version, hit, ms: threadMs() - started }
}

function weigh(definitions: Definitions, found: readonly Finding[], texts: Texts | null): Finding[] {
  return applyWeights([...found, ...(texts ? runRules(definitions, texts) : [])], definitions)
}

function needsTexts({ rules }: Definitions): boolean {
  return rules.length > 0
}

async function textsOf(message: InspectedMessage): Promise<Texts> {
  const content = await message.content()
  const header = (name: string) => {
    const field = findField(message.header, name)
    return field ? decodeHeaderText(fieldValue(field)).toLowerCase() : ''
  }
  const from = [header('from'), message.arrival.mailFrom.toLowerCase()]
  const body = content.texts.map((each) => each.text.toLowerCase())
  const link = content.texts.flatMap((each) => each.html?.links.map(({ href }) => href.toLowerCase()) ?? [])
  return {
    subject: [header('subject')],
    from,
    body,
    link,
    host: namesIn([...link, ...body], /\/\/(?:www\.)?([a-z0-9.-]{1,253})/g),
    'sender-domain': namesIn(from, /@([a-z0-9.-]{1,253})/g),
    'file-name': content.files.map((each) => each.name.toLowerCase()),
  }
}

/** Names of hosts that a message has at a place, and all names above them. */
function namesIn(texts: readonly string[], pattern: RegExp): ReadonlySet<string> {
  const found = new Set<string>()
  for (const text of texts)
    for (const [, host = ''] of text.slice(0, mostSearched).matchAll(pattern)) {
      if (found.size >= mostNames) return found
      for (let name = host.replace(/\.$/, ''); name.includes('.'); name = name.slice(name.indexOf('.') + 1))
        found.add(name)
    }
  return found
}

/** The texts of a set, made ready to be found all at once. */
interface Lookup {
  /** Rules by number of each of their texts, for places that are searched and for those that hold names. */
  readonly searched: TextIndex
  readonly owners: readonly Owner[]
  readonly names: ReadonlyMap<string, readonly DefinitionRule[]>
  readonly places: readonly TextPlace[]
}

interface Owner {
  readonly rule: DefinitionRule
  readonly text: string
}

type TextPlace = Exclude<DefinitionPlace, NamePlace>

const lookups = new WeakMap<Definitions, Lookup>()

function lookupOf(definitions: Definitions): Lookup {
  const lookup = lookups.get(definitions) ?? makeLookup(definitions)
  lookups.set(definitions, lookup)
  return lookup
}

function makeLookup({ rules }: Definitions): Lookup {
  const owners = rules.flatMap((rule) =>
    rule.places.some(isTextPlace) ? rule.any.map((text) => ({ rule, text })) : [],
  )
  const names = new Map<string, DefinitionRule[]>()
  for (const rule of rules.filter(({ places }) => !places.every(isTextPlace)))
    for (const text of rule.any) names.set(text, [...(names.get(text) ?? []), rule])
  return {
    searched: new TextIndex(owners.map(({ text }) => text)),
    owners,
    names,
    places: [...new Set(rules.flatMap(({ places }) => places.filter(isTextPlace)))],
  }
}

function isTextPlace(place: DefinitionPlace): place is TextPlace {
  return place !== 'host' && place !== 'sender-domain'
}

function runRules(definitions: Definitions, texts: Texts): Finding[] {
  const hits = new Map<DefinitionRule, string>()
  const { searched, owners, names, places } = lookupOf(definitions)
  for (const place of places) {
    const numbers = new Set<number>()
    for (const text of texts[place]) searched.findIn(text, numbers)
    for (const number of numbers) {
      const { rule, text } = owners[number]!
      if (rule.places.includes(place) && !hits.has(rule)) hits.set(rule, text)
    }
  }
  for (const place of ['host', 'sender-domain'] as const)
    for (const name of names.size > 0 ? texts[place] : [])
      for (const rule of names.get(name) ?? [])
        if (rule.places.includes(place) && !hits.has(rule)) hits.set(rule, name)
  return definitions.rules.flatMap((rule) => {
    const hit = hits.get(rule)
    if (hit === undefined) return []
    const { code, weight, kind, text } = rule
    const evidence = { found: hit, version: definitions.version }
    return [{ check: 'definitions', code, weight, kind, text, evidence }]
  })
}
