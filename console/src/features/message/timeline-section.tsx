import type { TimelineEntry, Trace } from '@mailkeep/contract'
import { ArrowRight } from 'lucide-react'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark, StateMark, stateLooks } from '../../ui/state-mark.tsx'
import { AttemptLines } from './attempt-lines.tsx'
import classes from './message.module.css'

const words: Readonly<Record<string, string>> = {
  started: 'handed in',
  'lease-lost': 'taken over',
  'set-aside': 'parked',
  reopened: 'judged anew',
}

/** Everything that happened, from the client's first word about it to its end. */
export function TimelineSection({ trace }: { readonly trace: Trace }) {
  const { timeline, timelineInAll } = trace
  return (
    <Section title="Timeline">
      {timelineInAll > timeline.length && (
        <p className="mk-soft">
          The last {timeline.length} of {timelineInAll} entries.
        </p>
      )}
      <ol className={classes.timeline}>
        {timeline.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end
          <Entry key={index + timelineInAll - timeline.length} entry={entry} trace={trace} />
        ))}
      </ol>
    </Section>
  )
}

function Entry({ entry, trace }: { readonly entry: TimelineEntry; readonly trace: Trace }) {
  const { at, afterMs, state, attempt, node, who, kind } = entry
  return (
    <li className={classes.entry} data-tone={state ? stateLooks[state].tone : 'none'}>
      <p className={classes.time}>
        <Moment at={at} form="clock" />
        <span className="mk-soft">{afterMs !== null && `+${formatDuration(afterMs)}`}</span>
      </p>
      <div className={classes.what}>
        <p>
          {state ? (
            <StateMark state={state} />
          ) : (
            <Mark tone="none" icon={ArrowRight}>
              {words[kind] ?? kind}
            </Mark>
          )}{' '}
          <What entry={entry} trace={trace} />
          {who !== null && (
            <span className="mk-soft">
              {' '}
              by <bdi>{who}</bdi>
            </span>
          )}
          {node !== trace.node && (
            <span className="mk-soft">
              {' '}
              on <bdi>{node}</bdi>
            </span>
          )}
        </p>
        {attempt && <AttemptLines attempt={attempt} />}
      </div>
    </li>
  )
}

function What({ entry, trace }: { readonly entry: TimelineEntry; readonly trace: Trace }) {
  const { client } = trace
  if (entry.kind === 'started')
    return (
      <>
        by <bdi className="mk-code">{client.helo}</bdi> <span className="mk-code">[{client.ip}]</span>{' '}
        <span className="mk-soft">{client.tls === '' ? 'not encrypted' : client.tls}</span>
      </>
    )
  const safe = 'accepted: every byte is safe, and the client heard 250'
  const text =
    entry.kind !== 'accepted'
      ? entry.reasonText
      : entry.reason === 'just-accepted'
        ? safe
        : `${safe}; ${entry.reasonText}`
  return (
    <>
      {whomOf(entry, trace)}
      {text}
    </>
  )
}

function whomOf({ recipients: meant }: TimelineEntry, { recipients, recipientsInAll }: Trace): string {
  if (recipientsInAll < 2 || meant.length === 0) return ''
  if (meant.length === recipientsInAll) return 'for all recipients: '
  if (meant.length > 1) return `for ${meant.length} recipients: `
  return `for ${recipients.find((each) => each.n === meant[0])?.rcptTo ?? 'one recipient'}: `
}
