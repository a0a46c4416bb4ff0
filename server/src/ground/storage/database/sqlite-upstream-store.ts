import type {
  FeedState,
  ToldByFeeds,
  UpstreamIncident,
  UpstreamStore,
} from '#services/upstream/upstream-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** UpstreamStore on SQLite. */
export class SqliteUpstreamStore implements Synchronous<UpstreamStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  feeds(): FeedState[] {
    return this.#statements.all<FeedState>(
      `SELECT name, url, asked_at AS askedAt, answered_at AS answeredAt, changed_at AS changedAt, etag,
         last_modified AS lastModified, fault FROM upstream_feeds ORDER BY name`,
    )
  }

  noteFeed(state: FeedState, incidents: readonly UpstreamIncident[]): void {
    const { name, url, askedAt, answeredAt, changedAt, etag, lastModified, fault } = state
    this.#statements.run(
      `INSERT INTO upstream_feeds (name, url, asked_at, answered_at, changed_at, etag, last_modified, fault)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET url = excluded.url, asked_at = excluded.asked_at,
         answered_at = excluded.answered_at, changed_at = excluded.changed_at, etag = excluded.etag,
         last_modified = excluded.last_modified, fault = excluded.fault`,
      ...[name, url, askedAt, answeredAt, changedAt, etag, lastModified, fault],
    )
    for (const each of incidents)
      this.#statements.run(
        `INSERT INTO upstream_incidents
           (feed, id, name, severity, state, started_at, ended_at, first_post_at, link, seen_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (feed, id) DO UPDATE SET name = excluded.name, severity = excluded.severity,
           state = excluded.state, started_at = excluded.started_at, ended_at = excluded.ended_at,
           first_post_at = excluded.first_post_at, link = excluded.link, seen_at = excluded.seen_at`,
        ...[name, each.id, each.name, each.severity, each.state, each.startedAt, each.endedAt],
        ...[each.firstPostAt, each.link, each.seenAt],
      )
  }

  incidents(endedSince: number, limit: number): UpstreamIncident[] {
    return this.#statements.all<UpstreamIncident>(
      `SELECT feed, id, name, severity, state, started_at AS startedAt, ended_at AS endedAt,
         first_post_at AS firstPostAt, link, seen_at AS seenAt FROM upstream_incidents
       WHERE ended_at IS NULL OR ended_at > ? ORDER BY started_at DESC, feed, id LIMIT ?`,
      ...[endedSince, limit],
    )
  }

  told(endedSince: number, limit: number): ToldByFeeds {
    return { feeds: this.feeds(), incidents: this.incidents(endedSince, limit) }
  }

  forgetFeeds(kept: readonly string[], startedBefore: number): void {
    this.#statements.run(
      'DELETE FROM upstream_feeds WHERE name NOT IN (SELECT value FROM json_each(?))',
      JSON.stringify(kept),
    )
    this.#statements.run('DELETE FROM upstream_incidents WHERE started_at < ?', startedBefore)
  }
}
