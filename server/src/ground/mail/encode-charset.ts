/** Gives the bytes of a character, or null where the charset has none. */
type Table = ReadonlyMap<string, Buffer>

const tables = new Map<string, Table | null>()
const mostTables = 60
/** Two bytes a character, as WHATWG calls them; other charsets with more than one byte are not written. */
const doubleByte = new Set(['gbk', 'gb18030', 'big5', 'euc-jp', 'shift_jis', 'euc-kr'])
/** Browsers read them as larger charsets, which not every mail program does. */
const strict = new Set(['gb2312', 'euc-cn', 'euc-kr', 'ks_c_5601-1987'])
/** Letters that have no accent to lose, and marks that typists have other keys for. */
const plainForms: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  '€': 'EUR',
  '©': '(c)',
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u2013': '-',
  '\u2014': '-',
  '\u2022': '*',
  '\u2026': '...',
  '\u00a0': ' ',
}

/**
 * Text to bytes of a charset. What the charset lacks is written in plain letters where there are any, else as `?`.
 * Null: bytes of this charset are not known here, or do not hold ASCII as it is (UTF-16).
 * @param label name of the charset as a message gives it, in any case
 */
export function encodeCharset(text: string, label: string): Buffer | null {
  const name = label.toLowerCase()
  if (isUtf8Name(name)) return Buffer.from(text.toWellFormed())
  const table = tableFor(name)
  if (table === null) return null
  const pieces: Buffer[] = []
  for (const char of text.toWellFormed())
    pieces.push(isAsciiChar(char) ? Buffer.from(char) : (table.get(char) ?? plainBytes(char, table)))
  return Buffer.concat(pieces)
}

/** Whether nothing of a text is lost in a charset. */
export function holdsText(text: string, label: string): boolean {
  const name = label.toLowerCase()
  if (isUtf8Name(name) || /^[\x00-\x7f]*$/.test(text)) return true
  const table = tableFor(name)
  return table !== null && [...text].every((char) => isAsciiChar(char) || table.has(char))
}

function isUtf8Name(name: string): boolean {
  return name === 'utf-8' || name === 'utf8'
}

function isAsciiChar(char: string): boolean {
  return char.length === 1 && char.charCodeAt(0) < 128
}

function plainBytes(char: string, table: Table): Buffer {
  const plain = plainForms[char] ?? char.normalize('NFKD').replace(/\p{M}+/gu, '')
  const pieces = [...plain].map((each) => (isAsciiChar(each) ? Buffer.from(each) : table.get(each)))
  return plain === '' || pieces.includes(undefined) ? Buffer.from('?') : Buffer.concat(pieces as Buffer[])
}

function tableFor(name: string): Table | null {
  const known = tables.get(name)
  if (known !== undefined) return known
  if (tables.size >= mostTables) tables.clear()
  const table = makeTable(name)
  tables.set(name, table)
  return table
}

function makeTable(name: string): Table | null {
  if (name === 'us-ascii' || name === 'ascii') return new Map()
  // The name comes from a message: what cannot be a charset name is not even tried.
  if (!/^[a-z0-9][a-z0-9_.:+-]{1,39}$/.test(name)) return null
  try {
    const decoder = new TextDecoder(name)
    const ascii = Buffer.from(Array.from({ length: 95 }, (_none, index) => index + 32))
    if (decoder.decode(ascii) !== ascii.toString('latin1')) return null
    if (doubleByte.has(decoder.encoding)) return readPairs(decoder, strict.has(name) ? 0xa1 : 0x40)
    return readSingles(decoder, name.startsWith('iso-8859-'))
  } catch {
    return null
  }
}

/** @param isStrict the bytes 80 to 9F are controls, though browsers read them as windows-1252 */
function readSingles(decoder: InstanceType<typeof TextDecoder>, isStrict: boolean): Table {
  const table = new Map<string, Buffer>()
  for (let byte = isStrict ? 0xa0 : 0x80; byte < 256; byte++) {
    const char = decoder.decode(Buffer.from([byte]))
    if (char.length === 1 && char !== '\ufffd' && char.charCodeAt(0) >= 0xa0)
      table.set(char, Buffer.from([byte]))
  }
  return table
}

/**
 * Reads all pairs at once, a line each: what is no character of the charset does not disturb its neighbours.
 * @param least value of both bytes
 */
function readPairs(decoder: InstanceType<typeof TextDecoder>, least: number): Table {
  const bytes: number[] = []
  for (let lead = Math.max(0x81, least); lead < 0xff; lead++)
    // The row of marks got the euro sign later than the charsets their names.
    for (let trail = least; trail < 0xff && (least < 0xa1 || lead !== 0xa2); trail++)
      bytes.push(lead, trail, 10)
  const all = Buffer.from(bytes)
  const table = new Map<string, Buffer>()
  for (const [index, line] of decoder.decode(all).split('\n').entries()) {
    const [char = '', ...more] = line
    if (more.length === 0 && char !== '\ufffd' && char.length > 0 && !isAsciiChar(char) && !table.has(char))
      table.set(char, all.subarray(index * 3, index * 3 + 2))
  }
  return table
}
