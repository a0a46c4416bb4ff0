import type { Edit, InspectedMessage } from '#flow/inspection/check.ts'
import type { MessageRule } from '#flow/inspection/message-rule.ts'
import { fieldValue } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'

/** Bytes of text in one encoded word, so that its line stays below 78 (RFC 2047, 2). */
const wordBytes = 42

/** A rule that changes the message, and the recipients whose copy it changes. */
export interface Editing {
  readonly rule: MessageRule
  readonly recipients: readonly string[]
}

/** The changes that rules make while the message is sent; copies of different recipients may differ. */
export function editsFor(editing: readonly Editing[], message: InspectedMessage): Edit[] {
  if (editing.length === 0) return []
  const everybody = [...new Set(message.arrival.rcptTo)]
  const groups = new Map<string, { readonly rules: readonly MessageRule[]; readonly only: string[] }>()
  for (const recipient of everybody) {
    const rules = editing.filter((each) => each.recipients.includes(recipient)).map((each) => each.rule)
    const key = rules.map((each) => each.id).join(' ')
    const group = groups.get(key) ?? { rules, only: [] }
    group.only.push(recipient)
    groups.set(key, group)
  }
  if (groups.size === 1)
    return editsOf(
      editing.map((each) => each.rule),
      message,
    )
  return [...groups.values()].flatMap(({ rules, only }) =>
    editsOf(rules, message).map((each) => ({ ...each, only })),
  )
}

/** The first rule first. A field is taken away once, and of several prefixes of the subject the first wins. */
function editsOf(rules: readonly MessageRule[], message: InspectedMessage): Edit[] {
  const added: Edit[] = []
  const removed = new Set<string>()
  let subject: string | null = null
  for (const action of rules.flatMap((each) => each.actions)) {
    if (action.do === 'header') added.push({ kind: 'prepend', line: headerLine(action.name, action.value) })
    else if (action.do === 'remove-header') removed.add(action.name)
    else if (action.do === 'subject') subject ??= action.prefix
  }
  if (subject !== null) {
    removed.add('subject')
    added.push({ kind: 'prepend', line: headerLine('Subject', `${subject} ${subjectOf(message)}`.trim()) })
  }
  const cuts = message.header
    .filter((each) => removed.has(each.name))
    .map(({ start, end }): Edit => ({ kind: 'remove', start, end }))
  return [...added, ...cuts]
}

function subjectOf({ header }: InspectedMessage): string {
  const field = header.find((each) => each.name === 'subject')
  return field ? decodeHeaderText(fieldValue(field)).replace(/[\r\n\0]+/g, ' ') : ''
}

/** A header field, folded, in encoded words where it is not plain. */
function headerLine(name: string, value: string): string {
  const isPlain = /^[ -~]*$/.test(value) && !value.includes('=?')
  const words = isPlain ? plainWords(value) : encodedWords(value)
  return `${name}: ${words.join('\r\n ')}`
}

function plainWords(value: string): string[] {
  const lines = ['']
  for (const word of value.split(/ +/)) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + word.length > 66) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}

function encodedWords(value: string): string[] {
  const words: string[] = []
  let word = ''
  for (const char of value) {
    if (Buffer.byteLength(word + char) > wordBytes) {
      words.push(word)
      word = ''
    }
    word += char
  }
  return [...words, word].map((each) => `=?utf-8?B?${Buffer.from(each).toString('base64')}?=`)
}
