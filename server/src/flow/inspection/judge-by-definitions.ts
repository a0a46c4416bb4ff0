import { fieldValue, findField } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import { shareOf } from '#ground/platform/share-of.ts'
import type { Finding, InspectedMessage } from './check.ts'
import {
  applyWeights,
  type DefinitionPlace,
  type DefinitionRule,
  type Definitions,
  type DefinitionsInForce,
  type TrialResult,
} from './definitions.ts'
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
  const started = performance.now()
  const findings = weigh(definitions, found, texts)
  const { disposition } = decide(findings, defaultPolicy)
  const hit = disposition !== 'deliver' && disposition !== 'wait'
  return { findings, version: definitions.version, hit, ms: performance.now() - started }
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

const namesOfRules = new WeakMap<DefinitionRule, ReadonlySet<string>>()

/** The texts of a rule as names; made once. */
function namesOf(rule: DefinitionRule): ReadonlySet<string> {
  const names = namesOfRules.get(rule) ?? new Set(rule.any)
  namesOfRules.set(rule, names)
  return names
}

/** A text of a rule that stands in one of its places; a message has few names, and a rule may have many. */
function hitOf(rule: DefinitionRule, texts: Texts): string | undefined {
  const others: Exclude<DefinitionPlace, NamePlace>[] = []
  for (const place of rule.places) {
    if (place !== 'host' && place !== 'sender-domain') others.push(place)
    else for (const name of texts[place]) if (namesOf(rule).has(name)) return name
  }
  if (others.length === 0) return undefined
  return rule.any.find((text) => others.some((place) => texts[place].some((each) => each.includes(text))))
}

function runRules({ version, rules }: Definitions, texts: Texts): Finding[] {
  const found: Finding[] = []
  for (const rule of rules) {
    const hit = hitOf(rule, texts)
    if (hit === undefined) continue
    const { code, weight, kind, text } = rule
    found.push({ check: 'definitions', code, weight, kind, text, evidence: { found: hit, version } })
  }
  return found
}
