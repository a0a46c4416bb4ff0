import { decodeCharset, decodeUndeclared } from './charset.ts'
import type { ParameterDefect, RawParameter } from './structured-header.ts'

interface Piece {
  readonly text: string
  readonly encoded: boolean
}

interface Joined {
  readonly parameters: Record<string, string>
  readonly extended: Set<string>
}

/**
 * Puts the parameters of a field together (RFC 2231, 3 and 4): `name*0`, `name*1*`, `name*=charset'language'%41`.
 * The extended form wins over a plain one of the same name, as RFC 6266, 4.3 has it; of two plain ones the first.
 */
export function joinContinuations(raw: readonly RawParameter[], defects: Set<ParameterDefect>): Joined {
  // Without a prototype a parameter called __proto__ is a parameter like others.
  const parameters: Record<string, string> = Object.create(null)
  const pieces = new Map<string, Map<number, Piece>>()
  for (const { name, value } of raw) {
    const extended = /^([^*]+)\*(?:(\d{1,3})(\*?))?$/.exec(name)
    if (!extended) {
      if (name in parameters) defects.add('duplicate-parameter')
      else parameters[name] = value
      continue
    }
    const [, base = '', index = '0', star = '*'] = extended
    const list = pieces.get(base) ?? new Map<number, Piece>()
    if (list.has(Number(index))) defects.add('duplicate-parameter')
    else list.set(Number(index), { text: value, encoded: star === '*' })
    pieces.set(base, list)
  }
  const extended = new Set<string>()
  for (const [name, list] of pieces) {
    const value = joinPieces(list, defects)
    if (value === null) continue
    parameters[name] = value
    extended.add(name)
  }
  return { parameters, extended }
}

/** Joins as bytes before decoding, because senders cut characters in the middle. */
function joinPieces(list: Map<number, Piece>, defects: Set<ParameterDefect>): string | null {
  const first = list.get(0)
  if (!first) {
    defects.add('broken-continuation')
    return null
  }
  const head = first.encoded ? /^([^']*)'[^']*'/.exec(first.text) : null
  let bytes = unescapePiece(head ? { text: first.text.slice(head[0].length), encoded: true } : first)
  let count = 1
  for (let piece = list.get(count); piece; piece = list.get(++count)) bytes += unescapePiece(piece)
  if (count < list.size) defects.add('broken-continuation')
  const charset = head?.[1] ?? ''
  return charset === '' ? decodeUndeclared(bytes) : decodeCharset(Buffer.from(bytes, 'latin1'), charset)
}

function unescapePiece(piece: Piece): string {
  if (!piece.encoded) return piece.text
  return piece.text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
