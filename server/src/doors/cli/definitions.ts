import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import {
  activateDefinitions,
  addDefinitions,
  takeBackDefinitions,
} from '#services/definitions/change-definitions.ts'
import type { DefinitionRecord, TrialCounts } from '#services/definitions/definition-store.ts'
import { readStanding } from '#services/definitions/stages.ts'
import { recordOrder } from '#services/directory/directory-order.ts'
import { type Arguments, UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const list: SiteCommand = {
  name: 'list',
  summary: 'lists sets of definitions and how the one on trial does',
  help: `Usage: mailkeep definitions list
Lists sets of definitions, the newest first: shadow, canary (with its share of the mail), active, retired, taken-back.
Below it, what the trial has shown: messages judged by both sets, and what each would keep from its recipients.`,
  options: {},
  async run(site, _given, out) {
    const { store } = site.definitions
    const sets = await store.list()
    const trial = await countsOf(site)
    const rows = sets.map((each) => [
      each.version,
      stageOf(each),
      localTime(each.since),
      each.addedBy,
      each.why,
    ])
    const sheet =
      rows.length === 0
        ? 'There is only the set that comes with the program.'
        : table(['version', 'stage', 'since', 'added by', 'why'], rows)
    const answer = {
      sets: sets.map(({ content: _content, ...each }) => each),
      trial,
    }
    out.answer(answer, trial ? `${sheet}\n\n${describeCounts(trial)}` : sheet)
    return 0
  },
}

const show: SiteCommand = {
  name: 'show',
  summary: 'prints a set as it was added',
  help: `Usage: mailkeep definitions show VERSION
Prints a set of definitions as it was added.`,
  options: {},
  async run(site, given, out) {
    const version = versionOf(given)
    const found = (await site.definitions.store.list()).find((each) => each.version === version)
    if (!found) throw new UseError(`there is no set ${version}; mailkeep definitions list names them`)
    out.answer(JSON.parse(found.content), found.content)
    return 0
  },
}

const add: SiteCommand = {
  name: 'add',
  summary: 'adds a set, which then has to prove itself',
  help: `Usage: mailkeep definitions add FILE
Adds a set of definitions from a JSON file: rules, weights and files of data, which lie beside it; see
docs/reference/definitions.md. It is tried on the golden samples at once, then judges all mail beside the active set
without deciding anything, then decides about 1 %, 10 % and all of the mail. It is taken back by itself where it keeps
or misses far more than the set before it.`,
  options: {},
  async run(site, given, out) {
    const [file] = given.words
    if (file === undefined) throw new UseError('which FILE has the set?')
    const { version, golden } = await addDefinitions(
      site.definitions,
      readFileSync(file, 'utf8'),
      site.who,
      (name) => readFileSync(join(dirname(file), name)),
    )
    await recordOrder(orderOf(site), 'definitions-added', null, { version, file: basename(file) })
    out.answer(
      { version, golden },
      `${version} judges beside the active set now. ${golden.clean} clean and ${golden.bad} bad samples are judged as before.`,
    )
    return 0
  },
}

const activate: SiteCommand = {
  name: 'activate',
  summary: 'ends a trial early: the set decides about all mail',
  help: `Usage: mailkeep definitions activate VERSION
Ends the trial of a set early: it decides about all mail from now on. The set before it judges beside it for a while,
and takes over again by itself where the new one does harm.`,
  options: {},
  async run(site, given, out) {
    const version = versionOf(given)
    await activateDefinitions(site.definitions, version, `activated early by ${site.who}`)
    await recordOrder(orderOf(site), 'definitions-activated', null, { version, why: 'by command' })
    out.answer({ version }, `${version} is active.`)
    return 0
  },
}

const takeBack: SiteCommand = {
  name: 'take-back',
  summary: 'takes a set back, and has judged anew what it caught',
  help: `Usage: mailkeep definitions take-back VERSION
Takes back the set on trial, or the active one: the one before is in force again within a second or two. Mail that the
set put into quarantine is judged anew and leaves by itself where the set before would have let it.`,
  options: {},
  async run(site, given, out) {
    const version = versionOf(given)
    await takeBackDefinitions(site.definitions, version, `taken back by ${site.who}`)
    await recordOrder(orderOf(site), 'definitions-taken-back', null, { version, why: 'by command' })
    out.answer({ version }, `${version} is taken back; what it caught is judged anew.`)
    return 0
  },
}

/** `./mailkeep definitions`: what decides and can change. */
export const command: GroupCommand = {
  name: 'definitions',
  summary: 'sets of rules and weights that prove themselves before they decide',
  verbs: [list, show, add, activate, takeBack],
}

function versionOf(given: Arguments): string {
  const [version] = given.words
  if (version === undefined) throw new UseError('which VERSION? mailkeep definitions list names them')
  return version
}

function stageOf({ stage, share }: DefinitionRecord): string {
  return stage === 'canary' ? `canary ${Math.round(share * 100)} %` : stage
}

async function countsOf(site: Site): Promise<TrialCounts | null> {
  const { active, trial, former } = await readStanding(site.definitions)
  const beside = trial ?? former
  return beside && site.definitions.store.counts(active.version, beside.version)
}

function describeCounts(counts: TrialCounts): string {
  const { active, trial, messages, activeHits, trialHits, gained, lost } = counts
  return `${messages} messages judged by both: ${active} keeps ${activeHits}, ${trial} keeps ${trialHits} (${gained} that ${active} lets through; ${lost} the other way round).`
}
