import { routes } from '@mailkeep/contract'
import { Check, X } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { exactTime } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './domain.module.css'

const tones = { good: 'good', bad: 'bad', unknown: 'none' } as const

/** Whether mail gets through to the next hop, with its latest deliveries. */
export function DomainFlowPart({ domain }: { readonly domain: string }) {
  const answer = useAnswer(routes.domainFlow, { params: { domain } }, { every: 10_000 })
  return (
    <Section title="Mail flow" text="from the latest deliveries to its next hop">
      <Answered answer={answer} lines={2}>
        {({ state, why, since, reasons, recent }) => (
          <>
            <p className={classes.why}>
              <Mark tone={tones[state]} isFilled>
                {state}
              </Mark>{' '}
              {why}
              {state === 'unknown' && since !== null && (
                <>
                  , since <Moment at={since} form="clock" />
                </>
              )}
              .{' '}
              {reasons.map(({ reason, text, deliveries }) => (
                <span key={reason} className="mk-soft">
                  {deliveries} × {text}.{' '}
                </span>
              ))}
            </p>
            <ol className={classes.dots} aria-label="Latest deliveries, newest first">
              {recent.map(({ messageId, at, ok, reason }) => (
                <li key={`${messageId} ${at}`}>
                  <ScopedLink
                    to={`/messages/${messageId}`}
                    className={classes.dot ?? ''}
                    data-ok={ok}
                    title={`${exactTime(at)}: ${ok ? 'got through' : reason}`}
                    aria-label={ok ? 'got through' : `failed: ${reason}`}
                  >
                    {ok ? <Check size={13} aria-hidden /> : <X size={13} aria-hidden />}
                  </ScopedLink>
                </li>
              ))}
            </ol>
          </>
        )}
      </Answered>
    </Section>
  )
}
