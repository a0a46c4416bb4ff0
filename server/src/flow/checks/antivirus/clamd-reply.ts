import { trimEndOf } from '#ground/mail/trim-end.ts'

/** What a scanner said about one stream. */
export type ScanReply =
  | { readonly kind: 'clean' }
  | { readonly kind: 'found'; readonly name: string }
  /** It could not look: the stream is larger than it takes. It never will be able to. */
  | { readonly kind: 'too-large' }
  /** It could not look, for a reason of its own. */
  | { readonly kind: 'error'; readonly why: string }

/**
 * Reads the reply to INSTREAM (clamd(8)). What is not understood is an error, never clean: a scanner that changes
 * its words must not open the door.
 */
export function readScanReply(reply: string): ScanReply {
  const line = trimEndOf(reply, '\0\r\n').slice(0, 1000)
  const found = /^[^:]*: (\S.*) FOUND$/.exec(line)
  if (found?.[1] !== undefined) return { kind: 'found', name: found[1] }
  if (/^[^:]*: OK$/.test(line)) return { kind: 'clean' }
  if (/^INSTREAM size limit exceeded\b/.test(line)) return { kind: 'too-large' }
  return {
    kind: 'error',
    why: line === '' ? 'it closed the connection without an answer' : `it said "${line}"`,
  }
}

/** What a name that a scanner found stands for; most of its names are malware, some only say how a file is made. */
export type FoundKind = 'malware' | 'unwanted' | 'phishing' | 'beyond-limits' | 'encrypted' | 'macros'

/** Beginnings of names that are no malware (clamd.conf(5): the Alert... options). The first one that fits counts. */
const otherKinds: readonly (readonly [beginning: string, FoundKind])[] = [
  ['Heuristics.Limits.Exceeded', 'beyond-limits'],
  ['Heuristics.Encrypted', 'encrypted'],
  ['Heuristics.OLE2.ContainsMacros', 'macros'],
  ['Heuristics.Phishing', 'phishing'],
  ['PUA.', 'unwanted'],
]

/** What a found name stands for. */
export function foundKind(name: string): FoundKind {
  return otherKinds.find(([beginning]) => name.startsWith(beginning))?.[1] ?? 'malware'
}
