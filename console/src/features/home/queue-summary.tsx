import { routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Address } from '../../ui/address.tsx'
import { Answered } from '../../ui/answered.tsx'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { HopDomains } from '../../ui/hop-domains.tsx'
import { Moment } from '../../ui/moment.tsx'
import { PartlyMissing } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './home.module.css'

const hopsShown = 5

/** The next hops that most mail waits for. */
export function QueueSummary() {
  const found = useAnswer(routes.queue, {}, { every: 5000 })
  return (
    <Section title="Queue" actions={<ScopedLink to="/queue">All</ScopedLink>}>
      <Answered answer={found}>
        {({ hops, hopsInAll }) =>
          hops.missing ? (
            <PartlyMissing missing={hops.missing} what="The queue is" />
          ) : hopsInAll === 0 ? (
            <p className="mk-soft">Nothing waits.</p>
          ) : (
            <ul className={classes.hops}>
              {(hops.value ?? []).slice(0, hopsShown).map((hop) => (
                <li key={`${hop.state} ${hop.nextHop}`}>
                  <Address value={hop.nextHop} none="next hop unknown" what="the next hop" />
                  <span>
                    <b>{formatCount(hop.deliveries)}</b> {hop.state}
                  </span>
                  <span className="mk-soft">
                    for <HopDomains hop={hop} />, oldest <Moment at={hop.oldestAt} />
                  </span>
                  {hop.lastReply !== '' && (
                    <bdi className={classes.reply} title={hop.lastReply}>
                      {hop.failing === 'tls' && <b>Next hop failing: TLS. </b>}
                      {hop.lastReply}
                    </bdi>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
      {(found.value?.hopsInAll ?? 0) > hopsShown && (
        <p className="mk-soft">and {countOf((found.value?.hopsInAll ?? 0) - hopsShown, 'next hop')} more</p>
      )}
    </Section>
  )
}
