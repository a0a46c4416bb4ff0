import { parseHeader } from '#ground/mail/header.ts'

export interface PlainBounce {
  readonly address: string
  /** What was said about it, on one line. */
  readonly text: string
}

const mostBytes = 64 << 10
const mostLines = 600
const mostRecipients = 200

/** Where the returned message begins, and with it the words of somebody else. */
const copyMarks = [
  'this is a copy',
  'below this line',
  'the header',
  'the body',
  'original message',
  'returned message',
  'message header',
]
const partMarks = [
  'content-type: message/',
  'content-type: text/rfc822',
  'content-description: delivery report',
  'content-description: undelivered',
]
/** A line that opens what is said about an address, alone or followed by the first words. */
const opens =
  /^\s{0,8}<?([^\s<>@|"(),;:]{1,64}@[^\s<>@|"(),;:]{1,255}?)>?(?:[:.,]{1,3}|\.\.\.)?(?:\s+(\S.*))?$/

/**
 * What a bounce says in its text, address by address: the form of Exim, qmail, Postfix, sendmail and many more, in
 * which an address stands at the beginning of a line and the reason behind or under it. Linear in the text.
 */
export function readPlainBounce(message: Buffer): PlainBounce[] {
  const { fields } = parseHeader(message.subarray(0, 256 << 10))
  const field = fields.find((each) => each.name === 'x-failed-recipients')
  const failed = field ? message.toString('latin1', field.start, field.end).toLowerCase() : ''
  const lines = bodyLines(message)
  const end = lines.findIndex(beginsCopy)
  const told = end < 0 ? lines : lines.slice(0, end)
  const found = collect(told, failed)
  if (found.length > 0 || failed === '') return found
  // Exim names a program instead of the address: all that is said belongs to it.
  const text = told.join(' ').replace(/\s+/g, ' ').slice(-1500).trim()
  return addressesOf(failed).map((address) => ({ address, text }))
}

/** The lines of the body, as they came, as far as they are read. */
export function bodyLines(message: Buffer): string[] {
  const { bodyStart } = parseHeader(message.subarray(0, 256 << 10))
  const body = message.subarray(bodyStart, bodyStart + mostBytes).toString('latin1')
  return body.split(/\r?\n/).slice(0, mostLines)
}

function beginsCopy(line: string): boolean {
  const small = line.slice(0, 100).toLowerCase()
  if (partMarks.some((each) => small.startsWith(each))) return true
  const words = small.replace(/^-{1,20} ?/, '')
  return words !== small && copyMarks.some((each) => words.startsWith(each))
}

function collect(lines: readonly string[], failed: string): PlainBounce[] {
  const found: { readonly address: string; readonly parts: string[] }[] = []
  let isOpen = false
  let indent = 0
  for (const line of lines) {
    if (line.slice(0, 80).includes('Transcript of session')) break
    const [, address, rest = ''] = opens.exec(line) ?? []
    const parts = found.at(-1)?.parts ?? []
    // An address that stands further in is part of what is said about the one above.
    const isNew = address !== undefined && !(isOpen && indentOf(line) > indent)
    if (isNew && (failed === '' || failed.includes(address.toLowerCase()))) {
      if (found.length >= mostRecipients) break
      isOpen = true
      indent = indentOf(line)
      found.push({ address, parts: rest === '' ? [] : [rest] })
    } else if (line.trim() === '') isOpen &&= parts.length === 0
    else if (isOpen) parts.push(line.trim())
  }
  return found
    .filter((each) => each.parts.length > 0)
    .map(({ address, parts }) => ({ address, text: parts.join(' ').slice(0, 4000) }))
}

function indentOf(line: string): number {
  return line.search(/\S/)
}

function addressesOf(value: string): string[] {
  const rest = value.slice(value.indexOf(':') + 1)
  return rest
    .split(/[,\s]+/)
    .filter((each) => each.includes('@'))
    .slice(0, mostRecipients)
}

const phases: readonly (readonly [string, readonly string[]])[] = [
  [
    'greeting',
    ['after initial connection', 'refused to talk to me', 'while receiving the initial server greeting'],
  ],
  ['ehlo', ['after ehlo', 'after helo', 'in reply to ehlo', 'in reply to helo']],
  ['starttls', ['in reply to starttls', 'after starttls']],
  ['mail', ['in reply to mail from', 'after mail from', 'after pipelined mail from', 'after sender verify']],
  ['rcpt', ['in reply to rcpt to', 'after rcpt to', 'after pipelined rcpt to']],
  ['final', ['after end of data', 'in reply to end of data']],
  ['data', ['in reply to data', 'after data', 'after pipelined data']],
]

/** Where in the conversation a server said something, as the bounce tells; empty: it does not. */
export function phaseOf(text: string): string {
  const small = text.toLowerCase()
  return phases.find(([, words]) => words.some((each) => small.includes(each)))?.[0] ?? ''
}
