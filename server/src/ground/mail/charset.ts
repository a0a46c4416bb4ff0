import { isAscii, isUtf8 } from 'node:buffer'

/** Decoders are dear to make (tens of microseconds), so they are kept; unknown names are remembered as null. */
const decoders = new Map<string, InstanceType<typeof TextDecoder> | null>()
const maxDecoders = 300

/**
 * Bytes to text. Never throws: a charset that nobody knows is read as UTF-8 where the bytes are that,
 * and otherwise its bytes above 7F become U+FFFD.
 * @param label name of the charset as a message gives it, in any case
 */
export function decodeCharset(bytes: Buffer, label: string): string {
  const name = label.toLowerCase()
  if (name === 'utf-8' || name === 'utf8') return bytes.toString()
  if (isAscii(bytes) && (name === 'us-ascii' || name === 'ascii')) return bytes.toString('latin1')
  const decoder = decoderFor(name)
  if (decoder) return decoder.decode(bytes)
  return isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd')
}

/**
 * Bytes without a declared charset, as latin1 code units, to text: UTF-8 (RFC 6532) where they are valid UTF-8,
 * otherwise windows-1252, which is what senders of raw 8-bit header text mostly mean.
 */
export function decodeUndeclared(raw: string): string {
  if (/^[\x00-\x7f]*$/.test(raw)) return raw
  const bytes = Buffer.from(raw, 'latin1')
  return isUtf8(bytes) ? bytes.toString() : decodeCharset(bytes, 'windows-1252')
}

function decoderFor(name: string): InstanceType<typeof TextDecoder> | null {
  const known = decoders.get(name)
  if (known !== undefined) return known
  if (decoders.size >= maxDecoders) decoders.clear()
  const decoder = createDecoder(name)
  decoders.set(name, decoder)
  return decoder
}

function createDecoder(name: string): InstanceType<typeof TextDecoder> | null {
  // The name comes from a message: what cannot be a charset name is not even tried.
  if (!/^[a-z0-9][a-z0-9_.:+-]{1,39}$/.test(name)) return null
  try {
    return new TextDecoder(name)
  } catch {
    return null
  }
}
