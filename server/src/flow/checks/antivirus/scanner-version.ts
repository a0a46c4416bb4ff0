import { trimEndOf } from '#ground/mail/trim-end.ts'
import type { ScanReply } from './clamd-reply.ts'

/** What decided about a message: the program, and the set of definitions that it had loaded. */
export interface ScannerVersion {
  readonly engine: string
  readonly definitions: string
}

/**
 * Bytes that every set of definitions of ours finds, under a name that tells the set. A scanner tells the version of
 * the sets it was built for, but not of others, and not which one it has loaded while a newer one lies beside it.
 */
export const versionProbe = Buffer.from('mailkeep definitions probe, harmless\n')

/** Name under which the probe is found; the version follows. */
export const probeName = 'Mailkeep.Definitions.'

/** Reads the version from the reply to the probe, and to VERSION: `ClamAV 1.4.3/27500/Mon Jan  1 ...`. */
export function readVersion(probe: ScanReply, version: string): ScannerVersion {
  const [engine = '', daily = ''] = trimEndOf(version, '\0\r\n').slice(0, 200).split('/')
  const own =
    probe.kind === 'found' && probe.name.startsWith(probeName)
      ? probe.name.slice(probeName.length).replace(/\.UNOFFICIAL$/, '')
      : null
  return { engine: engine || 'unknown', definitions: own ?? (daily || 'unknown') }
}
