import { type DomainDetail, routes, type HopTest as Test } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Play } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellFault } from '../../ui/toast.tsx'
import classes from './domain.module.css'

const who = { us: '→', them: '←', note: '·' } as const

/** A conversation with the next hop of a domain, line by line; nothing is ever sent. */
export function HopTest({ domain }: { readonly domain: DomainDetail }) {
  const mayWrite = useMay('directory.write')
  const params = { domain: domain.name }
  const answer = useAnswer(routes.nextHopTest, { params }, { every: 3000 })
  const start = useOrder(routes.testNextHop, [routes.nextHopTest])
  const isRunning = start.isRunning || answer.value?.state === 'running'
  return (
    <Section
      title="Next hop"
      text={<bdi>{domain.nextHop}</bdi>}
      actions={
        mayWrite && (
          <Button
            variant="default"
            size="compact-sm"
            loading={isRunning}
            leftSection={<Play size={13} aria-hidden />}
            onClick={() => start.give({ params, body: {} }).catch(tellFault)}
          >
            Test it now
          </Button>
        )
      }
    >
      <Answered answer={answer} lines={2}>
        {(test) => <Result test={test} />}
      </Answered>
    </Section>
  )
}

function Result({ test }: { readonly test: Test }) {
  if (test.state === 'none')
    return (
      <p className="mk-soft">
        Not tested in the last minutes. A test talks to the server as delivery would, up to the recipient; no
        message is sent.
      </p>
    )
  if (test.state === 'running')
    return <p className="mk-soft">Talking to it; this takes some seconds at most.</p>
  return (
    <>
      <p className={classes.why}>
        <Mark tone={test.ok ? 'good' : 'bad'}>{test.ok ? 'takes mail' : 'does not take mail'}</Mark>{' '}
        {test.why}
        {test.target !== '' && (
          <span className="mk-soft">
            {' '}
            {test.target}, {test.tls === '' ? 'without TLS' : test.tls}
          </span>
        )}
      </p>
      {test.transcript.length > 0 && (
        <section aria-label="What was said" tabIndex={0}>
          <ol className={classes.transcript}>
            {test.transcript.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines never change their order
              <li key={index} data-who={line.who}>
                <span className="mk-soft">{line.afterMs} ms</span>
                <span title={line.who}>{who[line.who]}</span>
                <bdi>{line.text}</bdi>
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  )
}
