import type { Edit, Finding, InspectedMessage } from '#flow/inspection/check.ts'
import type { MessageRule } from '#flow/inspection/message-rule.ts'
import { fieldValue } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import { footerEdits } from './changes/footer-edits.ts'
import { findFilesToStrip, stripEdits } from './changes/strip-files.ts'
import { unchangedFinding } from './rule-finding.ts'

/** Bytes of text in one encoded word, so that its line stays below 78 (RFC 2047, 2). */
const wordBytes = 42

/** A rule that changes the message, and the recipients whose copy it changes. */
export interface Editing {
  readonly rule: MessageRule
  readonly recipients: readonly string[]
}

/** What rules change, and what they could not change. */
export interface RuleEdits {
  readonly edits: readonly Edit[]
  readonly unchanged: readonly Finding[]
  /** Who gets the message without files that it came with. */
  readonly stripped: readonly { readonly rule: MessageRule; readonly only: readonly string[] }[]
}

/** The changes that rules make while the message is sent; copies of different recipients may differ. */
export async function editsFor(editing: readonly Editing[], message: InspectedMessage): Promise<RuleEdits> {
  const groups = groupRecipients(editing, [...new Set(message.arrival.rcptTo)])
  const all = await Promise.all(
    groups.map(async ({ rules, only }) => {
      const header = headerEdits(rules, message)
      const body = await bodyEdits(rules, message, only).catch(() => notMade(rules, only))
      const edits = [...header, ...body.edits]
      // Where all recipients get the same, the changes are for whoever gets the message.
      return { ...body, edits: groups.length === 1 ? edits : edits.map((each) => ({ ...each, only })) }
    }),
  )
  return {
    edits: all.flatMap((each) => each.edits),
    unchanged: all.flatMap((each) => each.unchanged),
    stripped: all.flatMap((each) => each.stripped),
  }
}

interface Group {
  readonly rules: readonly MessageRule[]
  readonly only: string[]
}

/** Recipients for whom the same rules change the message. */
function groupRecipients(editing: readonly Editing[], everybody: readonly string[]): Group[] {
  const groups = new Map<string, Group>()
  for (const recipient of editing.length === 0 ? [] : everybody) {
    const rules = editing.filter((each) => each.recipients.includes(recipient)).map((each) => each.rule)
    const key = rules.map((each) => each.id).join(' ')
    const group = groups.get(key) ?? { rules, only: [] }
    group.only.push(recipient)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** A fault of ours must not take the other wishes of rules along; files that should go keep the message for a person. */
function notMade(rules: readonly MessageRule[], only: readonly string[]): RuleEdits {
  const unchanged = rules
    .filter((each) => each.actions.some(({ do: what }) => what === 'strip-attachment' || what === 'footer'))
    .map((rule): Finding => {
      const isStrip = rule.actions.some((each) => each.do === 'strip-attachment')
      const finding = unchangedFinding(rule, 'a change of the body', 'it could not be made', only)
      return isStrip ? { ...finding, incomplete: 'never' } : finding
    })
  return { edits: [], unchanged, stripped: [] }
}

/** Footers and files of one group; files go first, since a footer needs a text that stays. */
async function bodyEdits(
  rules: readonly MessageRule[],
  message: InspectedMessage,
  only: readonly string[],
): Promise<RuleEdits> {
  const stripping = rules.filter((each) => each.actions.some((action) => action.do === 'strip-attachment'))
  const footing = rules.filter((each) => each.actions.some((action) => action.do === 'footer'))
  const actions = rules.flatMap((each) => each.actions)
  const files =
    stripping.length === 0
      ? []
      : await findFilesToStrip(
          message,
          actions.filter((each) => each.do === 'strip-attachment'),
        )
  const strips = stripEdits(message, files, stripping[0]?.scope.replace(/^\w+:/, '') ?? '')
  const footers =
    footing.length === 0
      ? { edits: [], why: null }
      : await footerEdits(
          message,
          actions.filter((each) => each.do === 'footer'),
          new Set(files.map((each) => each.part)),
        )
  const { why } = footers
  return {
    edits: [...strips.map((each) => ({ ...each, strips: true as const })), ...footers.edits],
    unchanged: why === null ? [] : footing.map((rule) => unchangedFinding(rule, 'a footer', why, only)),
    stripped: files.length === 0 ? [] : stripping.slice(0, 1).map((rule) => ({ rule, only })),
  }
}

/** The first rule first. A field is taken away once, and of several prefixes of the subject the first wins. */
function headerEdits(rules: readonly MessageRule[], message: InspectedMessage): Edit[] {
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
