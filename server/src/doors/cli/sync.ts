import { readFileSync } from 'node:fs'
import { addSource } from '#services/sync/add-source.ts'
import { changeSource, putSourceFile, removeSource } from '#services/sync/change-source.ts'
import { confirmLoss, disableSource, enableSource, orderRun } from '#services/sync/order-run.ts'
import { runNow } from '#services/sync/run-now.ts'
import { scimAddress } from '#services/sync/scim/scim-schemas.ts'
import { makeScimToken, revokeScimToken } from '#services/sync/scim/scim-token.ts'
import type { SyncSource } from '#services/sync/sync-store.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { describeRun, describeSource, describeSources, linesOf } from './describe-sync.ts'
import type { GroupCommand } from './group-command.ts'
import type { Output } from './output.ts'
import { addressOfPage } from './page-address.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { findSource, readSettings, syncOrderOf, visible } from './sync-words.ts'

const change = {
  name: { type: 'string' },
  domain: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  'secret-file': { type: 'string' },
  'take-over': { type: 'boolean' },
} as const

const add: SiteCommand = {
  name: 'add',
  summary: 'adds a source',
  help: `Usage: mailkeep sync add csv|ldap|graph|google|scim --tenant ID [--name NAME] [--domain DOMAIN...] [--set NAME=VALUE...]
                         [--secret-file FILE] [--take-over]
Adds a source of people. It does nothing before "sync preview" was run and "sync enable" said.
  --domain       only people of these domains; without it of all domains of the tenant
  --set          a setting: see docs/operate/user-sync.md; lists are parted by commas
  --secret-file  file with the password, client secret or service account key
  --take-over    people who were added by hand, and are found in it, belong to it from then on`,
  options: { ...change, tenant: { type: 'string' } },
  async run(site, given, out) {
    const [kind, ...more] = given.words
    const tenant = given.text('tenant')
    if (kind === undefined || more.length > 0)
      throw new UseError('name one kind: csv, ldap, graph, google or scim')
    if (tenant === undefined) throw new UseError('--tenant is needed')
    const id = await addSource(syncOrderOf(site), {
      tenant,
      kind,
      name: given.text('name') ?? kind,
      settings: readSettings(given.texts('set')),
      domains: given.texts('domain').length > 0 ? given.texts('domain') : null,
      takesOver: given.flag('take-over'),
      secret: readSecret(given),
    })
    out.answer(
      visible(await findSource(site, id)),
      kind === 'scim'
        ? `${id} is added. Make the token that the directory shows: mailkeep sync token ${id}`
        : `${id} is added. Look at what it would do: mailkeep sync preview ${id}`,
    )
    return 0
  },
}

const edit: SiteCommand = {
  name: 'change',
  summary: 'changes a source',
  help: `Usage: mailkeep sync change ID [--name NAME] [--domain DOMAIN...] [--set NAME=VALUE...] [--secret-file FILE]
                         [--take-over]
Changes a source; what is not named stays. People whom it has brought stay its own.`,
  options: change,
  async run(site, given, out) {
    const source = await findSource(site, wordOf(given))
    const settings = readSettings(given.texts('set'))
    await changeSource(syncOrderOf(site), source, {
      name: given.text('name'),
      ...(Object.keys(settings).length > 0 && { settings }),
      ...(given.texts('domain').length > 0 && { domains: given.texts('domain') }),
      ...(given.flag('take-over') && { takesOver: true }),
      secret: readSecret(given),
    })
    out.answer(visible(await findSource(site, source.id)), `${source.name} is changed.`)
    return 0
  },
}

const file: SiteCommand = {
  name: 'file',
  summary: 'takes the file of a CSV source in',
  help: `Usage: mailkeep sync file ID FILE.csv
Takes the file of a CSV source in; the next preview or run reads it. Its first line names its columns: address, and if
you like kind (user or alias), alias-of, display name, group.`,
  options: {},
  async run(site, given, out) {
    const [id = '', path, ...more] = given.words
    if (path === undefined || more.length > 0) throw new UseError('name a source and a file')
    const source = await findSource(site, id)
    await putSourceFile(syncOrderOf(site), source, readText(path))
    out.answer({ taken: id }, `${path} is taken in for ${source.name}.`)
    return 0
  },
}

const token: SiteCommand = {
  name: 'token',
  summary: 'makes a token for a directory that pushes',
  help: `Usage: mailkeep sync token ID
Makes a token for a source of kind scim and prints it, this once: what the directory shows when it pushes its people to
/scim/v2. A source has two at most: make the new one, give it to the directory, then revoke the old one.`,
  options: {},
  async run(site, given, out) {
    const source = await findSource(site, wordOf(given))
    const made = await makeScimToken(syncOrderOf(site), source)
    const address = scimAddress(addressOfPage(site.loaded.config))
    out.answer({ ...made, address }, `address  ${address}\ntoken    ${made.token}`)
    return 0
  },
}

const revoke: SiteCommand = {
  name: 'revoke',
  summary: 'revokes a token',
  help: `Usage: mailkeep sync revoke ID TOKEN
Revokes a token of a source, by its id: it opens nothing from now on. "sync show ID" lists them.`,
  options: {},
  async run(site, given, out) {
    const [id = '', name, ...more] = given.words
    if (name === undefined || more.length > 0) throw new UseError('name a source and one of its tokens')
    const source = await findSource(site, id)
    await revokeScimToken(syncOrderOf(site), source, name)
    out.answer({ revoked: name }, `${name} of ${source.name} is revoked.`)
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists sources',
  help: `Usage: mailkeep sync list [--tenant ID] [--failing]
Lists sources with their last good run, and why the last one failed.
  --failing  only those whose last run failed
Exit code 0: all went well. 1: a run failed, or a loss waits to be confirmed.`,
  options: { tenant: { type: 'string' }, failing: { type: 'boolean' } },
  async run(site, given, out) {
    const found: SyncSource[] = []
    const filter = { tenant: given.text('tenant') ?? null, domain: null }
    for (let after = ''; ; ) {
      const page = await site.sync.sources({ tenants: null, domains: null }, filter, after, 500)
      found.push(...page)
      after = page.at(-1)?.id ?? ''
      if (page.length < 500) break
    }
    const shown = found.filter((each) => !given.flag('failing') || each.fault !== null)
    out.answer({ sources: shown.map(visible) }, describeSources(shown))
    return shown.some(({ fault, waitingRun }) => fault !== null || waitingRun !== null) ? 1 : 0
  },
}

const show: SiteCommand = {
  name: 'show',
  summary: 'shows a source and its runs, or a run and its lines',
  help: `Usage: mailkeep sync show ID [--run RUN] [--limit N]
Shows a source with its last runs; with --run what that run did, or would do.`,
  options: { run: { type: 'string' }, limit: { type: 'string' } },
  async run(site, given, out) {
    const source = await findSource(site, wordOf(given))
    const limit = readCount('limit', given.text('limit') ?? '20', 1)
    const asked = given.text('run')
    if (asked === undefined) {
      const [runs, people, kept] = [
        await site.sync.runs(source.id, '', limit),
        await site.sync.countPeople([source.id]),
        await site.scim.tokens([source.id]),
      ]
      const count = people[0]?.people ?? 0
      const tokens = kept.map(({ hash: _secret, ...each }) => each)
      out.answer(
        { source: visible(source), people: count, tokens, runs },
        describeSource(source, runs, count, tokens),
      )
      return 0
    }
    const run = await site.sync.run(asked)
    if (run?.source !== source.id) throw new UseError(`${source.name} has no run ${asked}`)
    const lines = await site.sync.lines(run.id, { kinds: null, text: '', after: 0, limit })
    out.answer({ run, lines }, `${describeRun(run)}\n\n${linesOf(lines)}`)
    return 0
  },
}

const preview: SiteCommand = {
  name: 'preview',
  summary: 'shows what a source would do',
  help: `Usage: mailkeep sync preview ID [--limit N]
Reads a source and shows what a run would do; does nothing.
Exit code 0: it was read to its end. 1: it could not be read; the answer says why and what to do.`,
  options: { limit: { type: 'string' } },
  async run(site, given, out) {
    const source = await findSource(site, wordOf(given))
    const id = await orderRun(syncOrderOf(site), source, 'preview')
    return carryOut(site, id, out, readCount('limit', given.text('limit') ?? '40', 1))
  },
}

const run: SiteCommand = {
  name: 'run',
  summary: 'lets a source run now',
  help: `Usage: mailkeep sync run ID [--limit N]
Lets an enabled source run now.
Exit code 0: done. 1: it failed and has changed nothing, or a loss waits to be confirmed.`,
  options: { limit: { type: 'string' } },
  async run(site, given, out) {
    const source = await findSource(site, wordOf(given))
    const id = await orderRun(syncOrderOf(site), source, 'run')
    return carryOut(site, id, out, readCount('limit', given.text('limit') ?? '40', 1))
  },
}

const confirm: SiteCommand = {
  name: 'confirm',
  summary: 'lets a loss go that waits',
  help: `Usage: mailkeep sync confirm ID [--limit N]
Confirms that the people whom the last run of a source would have removed are meant to go; runs the source then. They
hear 451 for directory.grace, then 550. "sync show ID --run RUN" lists them.`,
  options: { limit: { type: 'string' } },
  async run(site, given, out) {
    const source = await findSource(site, wordOf(given))
    if (source.waitingRun === null) throw new UseError(`no loss of ${source.name} waits to be confirmed`)
    const id = await confirmLoss(syncOrderOf(site), source, source.waitingRun)
    return carryOut(site, id, out, readCount('limit', given.text('limit') ?? '40', 1))
  },
}

async function carryOut(site: Site, id: string, out: Output, limit: number): Promise<number> {
  out.progress('reading ...')
  const done = await runNow(site.syncParts(), id)
  out.progress('')
  if (done === null) throw new UseError('its source was removed meanwhile')
  const lines = await site.sync.lines(id, { kinds: null, text: '', after: 0, limit })
  out.answer({ run: done, lines }, `${describeRun(done)}${lines.length > 0 ? `\n\n${linesOf(lines)}` : ''}`)
  return done.state === 'done' ? 0 : 1
}

const enable: SiteCommand = {
  name: 'enable',
  summary: 'lets a source run by itself',
  help: `Usage: mailkeep sync enable ID
Lets a source run by itself from now on, every sync.interval. Somebody must have looked at a preview first.`,
  options: {},
  async run(site, given, out) {
    const source = await findSource(site, wordOf(given))
    await enableSource(syncOrderOf(site), source)
    out.answer(visible(await findSource(site, source.id)), `${source.name} runs by itself from now on.`)
    return 0
  },
}

const disable: SiteCommand = {
  name: 'disable',
  summary: 'stops a source',
  help: `Usage: mailkeep sync disable ID
Stops a source; its people stay as they are.`,
  options: {},
  async run(site, given, out) {
    const source = await findSource(site, wordOf(given))
    await disableSource(syncOrderOf(site), source)
    out.answer(visible(await findSource(site, source.id)), `${source.name} is stopped; its people stay.`)
    return 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'removes a source',
  help: `Usage: mailkeep sync remove ID
Removes a source. Its people stay with their settings and mail, for whichever source of the tenant names them next.`,
  options: {},
  async run(site, given, out) {
    const source = await findSource(site, wordOf(given))
    await removeSource(syncOrderOf(site), source)
    out.answer({ removed: source.id }, `${clip(source.name, 60)} is removed; its people stay.`)
    return 0
  },
}

function wordOf(given: Arguments): string {
  const [id, ...more] = given.words
  if (id === undefined || more.length > 0)
    throw new UseError('name one source; "mailkeep sync list" shows them')
  return id
}

/** A secret comes from a file: on the command line every process of the machine could read it. */
function readSecret(given: Arguments): string | undefined {
  const path = given.text('secret-file')
  return path === undefined ? undefined : readText(path).replace(/\r?\n$/, '')
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new UseError(`${path} cannot be read: ${(cause as Error).message}`)
  }
}

/** `./mailkeep sync`. */
export const command: GroupCommand = {
  name: 'sync',
  summary: 'people from CSV, LDAP, Microsoft 365, Google and SCIM: previews, runs, repairs',
  verbs: [add, edit, file, token, revoke, list, show, preview, run, confirm, enable, disable, remove],
}
