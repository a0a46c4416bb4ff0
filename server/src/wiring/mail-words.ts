import type { MailWords } from '@mailkeep/contract'
import { refusalReasons } from '#flow/gateway/refusal-reasons.ts'
import { reasons } from '#flow/spool/reasons.ts'
import { bounceClasses } from '#ground/bounces/bounce-classes.ts'
import { eventKinds } from '#services/ledger/event-kinds.ts'
import { findingsOfPage } from './finding-codes.ts'

/** The words that mail can be looked for by, each list by its words, from where each of them is law. */
export function mailWords(): MailWords {
  return {
    reasons: listed({ ...refusalReasons, ...reasons }),
    kinds: listed(eventKinds),
    classes: sorted(Object.entries(bounceClasses).map(([code, { meaning }]) => ({ code, text: meaning }))),
    findings: sorted(findingsOfPage().map(({ code, meaning }) => ({ code, text: firstSentence(meaning) }))),
  }
}

function listed(words: Readonly<Record<string, string>>): MailWords['reasons'] {
  return sorted(Object.entries(words).map(([code, text]) => ({ code, text })))
}

function sorted(words: MailWords['reasons']): MailWords['reasons'] {
  return words.toSorted((a, b) => a.code.localeCompare(b.code, 'en'))
}

/** Of a meaning that fills a cell of a page: enough to choose by. Its end is a full stop before a capital. */
function firstSentence(text: string): string {
  return (
    text
      .split(/\.\s(?=[A-Z])/, 1)[0]
      ?.replace(/\.$/, '')
      .replaceAll('`', '') ?? text
  )
}
