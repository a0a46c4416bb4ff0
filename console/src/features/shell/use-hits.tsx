import { type MessageLine, routes, type ScopeLine } from '@mailkeep/contract'
import { useDebouncedValue } from '@mantine/hooks'
import { Building2, FileText, Globe, Mail, Search, User } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiFault } from '../../api/api-fault.ts'
import type { AnswerOf } from '../../api/ask.ts'
import { useIsOfPeople } from '../../session/people-scope.ts'
import { useScope } from '../../session/scope.ts'
import { type Answer, useAnswer } from '../../session/use-answer.ts'
import { useMe } from '../../session/who.tsx'
import { Moment } from '../../ui/moment.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import type { Page } from './page.ts'

/** Something to go to. */
export interface Hit {
  readonly key: string
  readonly to: string
  readonly icon: ReactNode
  readonly text: ReactNode
  readonly end?: ReactNode
}

/** What a search has come to. */
export interface Found {
  readonly hits: readonly Hit[]
  /** Not all answers to what stands in the field are there. */
  readonly isLooking: boolean
  /** Parts that were not answered, as people call them, and why the first of them was not. */
  readonly missing: { readonly parts: readonly string[]; readonly why: string } | null
  /** There are all answers, and nothing is in them. */
  readonly isNothing: boolean
  readonly again: () => void
}

/** One letter is in everything. */
const fewestLetters = 2
/** Nobody reads a list between two letters. */
const pauseMs = 200

/** First the search itself, then mail that it finds, then people, tenants, domains and pages of that name. */
export function useHits(text: string, pages: readonly Page[]): Found {
  const [asked] = useDebouncedValue(text, pauseMs)
  const { rights } = useMe()
  const isOfPeople = useIsOfPeople()
  const isOff = asked.length < fewestLetters
  const mail = useAnswer(routes.messages, { query: { q: asked, limit: 5 } }, { isOff })
  const scopes = useAnswer(routes.scopes, { query: { q: asked, limit: 4 } }, { isOff: isOff || isOfPeople })
  const mayDirectory = rights.includes('directory.read')
  const isLimited = useScope() !== null
  const people = useAnswer(
    routes.people,
    { query: { text: asked.slice(0, 100), limit: 3 } },
    { isOff: isOff || !mayDirectory },
  )
  const pageHits = useNamedPages(text, pages)
  const again = () => {
    mail.again()
    for (const each of [scopes, people]) if (each.fault) each.again()
  }
  if (text === '') return { hits: pageHits, isLooking: false, missing: null, isNothing: false, again }
  const found = isOff
    ? []
    : [
        ...(mail.value?.lines.value ?? []).map(mailHit),
        ...(people.value?.lines ?? []).map(personHit),
        ...(scopes.value?.lines ?? []).map((line) => levelHit(line, mayDirectory && pageOf(line, isLimited))),
      ]
  const isLooking = asked !== text || (!isOff && [mail, scopes, people].some(isWaiting))
  const missing = isOff ? null : missingOf({ mail, people, 'tenants and domains': scopes })
  return {
    hits: [searchHit(text), ...found, ...pageHits],
    isLooking,
    missing,
    // A page of mail may end for lack of time, with more behind it.
    isNothing: !isOff && !isLooking && missing === null && found.length === 0 && mail.value?.next === null,
    again,
  }
}

const isWaiting = ({ isLoading, isOld }: Answer<unknown>) => isLoading || isOld

type Parts = Readonly<Record<string, Answer<unknown>>> & {
  readonly mail: Answer<AnswerOf<typeof routes.messages>>
}

function missingOf(parts: Parts): Found['missing'] {
  const faults = Object.entries(parts).flatMap(([name, { fault }]) =>
    fault ? [{ name, why: titleOf(fault) }] : [],
  )
  const { value: mail, fault } = parts.mail
  const store = mail?.lines.missing
  // Without the index nothing goes on where the time was over.
  const isCut = mail !== undefined && mail.next === null && mail.searchedBackTo !== null
  const ofMail = store
    ? [{ name: 'mail', why: store.why }]
    : isCut
      ? [{ name: 'older mail', why: 'There was no time for it' }]
      : []
  const all = fault ? faults : [...ofMail, ...faults]
  return all[0] ? { parts: all.map(({ name }) => name), why: all[0].why } : null
}

const titleOf = (fault: Error) => (fault instanceof ApiFault ? fault.title : fault.message)

function useNamedPages(text: string, pages: readonly Page[]): Hit[] {
  const { rights } = useMe()
  const isOfPeople = useIsOfPeople()
  const named = pages.filter(
    ({ path, title, nav, right, ofPeople }) =>
      (nav || (text !== '' && !path.includes(':'))) &&
      (right === 'signed-in' || rights.includes(right)) &&
      (!isOfPeople || ofPeople) &&
      title.toLowerCase().includes(text.toLowerCase()),
  )
  return named.slice(0, text === '' ? 8 : 4).map(({ path, title }) => ({
    key: path,
    to: path,
    icon: <FileText size={14} aria-hidden />,
    text: title,
  }))
}

const searchHit = (text: string): Hit => ({
  key: 'search',
  to: `/messages?q=${encodeURIComponent(text)}`,
  icon: <Search size={14} aria-hidden />,
  text: (
    <>
      All mail with “<bdi>{text}</bdi>”
    </>
  ),
})

const mailHit = (line: MessageLine): Hit => ({
  key: line.id,
  to: `/messages/${line.id}`,
  icon: <Mail size={14} aria-hidden />,
  text: (
    <>
      <bdi>{line.subject || '(no subject)'}</bdi> <span className="mk-soft">{line.mailFrom}</span>
    </>
  ),
  end: (
    <>
      {line.states[0] && <StateMark state={line.states[0]} />} <Moment at={line.at} />
    </>
  ),
})

const personHit = ({
  address,
  displayName,
}: {
  readonly address: string
  readonly displayName: string
}): Hit => ({
  key: `person ${address}`,
  to: `/people/${encodeURIComponent(address)}`,
  icon: <User size={14} aria-hidden />,
  text: (
    <>
      <bdi>{displayName || address}</bdi> {displayName !== '' && <span className="mk-soft">{address}</span>}
    </>
  ),
})

const levelHit = (line: ScopeLine, page: string | false): Hit => ({
  key: line.scope,
  to: page || `/?scope=${encodeURIComponent(line.scope)}`,
  icon: line.level === 'domain' ? <Globe size={14} aria-hidden /> : <Building2 size={14} aria-hidden />,
  text: (
    <>
      <bdi>{line.name}</bdi> <span className="mk-soft">{line.above.join(' › ')}</span>
    </>
  ),
})

/** In a scope of its own where there is one: in that of another customer its page would seem empty. */
function pageOf({ level, name, scope }: ScopeLine, isLimited: boolean): string {
  const page = level === 'domain' ? `/domains/${name}` : `/tenants/${scope.replace('tenant:', '')}`
  return isLimited ? `${page}?scope=${encodeURIComponent(scope)}` : page
}
