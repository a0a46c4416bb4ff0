import type { Finding } from '#flow/inspection/check.ts'
import type { MessageContent } from '#flow/inspection/message-content.ts'
import { phrasesOf, readDataFile } from './data-file.ts'
import { Phrases, wordsOf } from './phrases.ts'
import { createFinding } from './sender-finding.ts'
import { isSameHouse, type SenderView } from './sender-view.ts'
import { titlePhrases } from './vocabulary.ts'

const file = readDataFile('pretexts.txt')
export const pretextsVersion = file.version

/** Prizes, presents and raffles speak of cards too; who asks for more besides wants the codes. */
const giftWithMore = 50

/** What each group weighs; those that weigh little do not count alone. */
const weights: Readonly<Record<string, number>> = {
  gift: 30,
  payroll: 70,
  transfer: 50,
  availability: 50,
  reach: 50,
  favour: 40,
  secrecy: 30,
  hurry: 20,
}
const accompanying = new Set(['secrecy', 'hurry'])
const phrases = new Phrases<string>()
for (const group of file.sections.keys())
  for (const each of phrasesOf(file, group)) phrases.add(wordsOf(each), group)

/** Pretexts come in a few lines; what is longer is another kind of letter. */
const longestText = 1500
const longestRead = 4000

/**
 * A few lines without links that ask to be answered, to buy cards, to move a salary or money: the pretext of somebody
 * who pretends to be known. It weighs most where the answer goes to a mailbox that anybody can have.
 */
export function findPretext(view: SenderView, content: MessageContent, isLookAlike: boolean): Finding[] {
  if (view.list || view.bulk || content.visible.length > longestRead) return []
  const text = ownWords(content.visible)
  if (text.length > longestText || hasLinks(content, text)) return []
  const groups = new Map<string, number>()
  for (const { value } of phrases.in([...wordsOf(view.subject), ...wordsOf(text)]))
    groups.set(value, (groups.get(value) ?? 0) + 1)
  const onlyNamesCards = groups.size === 1 && groups.get('gift') === 1
  const wishes = onlyNamesCards ? [] : [...groups.keys()].filter((each) => !accompanying.has(each))
  if (wishes.length === 0) return []
  const said = [...groups].reduce(
    (sum, [group, times]) => sum + (weights[group] ?? 0) + (times > 1 ? 20 : 0),
    0,
  )
  const asked = groups.has('gift') && groups.size > 1 ? said + giftWithMore : said
  const weight = weigh(view, asked, isLookAlike, wishes.length > 1)
  if (weight < 30) return []
  return [
    createFinding(
      'pretext',
      weight,
      'A few lines without links that ask for what swindlers ask for: to be answered at once, cards, a salary or money moved.',
      { asksFor: [...groups.keys()], from: view.author.address },
    ),
  ]
}

function weigh(
  { author, replyTo, recipients }: SenderView,
  said: number,
  isLookAlike: boolean,
  isInsistent: boolean,
): number {
  if (recipients.some((each) => !each.free && isSameHouse(each, author))) return Math.round(said / 4)
  const isStranger = isLookAlike || (replyTo[0] ?? author).free || author.free
  const counting = isStranger ? said + 40 : isInsistent ? Math.round(said / 2) : 0
  return Math.min(250, counting + (titlePhrases.isIn(wordsOf(author.name)) ? 50 : 0))
}

/** Without what is quoted from the letter before. */
function ownWords(text: string): string {
  const quoted =
    /^(?:>|-{3,} ?(?:original|forwarded|urspr)|_{10,}|(?:on|am|le|el|il) .{5,100}(?:wrote|schrieb|écrit|escribió|scritto) ?:|(?:from|von|de): )/im
  const at = quoted.exec(text)?.index ?? text.length
  return text.slice(0, at).trim()
}

function hasLinks({ texts }: MessageContent, text: string): boolean {
  const links = texts.flatMap((each) => each.html?.links ?? []).filter(({ href }) => /^https?:/i.test(href))
  const plain = text.match(/https?:\/\//gi)?.length ?? 0
  // One link home stands in many a signature.
  return links.length > 2 || plain > 1
}
