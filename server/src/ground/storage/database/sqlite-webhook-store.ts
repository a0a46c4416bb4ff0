import type { Webhook, WebhookPost, WebhookStore, WebhookWish } from '#services/webhooks/webhook-store.ts'
import { type Happening, noteHappening } from './happening-rows.ts'
import type { RowSeal } from './row-seal.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'
import { readFeed, readNewestCursor } from './webhook-feed.ts'

type Row = Omit<Webhook, 'kinds'> & { readonly kinds: string }

const columns = `id, tenant, domain, name, url, form, secret, kinds, created_at AS createdAt, created_by AS createdBy, cursor,
  tries, failing_since AS failingSince, due_at AS dueAt, paused_at AS pausedAt, paused_why AS pausedWhy`

/** Webhooks, what was sent to them, and the feed of events. */
export class SqliteWebhookStore implements Synchronous<WebhookStore> {
  readonly #statements: Statements
  readonly #seal: RowSeal

  constructor(statements: Statements, seal: RowSeal) {
    this.#statements = statements
    this.#seal = seal
  }

  webhooks(): Webhook[] {
    return this.#statements
      .all<Row>(`SELECT ${columns} FROM webhooks ORDER BY id`)
      .map((row) => this.#toWebhook(row))
  }

  webhook(id: string): Webhook | null {
    const row = this.#statements.get<Row>(`SELECT ${columns} FROM webhooks WHERE id = ?`, id)
    return row ? this.#toWebhook(row) : null
  }

  putWebhook(hook: Webhook): void {
    this.#statements.run(
      `INSERT INTO webhooks (id, tenant, domain, name, url, form, secret, kinds, created_at, created_by, cursor, tries,
         failing_since, due_at, paused_at, paused_why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url, kinds = excluded.kinds,
         tries = excluded.tries, failing_since = excluded.failing_since, due_at = excluded.due_at,
         paused_at = excluded.paused_at, paused_why = excluded.paused_why`,
      hook.id,
      hook.tenant,
      hook.domain,
      hook.name,
      hook.url,
      hook.form,
      this.#seal.seal(`webhook ${hook.id}`, hook.secret),
      JSON.stringify(hook.kinds),
      hook.createdAt,
      hook.createdBy,
      hook.cursor,
      hook.tries,
      hook.failingSince,
      hook.dueAt,
      hook.pausedAt,
      hook.pausedWhy,
    )
  }

  changeWebhook(seen: Webhook, { name, url, kinds, dueAt }: WebhookWish): boolean {
    const changed = this.#statements.run(
      `UPDATE webhooks SET name = ?, url = ?, kinds = ?, due_at = iif(?4 = ?5, due_at, ?5)
       WHERE id = ?6 AND name = ?7 AND url = ?8 AND kinds = ?9`,
      name,
      url,
      JSON.stringify(kinds),
      seen.dueAt,
      dueAt,
      seen.id,
      seen.name,
      seen.url,
      JSON.stringify(seen.kinds),
    )
    return changed > 0
  }

  pauseWebhook(id: string, at: number, why: string): boolean {
    const sql = 'UPDATE webhooks SET paused_at = ?, paused_why = ? WHERE id = ?'
    return this.#statements.run(sql, at, why, id) > 0
  }

  resumeWebhook(id: string, at: number): boolean {
    const paused = this.#statements.run(
      `UPDATE webhooks SET paused_at = NULL, paused_why = NULL, tries = 0, failing_since = NULL, due_at = ? WHERE id = ?`,
      at,
      id,
    )
    return paused > 0
  }

  #toWebhook(row: Row): Webhook {
    return { ...toWebhook(row), secret: this.#seal.open(`webhook ${row.id}`, row.secret) }
  }

  removeWebhook(id: string): boolean {
    this.#statements.run('DELETE FROM webhook_posts WHERE webhook = ?', id)
    return this.#statements.run('DELETE FROM webhooks WHERE id = ?', id) > 0
  }

  claimWebhooks(now: number, leaseMs: number, limit: number): Webhook[] {
    return this.#statements
      .all<Row>(
        `UPDATE webhooks SET lease_until = ?2 WHERE id IN (
           SELECT id FROM webhooks WHERE paused_at IS NULL AND due_at <= ?1 AND lease_until <= ?1
           ORDER BY due_at LIMIT ?3) RETURNING ${columns}`,
        now,
        now + leaseMs,
        limit,
      )
      .map((row) => this.#toWebhook(row))
  }

  settleWebhook(
    id: string,
    state: Pick<Webhook, 'cursor' | 'tries' | 'failingSince' | 'dueAt' | 'pausedAt' | 'pausedWhy'>,
  ): void {
    this.#statements.run(
      // Whoever has paused it while something was under way finds it paused.
      `UPDATE webhooks SET cursor = ?, tries = ?, failing_since = ?, due_at = ?, paused_at = ifnull(?, paused_at),
         paused_why = ifnull(?, paused_why), lease_until = 0 WHERE id = ?`,
      state.cursor,
      state.tries,
      state.failingSince,
      state.dueAt,
      state.pausedAt,
      state.pausedWhy,
      id,
    )
  }

  notePost(post: WebhookPost): void {
    this.#statements.run(
      'INSERT INTO webhook_posts (id, webhook, at, events, attempt, status, error, took_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      post.id,
      post.webhook,
      post.at,
      post.events,
      post.attempt,
      post.status,
      post.error,
      post.tookMs,
    )
  }

  posts(webhook: string, before: string | null, limit: number): WebhookPost[] {
    return this.#statements.all<WebhookPost>(
      `SELECT id, webhook, at, events, attempt, status, error, took_ms AS tookMs FROM webhook_posts
       WHERE webhook = ?1 AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3`,
      webhook,
      before,
      limit,
    )
  }

  noteHappening(happening: Happening): void {
    noteHappening(this.#statements, happening)
  }

  newestCursor(): string {
    return readNewestCursor(this.#statements)
  }

  feed(cursor: string, query: Parameters<WebhookStore['feed']>[1]) {
    return readFeed(this.#statements, cursor, query)
  }

  sweepWebhooks(before: number): void {
    this.#statements.run('DELETE FROM webhook_posts WHERE at < ?', before)
    this.#statements.run('DELETE FROM happenings WHERE at < ?', before)
  }
}

function toWebhook(row: Row): Webhook {
  return { ...row, kinds: JSON.parse(row.kinds) as Webhook['kinds'] }
}
