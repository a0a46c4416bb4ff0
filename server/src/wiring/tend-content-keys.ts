import type { Log } from '#ground/platform/log.ts'
import type { ContentKeys } from '#ground/storage/bodies/content-keys.ts'
import type { ContentKeyStore } from '#services/content/content-key-store.ts'

interface Parts {
  readonly log: Pick<Log, 'warn'>
  readonly stores: { readonly contentKeys: Pick<ContentKeyStore, 'health' | 'note'> }
  readonly contentKeys: Pick<ContentKeys, 'lacks'>
}

/** Until what another process has done is known here. */
const everyMs = 5000

/**
 * Keeps what this process knows of the keys of encrypted content, from before it takes its first message: the first key is
 * made here, and nothing new is encrypted while a key is missing. What cannot be asked is asked again; its file is read
 * with each message all the same.
 */
export async function tendContentKeys(parts: Parts): Promise<{ stop(): void }> {
  const tend = () =>
    tendOnce(parts).catch((cause: unknown) =>
      parts.log.warn({ cause: String(cause) }, 'keys of encrypted content could not be looked at'),
    )
  await tend()
  const timer = setInterval(tend, everyMs).unref()
  return { stop: () => clearInterval(timer) }
}

async function tendOnce({ stores, contentKeys }: Parts): Promise<void> {
  const { missing, fault, isNoted } = await stores.contentKeys.health()
  contentKeys.lacks(missing.map((each) => each.id))
  if (!isNoted && fault === null && missing.length === 0) await stores.contentKeys.note()
}
