import { lastStage, sumHours } from '#services/policy/candidate-counts.ts'
import { describeNext } from '#services/policy/candidate-steps.ts'
import { collectEdits } from '#services/policy/collect-edits.ts'
import {
  findCandidate,
  promoteCandidate,
  takeBackCandidate,
  widenCandidate,
} from '#services/policy/end-candidate.ts'
import type { GivenProposal } from '#services/policy/read-proposal.ts'
import { readScope } from '#services/policy/scope.ts'
import { defaultGuard, startCandidate } from '#services/policy/start-candidate.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { describeEdit } from './describe-edit.ts'
import { localTime } from './local-time.ts'
import { policyOrderOf } from './order-of.ts'
import { trialIdOf } from './policy-trial.ts'
import { readJson } from './rule-files.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const hourMs = 3_600_000
const mostLines = 100

export const tryCommand: SiteCommand = {
  name: 'try',
  summary: 'puts a change on trial, beside the policy in force',
  help: `Usage: mailkeep policy try LEVEL [NAME=VALUE...] [--rule FILE | --rule-id ID] [--guard TIMES]
       [--steps | --promote-after HOURS]
Puts a change into the shadow of what is in force: it is judged beside it on all mail that comes, and nothing is done
by its word. "policy trial ID" says what it would have done; "policy promote ID" makes it for all.
  --rule        a rule in JSON that would be added; with --rule-id, another text of that rule
  --rule-id     a rule of the level; without --rule: as if it were deleted
  --guard       stopped by itself where it would hold more than so many times what is held now; default 3, 0: never,
                and not with --steps
  --steps       goes on by itself to 1 % of the people, 10 %, and all, each time that nothing speaks against it over
                policy.trialMessages or policy.trialTime; else it is taken back, or waits for a person
  --promote-after  hours after which it is promoted by itself if nothing speaks against it; default: never
LEVEL is the id of a tenant, a domain, DOMAIN/GROUP or an address; write tenant:ID where it could be two.`,
  options: {
    rule: { type: 'string' },
    'rule-id': { type: 'string' },
    guard: { type: 'string' },
    steps: { type: 'boolean' },
    'promote-after': { type: 'string' },
  },
  async run(site, given, out) {
    const [text, ...assignments] = given.words
    if (text === undefined) throw new UseError('name a level')
    const scope = await readScope(text, site.directory)
    const hours = numberOf(given, 'promote-after', 1, 720)
    const edits = await collectEdits(policyOrderOf(site), scope, proposed(given, assignments), site.checkRule)
    const terms = {
      guard: numberOf(given, 'guard', 0, 1000) ?? defaultGuard,
      promoteAfterMs: hours === null ? null : hours * hourMs,
      bySteps: given.flag('steps'),
    }
    const started = await startCandidate(orderOf(site), scope, edits, terms)
    await site.publish()
    const next = describeNext(started, site.stepLimits(), null)
    out.answer(
      started,
      `${started.id} is on trial at ${scope.name}; nothing is done by its word.${next ? ` It ${next}.` : ''}`,
    )
    return 0
  },
}

function proposed(given: Arguments, assignments: readonly string[]): GivenProposal {
  const settings = assignments.map((each) => {
    const found = /^([^=]+)=(.*)$/.exec(each)
    if (!found) throw new UseError(`${each} is no NAME=VALUE`)
    const [, name = '', value = ''] = found
    return { name, value: value === '' ? null : value }
  })
  const [file, id] = [given.text('rule'), given.text('rule-id')]
  if (file === undefined && id === undefined) return { settings }
  return { settings, rule: { id: id ?? null, text: file === undefined ? null : readJson(file) } }
}

function numberOf(given: Arguments, name: string, least: number, most: number): number | null {
  const text = given.text(name)
  if (text === undefined) return null
  const number = Number(text)
  if (!/^\d{1,4}(?:\.\d{1,2})?$/.test(text) || number < least || number > most)
    throw new UseError(`--${name} is a number from ${least} to ${most}`)
  return number
}

export const trialsCommand: SiteCommand = {
  name: 'trials',
  summary: 'lists changes on trial',
  help: `Usage: mailkeep policy trials [LEVEL]
Lists changes on trial, then those that ended within 90 days, with what each has shown.`,
  options: {},
  async run(site, given, out) {
    const [text] = given.words
    const scopes = text === undefined ? null : [(await readScope(text, site.directory)).name]
    const found = await site.candidates.list({ scopes, tenants: null, limit: mostLines })
    const lines = await Promise.all(
      found.map(async (each) => {
        const sums = await site.candidates.sums(each.id)
        return { ...each, counts: sumHours(sums, lastStage(each.stage, sums)) }
      }),
    )
    const rows = lines.map(({ counts, ...each }) => [
      ...[each.id, each.stage, clip(each.scope, 30), localTime(each.since)],
      clip(each.edits.map(describeEdit).join('; '), 50),
      ...[String(counts.deliveries), String(counts.changed), `${counts.heldBefore} → ${counts.heldAfter}`],
      clip(each.why, 60),
    ])
    const head = ['trial', 'stage', 'level', 'since', 'change', 'deliveries', 'differ', 'held', 'why']
    out.answer({ trials: lines }, rows.length === 0 ? 'Nothing is on trial.' : table(head, rows))
    return 0
  },
}

export const widenCommand: SiteCommand = {
  name: 'widen',
  summary: 'puts a change on trial in force for some',
  help: `Usage: mailkeep policy widen ID [--share PERCENT] [--people ADDRESS...]
Puts a change on trial in force for some: people by name, and a share of the people of its level. Who is among them
stays among them as the share grows.
  --share   percent of the people, by address
  --people  addresses of people of the level; several`,
  options: { share: { type: 'string' }, people: { type: 'string', multiple: true } },
  async run(site, given, out) {
    const candidate = await findCandidate(site.candidates, trialIdOf(given))
    const terms = { share: (numberOf(given, 'share', 0, 100) ?? 0) / 100, people: given.texts('people') }
    const widened = await widenCandidate(orderOf(site), candidate, terms)
    await site.publish()
    const next = describeNext(widened, site.stepLimits(), null)
    out.answer(widened, `${widened.id}: ${widened.why}.${next ? ` It ${next}.` : ''}`)
    return 0
  },
}

export const promoteCommand: SiteCommand = {
  name: 'promote',
  summary: 'makes a change on trial for all',
  help: `Usage: mailkeep policy promote ID
Makes a change on trial for all: a version, which "policy undo" takes back. Refused where what it changes has been
changed since.`,
  options: {},
  async run(site, given, out) {
    const candidate = await findCandidate(site.candidates, trialIdOf(given))
    const scope = await readScope(candidate.scope, site.directory)
    const ended = await promoteCandidate(orderOf(site), candidate, scope, `promoted by ${site.who}`)
    await site.publish()
    out.answer(ended, `${ended.id} is in force for all; that is version ${ended.version}.`)
    return 0
  },
}

export const takeBackCommand: SiteCommand = {
  name: 'take-back',
  summary: 'ends a trial; what is in force stays',
  help: `Usage: mailkeep policy take-back ID
Ends a trial. What is in force stays; mail that it has kept from those for whom it was in force is judged anew.`,
  options: {},
  async run(site, given, out) {
    const candidate = await findCandidate(site.candidates, trialIdOf(given))
    const ended = await takeBackCandidate(orderOf(site), candidate, `taken back by ${site.who}`)
    await site.publish()
    out.answer(ended, `${ended.id} is taken back.`)
    return 0
  },
}

function orderOf(site: Site) {
  return { ...policyOrderOf(site), candidates: site.candidates }
}
