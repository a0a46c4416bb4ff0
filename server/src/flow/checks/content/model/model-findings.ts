import type { Finding, FindingKind } from '#flow/inspection/check.ts'
import type { Reading } from '../reading.ts'
import { featuresOf } from './features.ts'
import type { Model } from './model.ts'
import { strongestOf } from './strongest.ts'

/** Every code that the model can give, with the log odds from which on it is given. */
export const modelCodes = ['words-like-spam', 'words-much-like-spam', 'words-surely-spam'] as const

/** From which log odds on which code, and how much it weighs; the surest first. */
const steps: readonly { from: number; code: (typeof modelCodes)[number]; weight: number; text: string }[] = [
  {
    from: 5,
    code: 'words-surely-spam',
    weight: 250,
    text: 'Nearly only unwanted mail is written like this.',
  },
  {
    from: 2.4,
    code: 'words-surely-spam',
    weight: 200,
    text: 'Nearly only unwanted mail is written like this.',
  },
  {
    from: 1.8,
    code: 'words-much-like-spam',
    weight: 170,
    text: 'Unwanted mail is mostly written like this.',
  },
  {
    from: 1.2,
    code: 'words-much-like-spam',
    weight: 140,
    text: 'Unwanted mail is mostly written like this.',
  },
  { from: 0.6, code: 'words-like-spam', weight: 110, text: 'Unwanted mail is often written like this.' },
  { from: 0, code: 'words-like-spam', weight: 75, text: 'Unwanted mail is often written like this.' },
  { from: -0.6, code: 'words-like-spam', weight: 40, text: 'Unwanted mail is sometimes written like this.' },
]

/** Words of the beginning that is judged by itself, and by how much it must be the surer. */
const beginning = { words: 100, margin: 1.5 }

/** Words of documents from which on they are judged, and by how much they must be the surer. */
const document = { least: 8, margin: 0.5 }

const phishingSubjects = ['phishing-tells', 'credentials', 'account-threat', 'lures', 'favours', 'scam-tells']

/** What the model thinks of a message. */
export function askModel(reading: Reading, model: Model): { findings: Finding[]; logOdds: number } {
  const logOdds = scoreOf(reading, model)
  const step = steps.find((each) => logOdds >= each.from)
  if (!step) return { findings: [], logOdds }
  const evidence = {
    model: model.version,
    logOdds: Math.round(logOdds * 100) / 100,
    ...strongestOf(reading, model),
  }
  const { code, weight, text } = step
  return { findings: [{ check: 'content', code, weight, text, kind: kindOf(reading), evidence }], logOdds }
}

/** The model knows wanted and unwanted; the phrases tell which kind it is. */
function kindOf({ phrases }: Reading): FindingKind {
  let phishing = 0
  let other = 0
  for (const [subject, hits] of phrases) {
    if (phishingSubjects.includes(subject)) phishing += hits.length
    else if (subject !== 'urgency' && subject !== 'promotions') other += hits.length
  }
  return phishing > other ? 'phishing' : 'spam'
}

/**
 * What a document says counts with what the message says of it. Harmless text behind or below unwanted words must not
 * hide them.
 */
function scoreOf(reading: Reading, model: Model): number {
  const { words, documentWords } = reading
  const whole = model.score(featuresOf(reading))
  const parts = [whole]
  if (documentWords.length >= document.least)
    parts.push(model.score(featuresOf({ ...reading, words: [...words, ...documentWords] })) - document.margin)
  if (words.length > 2 * beginning.words)
    parts.push(
      model.score(featuresOf({ ...reading, words: words.slice(0, beginning.words) })) - beginning.margin,
    )
  return Math.max(...parts)
}
