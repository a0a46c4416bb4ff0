import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Site } from '#doors/cli/site.ts'
import type { NewDelivery, NewMessage } from '#flow/spool/message.ts'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { newId } from '#ground/platform/ids.ts'
import { placeFreshDatabase } from '#ground/storage/database/fresh-database.ts'
import { databaseName, openDatabase } from '#ground/storage/database/open-database.ts'
import { SqliteStores } from '#ground/storage/database/sqlite-stores.ts'
import { storeSettingsOf } from '#ground/storage/database/store-settings.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { addUsers } from '#services/directory/add-users.ts'
import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import type { NewUser } from '#services/directory/read-user.ts'
import { openStores } from './site.ts'
import { storeRules } from './wiring/store-rules.ts'

export interface AcceptOptions {
  readonly at?: number
  readonly message?: Partial<NewMessage>
  readonly deliveries?: readonly Partial<NewDelivery>[]
}

/** A site of a test: its own folder, and the stores as a server beside it would have them. */
export interface TestSite extends Disposable {
  readonly site: Site
  readonly stores: SqliteStores
  readonly order: DirectoryOrder
  /** Accepts a message as the gateway would; answers its id. */
  accept(options?: AcceptOptions): string
  /**
   * Orders something while the audit log takes no line, as on a full disk, and holds that it fails for it. Whatever it has
   * changed then would be there without a line too where its process had died between the two.
   */
  withoutAudit(order: () => Promise<unknown>): Promise<void>
}

/** Opens a site on a temporary folder, for unit tests of services and commands. */
export function openTestSite(environment: Record<string, string> = {}): TestSite {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-site-'))
  placeFreshDatabase(folder)
  const loaded = loadConfig(null, { MAILKEEP_NODE_NAME: 'node-1', ...environment })
  const site = openStores(loaded, folder)
  const database = openDatabase(join(folder, databaseName), 'write')
  const stores = new SqliteStores(database, storeSettingsOf(loaded.config, folder), storeRules)
  return {
    site,
    stores,
    order: { directory: site.directory, at: Date.now(), who: 'test' },
    accept: (options = {}) => accept(stores, options),
    async withoutAudit(order) {
      const full = "SELECT RAISE(ABORT, 'the log is full')"
      database.exec(`CREATE TRIGGER full BEFORE INSERT ON changes BEGIN ${full}; END`)
      try {
        await assert.rejects(order, /the log is full/)
      } finally {
        database.exec('DROP TRIGGER full')
      }
    },
    [Symbol.dispose]() {
      site.close()
      database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Makes the customer `acme` below an operator, with domains and people. */
export async function addAcme(
  { order, site }: Pick<TestSite, 'order' | 'site'>,
  domains: readonly string[],
  people: readonly NewUser[] = [],
): Promise<void> {
  await addTenant(order, { id: 'house', level: 'operator' })
  await addTenant(order, { id: 'acme', level: 'customer', parent: 'house' })
  for (const name of domains)
    await site.directory.putDomain({ name, tenant: 'acme', nextHop: 'mx:x.test', settings: {} }, order.at)
  if (people.length > 0) await addUsers(order, people)
}

function accept(
  stores: SqliteStores,
  { at = Date.now(), message = {}, deliveries = [{}] }: AcceptOptions,
): string {
  const id = newId(at)
  stores.transaction(() =>
    stores.messages.accept({
      message: { ...plainMessage(id, at), ...message },
      body: { kind: 'inline', bytes: Buffer.from('Subject: x\r\n\r\nHello\r\n') },
      deliveries: deliveries.map((each, n) => ({ ...plainDelivery(n, at), ...each })),
      lease: null,
    }),
  )
  return id
}

export function plainMessage(id: string, at: number): NewMessage {
  return {
    id,
    node: 'node-1',
    direction: 'inbound',
    mailFrom: 'sender@sender.example',
    client: { ip: '192.0.2.1', port: 4000, helo: 'mx.sender.example', protocol: 'ESMTP', tls: null },
    parameters: { body: '7BIT', smtputf8: false, ret: null, envid: null },
    size: 21,
    receivedAt: at,
    subject: 'Hello',
    headerFrom: 'Sender <sender@sender.example>',
    headerMessageId: `<${id}@sender.example>`,
    state: 'decided',
    explanation: { verdict: 'clean', score: 0, findings: [], facts: {}, timings: {} },
    edits: [],
  }
}

export function plainDelivery(n: number, at: number): NewDelivery {
  return {
    n,
    rcptTo: 'anna@example.test',
    dsn: { notify: null, orcpt: null },
    tenant: 'example',
    lane: 'inbound|example|example.test',
    state: 'waiting',
    reason: 'just-accepted',
    dueAt: at,
    expiresAt: at + 7 * 86_400_000,
    noticeAt: null,
  }
}
