/** A reply taken apart: numbers are 0 or empty where the text has none. */
export interface ReadReply {
  readonly code: number
  readonly enhanced: string
  readonly text: string
}

/**
 * Takes a server's answer apart, from one line or many (`550-5.1.1 …`), or from the middle of a sentence of a bounce.
 * A number with more than three parts is an address or a version, never a status.
 */
export function readReply(text: string): ReadReply {
  const flat = text.slice(0, 8000).replace(/\s+/g, ' ').trim()
  const code = /(?:^|[\s:;>("[])([245]\d\d)(?=[ -]|$)(?! ?bytes)/.exec(flat)
  const status = /(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)/.exec(flat)
  return { code: Number(code?.[1] ?? 0), enhanced: status?.[1] ?? '', text: flat }
}
