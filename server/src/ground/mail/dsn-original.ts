import { isAscii, isUtf8 } from 'node:buffer'
import { LineMeter } from './line-meter.ts'

export interface OriginalPart {
  readonly head: string
  readonly body: Buffer
  readonly eightBit: boolean
  /** Whether it is the whole message, not only its header. */
  readonly whole: boolean
}

const longestLine = 998

/**
 * The third part of a notice: the message where it can travel as it is, otherwise its header.
 * A message with NUL bytes, bare CR or LF, or lines above 998 bytes cannot, and must not be changed.
 */
export function composeOriginal(original: {
  readonly header: Buffer
  readonly full: Buffer | null
}): OriginalPart {
  const { header, full } = original
  const international = !isAscii(header) && isUtf8(header)
  if (full && canTravel(full)) return part(international ? 'message/global' : 'message/rfc822', full, true)
  return part(international ? 'message/global-headers' : 'text/rfc822-headers', tidyHeader(header), false)
}

function part(type: string, body: Buffer, whole: boolean): OriginalPart {
  const eightBit = !isAscii(body)
  const description = whole ? 'Undelivered message' : 'Header of the message'
  const head = `Content-Description: ${description}\r\nContent-Type: ${type}${eightBit ? '\r\nContent-Transfer-Encoding: 8bit' : ''}`
  return { head, body, eightBit, whole }
}

function canTravel(message: Buffer): boolean {
  const meter = new LineMeter({ wanted: 'none', maxHeld: 0, take() {}, settle() {} })
  meter.write(message)
  const { nul, bareCr, bareLf, longest } = meter.end()
  return nul + bareCr + bareLf === 0 && longest <= longestLine
}

/** The header up to its empty line, with CRLF, long lines folded, NUL bytes left out. */
function tidyHeader(header: Buffer): Buffer {
  const result: string[] = []
  for (const line of header.toString('latin1').split(/\r\n|\r|\n/)) {
    if (line === '') break
    const clean = line.replaceAll('\0', '')
    for (let at = 0; at === 0 || at < clean.length; at += longestLine - 10) {
      result.push(`${at > 0 ? ' ' : ''}${clean.slice(at, at + longestLine - 10)}\r\n`)
    }
  }
  return Buffer.from(result.join(''), 'latin1')
}
