import type { Attempt } from '@mailkeep/contract'
import { Facts } from '../../ui/facts.tsx'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Unfold } from '../../ui/unfold.tsx'

/** One try to hand it on: the words of the other side, and behind them where that was. */
export function AttemptLines({ attempt }: { readonly attempt: Attempt }) {
  const { code, enhanced, reply, phase, nextHop, host, ip, localAddress, tls, tookMs, at } = attempt
  const { class: found } = attempt
  const words = [code > 0 ? code : '', code > 0 ? enhanced : '', reply]
    .filter((each) => each !== '')
    .join(' ')
  return (
    <Unfold summary={<bdi className="mk-code">{words === '' ? 'no words' : words}</bdi>}>
      <Facts
        facts={[
          found !== '' && [
            'Class',
            <ScopedLink key="class" to={`/messages?class=${found}`}>
              {found}
            </ScopedLink>,
          ],
          [
            'Said by',
            <span key="by">
              <bdi>{host === '' ? 'nobody: there was no connection' : host}</bdi>
              {ip !== '' && <span className="mk-code"> [{ip}]</span>}
            </span>,
          ],
          [
            'Next hop',
            <bdi key="hop" className="mk-code">
              {nextHop}
            </bdi>,
          ],
          [
            'At',
            <span key="at">
              {phase}, <Moment at={at} form="clock" />, took {formatDuration(tookMs)}
            </span>,
          ],
          ['Encryption', tls === '' ? 'none' : tls],
          localAddress !== '' && [
            'Our address',
            <span key="own" className="mk-code">
              {localAddress}
            </span>,
          ],
        ]}
      />
    </Unfold>
  )
}
