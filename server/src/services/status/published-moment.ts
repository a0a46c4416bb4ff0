import type { StatusState } from './status-state.ts'

/** The platform tells its state each minute; after this long it is said that it does not. */
export const silentMs = 5 * 60_000

/**
 * When the page was published last, and until when that counts as now: whoever reads it later knows by his own clock that the
 * page is not published any more. Beside the page itself it is the only file for the public that changes with time alone.
 */
export function renderPublished({ publishedAt }: StatusState): object {
  return {
    published_at: new Date(publishedAt).toISOString(),
    old_after: new Date(publishedAt + silentMs).toISOString(),
  }
}
