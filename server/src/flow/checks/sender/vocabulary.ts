import { phrasesOf, readDataFile } from './data-file.ts'
import { phraseSet } from './phrases.ts'

const file = readDataFile('words.txt')
export const wordsVersion = file.version

const single = (section: string): ReadonlySet<string> =>
  new Set(phrasesOf(file, section).filter((each) => !each.includes(' ')))

/** Words by which a company is meant and not a person or a topic: "support", "bank". */
export const serviceWords = single('service')
/** Words that host names are made up with. */
export const hostWords = single('host')
/** "your", "dear". */
export const possessives = single('possessive')
/** What a customer has with a company. */
export const accountPhrases = phraseSet(phrasesOf(file, 'account'))
/** What a button says. */
export const callPhrases = phraseSet(phrasesOf(file, 'call'))
/** How a company signs. */
export const teamPhrases = phraseSet(phrasesOf(file, 'team'))
/** Roles within a firm. */
export const rolePhrases = phraseSet(phrasesOf(file, 'role'))
/** Titles of those in charge. */
export const titlePhrases = phraseSet(phrasesOf(file, 'title'))

const freeMail = readDataFile('free-mail.txt')
export const freeMailVersion = freeMail.version
const freeDomains = new Set([...freeMail.sections.values()].flat().flatMap((line) => line.split(' ')))

/** Whether anybody can have an address at a domain. */
export function isFreeMail(domain: string): boolean {
  return freeDomains.has(domain)
}
