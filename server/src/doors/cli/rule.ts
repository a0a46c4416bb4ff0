import { readFileSync } from 'node:fs'
import { recordOrder } from '#services/directory/directory-order.ts'
import type { KeptRule } from '#services/policy/policy-store.ts'
import { ruleOfTemplate } from '#services/policy/rule-templates.ts'
import { domainsOf, readScope, type Scope } from '#services/policy/scope.ts'
import {
  addRule,
  changeRule,
  deleteRule,
  findRule,
  moveRule,
  switchRule,
} from '#services/policy/write-rule.ts'
import { actOnQueue } from '#services/queue/act-on-queue.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf, policyOrderOf } from './order-of.ts'
import { exportCommand, importCommand, listTemplates, readJson } from './rule-files.ts'
import { describeHits, headOfHits, type LatelyHeld, readRuleHits } from './rule-hits.ts'
import { ruleOfWords } from './rule-words.ts'
import type { RuleTrial, Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const textOptions = {
  name: { type: 'string' },
  direction: { type: 'string' },
  if: { type: 'string', multiple: true },
  unless: { type: 'string', multiple: true },
  do: { type: 'string', multiple: true },
  file: { type: 'string' },
} as const

const textHelp = `  --if         a condition, FIELD TEST VALUE: "subject contains invoice", "sender in @FILE", "body matches PATTERN",
               "header x-mailer is bulk", "size above 10M", "body holds iban"; several on one field: one is enough
  --unless     an exception; one that holds is enough
  --do         never-hold, quarantine, reject, hold, "add-score 50", "subject [Extern]", "header X-Note: seen",
               "remove-header X-Note", "footer TEXT" or "footer-once @FILE @FILE.html",
               "strip-attachment executable .js", "copy ADDRESS", "redirect ADDRESS", "require-tls",
               "require-tls verify"; several
  --name       what people call it
  --direction  inbound (default), outbound or both
  --file       instead of these: a rule in JSON
Fields, tests and templates stand in docs/reference/rules.md.`

const add: SiteCommand = {
  name: 'add',
  summary: 'adds a rule',
  help: `Usage: mailkeep rule add LEVEL --if CONDITION... --do ACTION... [--unless CONDITION...] [--name NAME] [--off] [--locked]
Adds a rule behind the others of a level. LEVEL is the id of a tenant, a domain, DOMAIN/GROUP or an address.
${textHelp}
  --template   instead of these: what a template says; "rule templates" lists them
  --with       what the template needs; several
  --off        it does not run before "rule enable"
  --locked     it comes before all rules of levels below
  --owner      address of whom to ask about it`,
  options: {
    ...textOptions,
    template: { type: 'string' },
    with: { type: 'string', multiple: true },
    off: { type: 'boolean' },
    locked: { type: 'boolean' },
    owner: { type: 'string' },
  },
  async run(site, given, out) {
    const [level, ...more] = given.words
    if (level === undefined || more.length > 0) throw new UseError('name one level')
    const scope = await readScope(level, site.directory)
    const rule = await addRule(
      policyOrderOf(site),
      scope,
      {
        text: await readNew(site, scope, given),
        enabled: !given.flag('off'),
        locked: given.flag('locked'),
        owner: given.text('owner') ?? '',
      },
      site.checkRule,
    )
    await site.publish()
    out.answer(rule, `Rule ${rule.id} of ${rule.scope} is added, ${stateOf(rule)}.`)
    return 0
  },
}

const change: SiteCommand = {
  name: 'change',
  summary: 'gives a rule other conditions and actions',
  help: `Usage: mailkeep rule change ID --if CONDITION... --do ACTION... [--unless CONDITION...] [--name NAME]
Replaces what a rule says; its place and its switch stay, and one that was paused runs again.
${textHelp}`,
  options: textOptions,
  async run(site, given, out) {
    const rule = await changeRule(policyOrderOf(site), idOf(given), readText(given), site.checkRule)
    await site.publish()
    out.answer(rule, `Rule ${rule.id} is changed, ${stateOf(rule)}.`)
    return 0
  },
}

/** What a new rule says: a template's words, or its own. */
async function readNew(site: Site, scope: Scope, given: Arguments): Promise<unknown> {
  const template = given.text('template')
  if (template === undefined) return readText(given)
  if (given.texts('if').length + given.texts('do').length > 0 || given.text('file') !== undefined)
    throw new UseError('a template brings its own conditions and actions')
  const domains = await domainsOf(scope, site.directory)
  const rule = ruleOfTemplate(template, { domains, given: given.texts('with') })
  return { ...rule, name: given.text('name') ?? rule.name }
}

function readText(given: Arguments): unknown {
  const path = given.text('file')
  if (path !== undefined) return readJson(path)
  return ruleOfWords({
    name: given.text('name') ?? '',
    direction: given.text('direction') ?? 'inbound',
    conditions: given.texts('if'),
    exceptions: given.texts('unless'),
    actions: given.texts('do'),
  })
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists rules',
  help: `Usage: mailkeep rule list [LEVEL]
Lists the rules of a level in order, or of all levels, with how much mail received within a day each held for (10000+:
so much or more). "trace --rule ID" lists that mail.`,
  options: {},
  async run(site, given, out) {
    const [level] = given.words
    const scope = level === undefined ? null : (await readScope(level, site.directory)).name
    const rules = await site.policy.rules(scope)
    const hits = await readRuleHits(site, rules)
    out.answer({ rules, hits }, rules.length === 0 ? 'There are no rules.' : sheet(rules, hits))
    return 0
  },
}

/** @param hits how often they held of late; absent: nobody asked */
function sheet(rules: readonly KeptRule[], hits?: LatelyHeld | null): string {
  const rows = rules.map((each, index) => [
    String(rules.slice(0, index).filter((other) => other.scope === each.scope).length + 1),
    each.id,
    clip(each.scope, 34),
    clip(each.name, 30),
    stateOf(each),
    clip(each.actions.map((action) => action.do).join(', '), 30),
    ...(hits === undefined ? [] : [describeHits(hits, each.id)]),
  ])
  return table(
    ['place', 'id', 'level', 'name', 'state', 'does', ...(hits === undefined ? [] : [headOfHits(hits)])],
    rows,
  )
}

function stateOf({ enabled, paused, locked }: KeptRule): string {
  return `${paused ? 'paused' : enabled ? 'on' : 'off'}${locked ? ', locked' : ''}`
}

const show: SiteCommand = {
  name: 'show',
  summary: 'shows a rule',
  help: `Usage: mailkeep rule show ID
Shows a rule with its conditions, and why it is paused where it is.`,
  options: {},
  async run(site, given, out) {
    const rule = await findRule(site, idOf(given))
    const missed = await site.policy.skips(rule.id, 1000)
    const part = (title: string, values: readonly object[]) =>
      values.map((each) => `${title.padEnd(9)} ${clip(JSON.stringify(each), 110)}`)
    const lines = [
      `rule      ${rule.id} (${rule.name || 'no name'})`,
      `level     ${rule.scope}, place ${rule.position + 1}, ${rule.direction}`,
      `state     ${stateOf(rule)}`,
      ...(rule.paused
        ? [
            `paused    ${localTime(rule.paused.at)}: ${rule.paused.why}`,
            `samples   ${rule.paused.samples.join(', ')}`,
          ]
        : []),
      ...part('if', rule.conditions),
      ...part('unless', rule.exceptions),
      ...part('do', rule.actions),
      `owner     ${rule.owner || '-'}`,
      `changed   ${localTime(rule.changedAt)} by ${rule.changedBy}`,
      `missed    ${missed.length === 0 ? 'no message' : `${missed.length} messages; see "rule rerun"`}`,
    ]
    out.answer({ ...rule, missed }, lines.join('\n'))
    return 0
  },
}

function switching(name: string, enabled: boolean): SiteCommand {
  return {
    name,
    summary: enabled ? 'switches a rule on' : 'switches a rule off',
    help: `Usage: mailkeep rule ${name} ID
${enabled ? 'Switches a rule on; one that was paused runs again.' : 'Switches a rule off; it keeps its place.'}`,
    options: {},
    async run(site, given, out) {
      const rule = await switchRule(policyOrderOf(site), idOf(given), enabled)
      await site.publish()
      out.answer(rule, `Rule ${rule.id} is ${stateOf(rule)}.`)
      return 0
    },
  }
}

const move: SiteCommand = {
  name: 'move',
  summary: 'puts a rule at another place',
  help: `Usage: mailkeep rule move ID PLACE
Puts a rule at a place among those of its level; the first is 1.`,
  options: {},
  async run(site, given, out) {
    const [id, place] = given.words
    if (id === undefined || place === undefined) throw new UseError('write: rule move ID PLACE')
    const rules = await moveRule(policyOrderOf(site), id, Number(place))
    await site.publish()
    out.answer({ rules }, sheet(rules))
    return 0
  },
}

const remove: SiteCommand = {
  name: 'delete',
  summary: 'deletes a rule',
  help: `Usage: mailkeep rule delete ID
Deletes a rule for good.`,
  options: {},
  async run(site, given, out) {
    const rule = await deleteRule(policyOrderOf(site), idOf(given))
    await site.publish()
    out.answer({ deleted: rule.id }, `Rule ${rule.id} is deleted.`)
    return 0
  },
}

const attempt: SiteCommand = {
  name: 'try',
  summary: 'asks a rule about a message',
  help: `Usage: mailkeep rule try ID --message ID | --eml FILE
Asks a rule, also one that is off, about a kept message or a file. Nothing is done to any mail.
Exit code 0: it does not hold. 1: it holds, or was stopped.`,
  options: { message: { type: 'string' }, eml: { type: 'string' } },
  async run(site, given, out) {
    const rule = await findRule(site, idOf(given))
    const [message, path] = [given.text('message'), given.text('eml')]
    if ((message === undefined) === (path === undefined)) throw new UseError('name --message or --eml')
    const answer = await site.tryRule(
      rule,
      message === undefined ? { bytes: readFile(path ?? '') } : { message },
    )
    out.answer(
      answer,
      `Rule ${rule.id} ${answer.stopped ? 'was stopped' : answer.holds ? 'holds' : 'does not hold'} (${answer.ms} ms).`,
    )
    return answer.holds || answer.stopped ? 1 : 0
  },
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new UseError(`${path}: ${(cause as Error).message}`)
  }
}

const rerun: SiteCommand = {
  name: 'rerun',
  summary: 'asks a rule about the messages that it missed',
  help: `Usage: mailkeep rule rerun ID [--limit N]
Asks a rule about messages that it was not asked about, because it was too slow, or others were. Where it holds and
wants mail kept from its recipients, what still waits is held for a person; what has left is listed.
Exit code 0: it holds for none of them. 1: for some, or some could not be asked.`,
  options: { limit: { type: 'string' } },
  async run(site, given, out) {
    const rule = await findRule(site, idOf(given))
    const limit = Number(given.text('limit') ?? 1000)
    if (!Number.isInteger(limit) || limit < 1) throw new UseError('--limit is a number')
    const found: Asked[] = []
    for (const { messageId } of await site.policy.skips(rule.id, limit)) {
      const trial = await site.tryRule(rule, { message: messageId })
      const held = keepsMail(rule) ? await holdFor(site, messageId, trial.recipients) : 0
      found.push({ message: messageId, outcome: outcomeOf(trial), held, ms: trial.ms })
    }
    const done = found.filter((each) => each.outcome !== 'stopped again').map((each) => each.message)
    await site.policy.forgetSkips(rule.id, done)
    if (found.length > 0) await noteRerun(site, rule, found)
    const rows = found.map((each) => [each.message, each.outcome, String(each.held), String(each.ms)])
    out.answer(
      { rule: rule.id, messages: found },
      rows.length === 0
        ? `Rule ${rule.id} has missed no message.`
        : table(['message', 'rule', 'held now', 'ms'], rows),
    )
    return found.some((each) => each.outcome === 'holds' || each.outcome === 'stopped again') ? 1 : 0
  },
}

async function noteRerun(site: Site, { id, scope }: KeptRule, found: readonly Asked[]): Promise<void> {
  const { tenant } = await readScope(scope, site.directory)
  const held = found.reduce((sum, each) => sum + each.held, 0)
  await recordOrder(orderOf(site), 'rule-rerun', tenant, { rule: id, messages: found.length, held })
}

interface Asked {
  readonly message: string
  readonly outcome: string
  readonly held: number
  readonly ms: number
}

function outcomeOf({ gone, stopped, holds }: RuleTrial): string {
  if (gone) return 'its content is kept no more'
  if (stopped) return 'stopped again'
  return holds ? 'holds' : 'does not hold'
}

function keepsMail({ actions }: KeptRule): boolean {
  const first = actions.find((each) => ['never-hold', 'quarantine', 'hold', 'reject'].includes(each.do))
  return first !== undefined && first.do !== 'never-hold'
}

async function holdFor(site: Site, messageId: string, recipients: readonly string[]): Promise<number> {
  let held = 0
  for (const recipient of recipients)
    held += await actOnQueue(
      {
        queue: site.queue,
        action: 'hold',
        selection: { messageIds: [messageId], recipient },
        all: false,
        at: Date.now(),
        who: site.who,
      },
      () => undefined,
    )
  return held
}

function idOf(given: Arguments): string {
  const [id, ...more] = given.words
  if (id === undefined || more.length > 0) throw new UseError('name one rule by its id')
  return id
}

/** `./mailkeep rule`. */
export const command: GroupCommand = {
  name: 'rule',
  summary: 'message rules: adds, lists, switches, orders and tries them',
  verbs: [
    add,
    change,
    list,
    show,
    switching('enable', true),
    switching('disable', false),
    move,
    remove,
    attempt,
    rerun,
    listTemplates,
    exportCommand,
    importCommand,
  ],
}
