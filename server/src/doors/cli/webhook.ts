import { readFileSync } from 'node:fs'
import { NetworkList } from '#ground/platform/network-list.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { testWebhook } from '#services/webhooks/send-webhooks.ts'
import {
  type EventKind,
  eventKinds,
  type Webhook,
  type WebhookForm,
  webhookForms,
} from '#services/webhooks/webhook-store.ts'
import { addWebhook, removeWebhook, type WebhookOrder } from '#services/webhooks/write-webhook.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { accessOrderOf } from './manager.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const list: SiteCommand = {
  name: 'list',
  summary: 'lists webhooks',
  help: `Usage: mailkeep webhook list [--tenant ID]
Lists programs of others that are told what happens, and how telling them goes.`,
  options: { tenant: { type: 'string' } },
  async run(site, given, out) {
    const tenant = given.text('tenant')
    const hooks = (await site.webhooks.webhooks()).filter(
      (each) => tenant === undefined || each.tenant === tenant,
    )
    const rows = hooks.map((each) => [
      each.id,
      clip(each.domain ?? each.tenant, 24),
      clip(each.name, 20),
      clip(each.url, 40),
      each.form,
      stateOf(each),
    ])
    out.answer(
      { webhooks: hooks.map(({ secret: _secret, cursor: _cursor, ...each }) => each) },
      rows.length === 0
        ? 'There are no webhooks.'
        : table(['webhook', 'of', 'name', 'address', 'form', 'state'], rows),
    )
    return 0
  },
}

function stateOf({ pausedAt, failingSince }: Webhook): string {
  if (pausedAt !== null) return `paused since ${localTime(pausedAt)}`
  return failingSince === null ? 'told' : `failing since ${localTime(failingSince)}`
}

const add: SiteCommand = {
  name: 'add',
  summary: 'adds a webhook',
  help: `Usage: mailkeep webhook add NAME --tenant ID --url ADDRESS --kind KIND... [--domain DOMAIN] [--form FORM]
                            [--key-file FILE]
Makes a webhook that is told what happens from now on, and prints the secret that signs what is sent, this once.
  --tenant    what concerns this tenant and everything below it
  --domain    only what concerns this domain of it
  --url       https; an address within only where web.allowNetworks has it
  --kind      ${eventKinds.slice(0, 9).join(', ')},
              ${eventKinds.slice(9).join(', ')};
              may stand several times
  --form      ${webhookForms.join(', ')}; default: mailkeep
  --key-file  file with the integration key of PagerDuty`,
  options: {
    tenant: { type: 'string' },
    domain: { type: 'string' },
    url: { type: 'string' },
    kind: { type: 'string', multiple: true },
    form: { type: 'string' },
    'key-file': { type: 'string' },
  },
  async run(site, given, out) {
    const [name, ...more] = given.words
    const [tenant, url, keyFile] = [given.text('tenant'), given.text('url'), given.text('key-file')]
    if (name === undefined || more.length > 0) throw new UseError('give the webhook one name')
    if (tenant === undefined || url === undefined) throw new UseError('--tenant and --url are needed')
    const form = oneOf(webhookForms, 'form', given.text('form') ?? 'mailkeep')
    const kinds = [...new Set(given.texts('kind').map((each) => oneOf(eventKinds, 'kind', each)))]
    if (kinds.length === 0) throw new UseError('what shall it be told? Say it with --kind')
    const hook = await addWebhook(webhookOrderOf(site), {
      ...{ tenant, name, url, form, kinds },
      domain: given.text('domain')?.toLowerCase() ?? null,
      ...(keyFile !== undefined && { key: readKey(keyFile) }),
    })
    const secret = form === 'pagerduty' ? null : hook.secret
    out.answer({ id: hook.id, secret }, secret ?? `${hook.id} is added.`)
    return 0
  },
}

function oneOf<Name extends EventKind | WebhookForm>(all: readonly Name[], what: string, text: string): Name {
  const found = all.find((each) => each === text)
  if (found === undefined) throw new UseError(`there is no ${what} ${text}; there are ${all.join(', ')}`)
  return found
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new UseError(`${path} cannot be read: ${(cause as Error).message}`)
  }
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'removes a webhook',
  help: `Usage: mailkeep webhook remove ID
Removes a webhook: it is told nothing from now on.`,
  options: {},
  async run(site, given, out) {
    const hook = await findWebhook(site, given)
    await removeWebhook(webhookOrderOf(site), hook)
    out.answer({ id: hook.id }, `${hook.id} (${hook.name}) is removed.`)
    return 0
  },
}

const test: SiteCommand = {
  name: 'test',
  summary: 'sends a test event',
  help: `Usage: mailkeep webhook test ID
Sends one event of the kind "test", signed as the others are.
Exit code 0: it was taken. 1: it was not.`,
  options: {},
  async run(site, given, out) {
    const hook = await findWebhook(site, given)
    const parts = { store: site.webhooks, fetch: site.webFetch, now: Date.now }
    const { isTaken, status, why } = await testWebhook(hook, parts)
    out.answer({ isTaken, status, why }, isTaken ? `It was taken (${status}).` : `It was not taken: ${why}.`)
    return isTaken ? 0 : 1
  },
}

function webhookOrderOf(site: Site): WebhookOrder {
  const allowed = new NetworkList(site.loaded.config['web.allowNetworks'])
  return { ...accessOrderOf(site), webhooks: site.webhooks, allowed }
}

async function findWebhook(site: Site, given: Arguments): Promise<Webhook> {
  const [id = '', ...more] = given.words
  if (more.length > 0) throw new UseError('name one webhook')
  const hook = await site.webhooks.webhook(id)
  if (!hook)
    throw new OrderError('not-found', `there is no webhook ${id}; "mailkeep webhook list" names them`)
  return hook
}

/** `./mailkeep webhook`. */
export const command: GroupCommand = {
  name: 'webhook',
  summary: 'programs of others that are told what happens: lists, adds, removes, tests',
  verbs: [list, add, remove, test],
}
