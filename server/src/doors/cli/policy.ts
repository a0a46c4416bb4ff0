import { checkPolicySetting, describePolicySettings } from '#services/directory/policy-settings.ts'
import { readScope } from '#services/policy/scope.ts'
import { setLevelSetting } from '#services/policy/set-level-setting.ts'
import { undoVersion } from '#services/policy/undo-version.ts'
import { explainLevels } from '#services/queue/explain-route.ts'
import {
  describeLeaving,
  guardRetention,
  guardUndo,
  leavingBy,
  sumOf,
} from '#services/retention/guard-retention.ts'
import { isKeptSetting } from '#services/retention/kept-settings.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import { describeEdit } from './describe-edit.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { policyOrderOf } from './order-of.ts'
import type { Output } from './output.ts'
import { trialCommand } from './policy-trial.ts'
import { promoteCommand, takeBackCommand, trialsCommand, tryCommand, widenCommand } from './policy-trials.ts'
import { readCount } from './read-count.ts'
import { readMoment } from './read-moment.ts'
import { guardOf, leavingOf } from './retention-guard.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const levels = `LEVEL is the id of a tenant, a domain, DOMAIN/GROUP or an address; write tenant:ID where it could be two.`

const show: SiteCommand = {
  name: 'show',
  summary: 'shows the settings in force at a level',
  help: `Usage: mailkeep policy show LEVEL
Shows the settings in force at a level, and which level makes each of them so.
${levels}`,
  options: {},
  async run(site, given, out) {
    const [text, ...more] = given.words
    if (text === undefined || more.length > 0) throw new UseError('name one level')
    const scope = await readScope(text, site.directory)
    await site.publish()
    // The groups of a person stand between his domain and himself.
    const levels = scope.name.startsWith('user:')
      ? await site.levelsOf(scope.name.slice('user:'.length))
      : scope.chain
    const chain = await Promise.all(
      (levels.at(-1) === scope.name ? levels : scope.chain).map(async (name) => ({
        title: name,
        ...((await site.policy.settingsOf(name)) ?? { settings: {}, locked: [] }),
      })),
    )
    const settings = explainLevels(chain)
    const rows = settings.map((each) => [
      each.name,
      each.value,
      `${each.from}${each.locked ? ', locked' : ''}`,
    ])
    out.answer(
      { scope: scope.name, tenant: scope.tenant, settings },
      `${scope.name}\n\n${table(['setting', 'value', 'from'], rows)}`,
    )
    return 0
  },
}

const set: SiteCommand = {
  name: 'set',
  summary: 'sets a setting at a level',
  help: `Usage: mailkeep policy set LEVEL NAME=VALUE [--lock | --unlock] [--leaving N]
Sets a setting for a level and everybody below it; an empty value goes back to what is inherited.
  --lock       levels below may not change it
  --unlock     they may again
  --leaving N  so many messages may leave at once by quarantine.days, returned.days or held.days, for good;
               "policy preview" counts them
${levels}
Settings:
${describePolicySettings()}`,
  options: { lock: { type: 'boolean' }, unlock: { type: 'boolean' }, leaving: { type: 'string' } },
  async run(site, given, out) {
    const [text, assignment = '', ...more] = given.words
    const found = /^([^=]+)=(.*)$/.exec(assignment)
    if (text === undefined || !found || more.length > 0)
      throw new UseError('write: policy set LEVEL NAME=VALUE')
    const [, name = '', value = ''] = found
    const scope = await readScope(text, site.directory)
    if (name.startsWith('weight.') && !site.findingCodes().has(name.slice('weight.'.length)))
      out.warn(
        `No check of this version says ${name.slice('weight.'.length)}; see docs/reference/findings.md.`,
      )
    const change = {
      name,
      value: value === '' ? null : value,
      ...(given.flag('lock') && { locked: true }),
      ...(given.flag('unlock') && { locked: false }),
    }
    await site.publish()
    await guardRetention(guardOf(site), scope.name, [change], leavingOf(given))
    const level = await setLevelSetting(policyOrderOf(site), scope, change)
    await site.publish()
    out.answer(
      { scope: scope.name, ...level },
      `${name} at ${scope.name} is ${value === '' ? 'inherited' : value}.`,
    )
    return 0
  },
}

const preview: SiteCommand = {
  name: 'preview',
  summary: 'says what a setting would have done to mail of late',
  help: `Usage: mailkeep policy preview LEVEL NAME=VALUE [--since 7d]
Judges mail for a level once more by what checks found in it then, with another setting, and lists what would have been
treated differently. Of quarantine.days, returned.days and held.days it says how many messages would leave at once.
Nothing is changed.
Exit code 0: nothing would have changed. 1: something would.`,
  options: { since: { type: 'string' } },
  async run(site, given, out) {
    const [text, assignment = ''] = given.words
    const found = /^([^=]+)=(.*)$/.exec(assignment)
    if (text === undefined || !found) throw new UseError('write: policy preview LEVEL NAME=VALUE')
    const [, name = '', value = ''] = found
    if (value !== '') checkSetting(name, value)
    const scope = await readScope(text, site.directory)
    if (isKeptSetting(name)) return previewLeaving(site, scope.name, { name, value }, out)
    const since = readMoment(given.text('since') ?? '7d', Date.now())
    const answer = await site.previewPolicy({
      scope: scope.name,
      tenant: scope.name.startsWith('tenant:') ? undefined : scope.tenant,
      name,
      value: value === '' ? null : value,
      since,
    })
    const { deliveries, changed, more, isCut } = answer
    const rows = changed.map((each) => [
      each.message,
      clip(each.recipient, 30),
      clip(each.subject, 30),
      each.before,
      each.after,
    ])
    const sum = `${counted(changed.length + more, 'delivery', 'deliveries')} of ${deliveries}${isCut ? ' that were looked at' : ''} would have been treated differently.`
    out.answer(
      { scope: scope.name, name, value, ...answer },
      rows.length === 0 ? sum : `${table(['message', 'to', 'subject', 'was', 'would be'], rows)}\n\n${sum}`,
    )
    return changed.length === 0 ? 0 : 1
  },
}

async function previewLeaving(
  site: Site,
  level: string,
  { name, value }: { readonly name: string; readonly value: string },
  out: Output,
): Promise<number> {
  await site.publish()
  const changes = [{ name, value: value === '' ? null : value }]
  const found = await leavingBy(site, [{ level, changes }])
  const [{ leaving, isCut } = { leaving: 0, isCut: false }] = found
  out.answer(
    { scope: level, name, value, leaving, isCut },
    `${capital(describeLeaving(found))} at once, for good.`,
  )
  return sumOf(found) === 0 ? 0 : 1
}

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

function checkSetting(name: string, value: string): void {
  try {
    checkPolicySetting(name, value)
  } catch (cause) {
    throw new UseError((cause as Error).message)
  }
}

const versions: SiteCommand = {
  name: 'versions',
  summary: 'lists who changed what, and when',
  help: `Usage: mailkeep policy versions [LEVEL] [--before VERSION] [--limit N]
Lists changes of settings, lists and rules, the newest first: of a level, or of all. Each is a version that
"policy undo" takes back.
${levels}`,
  options: { before: { type: 'string' }, limit: { type: 'string' } },
  async run(site, given, out) {
    const [text] = given.words
    const scopes = text === undefined ? null : [(await readScope(text, site.directory)).name]
    const limit = readCount('limit', given.text('limit'), 25)
    const before = given.text('before')
    const found = await site.policy.versions({
      scopes,
      tenants: null,
      before: before === undefined ? null : versionOf([before]),
      limit,
    })
    const rows = found.map((each) => [
      String(each.version),
      localTime(each.at),
      clip(each.who, 20),
      clip(each.scope, 30),
      clip(each.first.map(describeEdit).join('; '), 70),
      each.undoneBy === null ? '' : `taken back by ${each.undoneBy}`,
    ])
    out.answer(
      { versions: found.map(({ at, ...each }) => ({ ...each, at: new Date(at).toISOString() })) },
      rows.length === 0
        ? 'Nothing has been changed.'
        : table(['version', 'when', 'by', 'level', 'change', ''], rows),
    )
    return 0
  },
}

const undo: SiteCommand = {
  name: 'undo',
  summary: 'takes a change of settings, lists or rules back',
  help: `Usage: mailkeep policy undo VERSION [--leaving N]
Makes what a version has changed as it was before it. That is a version of its own. Refused where it has been changed
since: take the later versions back first.
  --leaving N  so many messages may leave by it at once, for good`,
  options: { leaving: { type: 'string' } },
  async run(site, given, out) {
    const number = versionOf(given.words)
    const version = await site.policy.version(number)
    if (!version) throw new UseError(`there is no version ${number}; "mailkeep policy versions" lists them`)
    const scope = await readScope(version.scope, site.directory)
    await site.publish()
    await guardUndo(guardOf(site), version, leavingOf(given))
    const made = await undoVersion(policyOrderOf(site), version, { ...scope, name: version.scope })
    await site.publish()
    out.answer({ undone: number, version: made }, `Version ${number} is taken back; that is version ${made}.`)
    return 0
  },
}

function versionOf([text = '', ...more]: readonly string[]): number {
  if (!/^[0-9]{1,15}$/.test(text) || more.length > 0) throw new UseError('name one version by its number')
  return Number(text)
}

/** `./mailkeep policy`. */
export const command: GroupCommand = {
  name: 'policy',
  summary: 'shows and sets tolerance and weights at any level, and takes changes back',
  verbs: [
    ...[show, set, preview, versions, undo],
    ...[tryCommand, trialsCommand, trialCommand, widenCommand, promoteCommand, takeBackCommand],
  ],
}
