import { type LiveLine, routes, type SearchQuery } from '@mailkeep/contract'
import { useEffect, useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { Address } from '../../ui/address.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Note } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { LiveRounds } from './live-rounds.ts'
import classes from './messages.module.css'

/** Nobody reads back further than this while it goes on. */
const mostLines = 100

interface Seen extends LiveLine {
  readonly key: string
}

/** What happens to mail that fits, as it happens. */
export function LiveTail({ question }: { readonly question: SearchQuery }) {
  const { lines, isOn, skipped } = useLive(question)
  return (
    <Section title="Live">
      {!isOn && <Note tone="wait">Connecting; nothing is shown meanwhile.</Note>}
      {skipped > 0 && (
        <Note tone="wait">{skipped} events were left out: more happens than can be shown.</Note>
      )}
      {lines.length === 0 ? (
        <Empty title="Nothing yet">What happens to mail that fits appears here within a second or two.</Empty>
      ) : (
        <ol className={classes.live} aria-live="off">
          {lines.map((line) => (
            <li key={line.key}>
              <StateMark state={line.state} />
              <ScopedLink to={`/messages/${line.messageId}`}>
                <bdi>{line.subject === '' ? '(no subject)' : line.subject}</bdi>
              </ScopedLink>
              <Address value={line.rcptTo} isQuiet />
              <span className="mk-soft">{line.reasonText}</span>
              <Moment at={line.at} form="clock" />
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

function useLive(question: SearchQuery): {
  readonly lines: readonly Seen[]
  readonly isOn: boolean
  readonly skipped: number
} {
  const scope = useScope()
  const [lines, setLines] = useState<readonly Seen[]>([])
  const [isOn, setOn] = useState(false)
  const [skipped, setSkipped] = useState(0)
  const asked = new URLSearchParams({
    ...(question as Record<string, string>),
    ...(scope !== null && { scope }),
  }).toString()
  useEffect(() => {
    setLines([])
    setSkipped(0)
    let count = 0
    const rounds = new LiveRounds<Seen>()
    const hear = (place: string, heard: { readonly line?: Seen; readonly skipped?: number }) => {
      const round = rounds.hear(place, heard)
      if (round === null) return
      setLines((before) => [...round.lines, ...before].slice(0, mostLines))
      setSkipped((before) => before + round.skipped)
    }
    const source = new EventSource(`${routes.liveMessages.path}?${asked}`)
    source.onopen = () => setOn(true)
    source.onerror = () => {
      setOn(false)
      rounds.drop()
    }
    source.addEventListener('mail', ({ data, lastEventId }) => {
      count += 1
      hear(lastEventId, { line: { ...(JSON.parse(data as string) as LiveLine), key: `${count}` } })
    })
    source.addEventListener('gap', ({ data, lastEventId }) => {
      hear(lastEventId, { skipped: (JSON.parse(data as string) as { skipped: number }).skipped })
    })
    source.addEventListener('beat', ({ lastEventId }) => hear(lastEventId, {}))
    return () => source.close()
  }, [asked])
  return { lines, isOn, skipped }
}
