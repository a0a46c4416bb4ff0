import { type BypassState, routes } from '@mailkeep/contract'
import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { Due } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { Unfold } from '../../ui/unfold.tsx'
import classes from './domain.module.css'

const changes = [routes.bypass, routes.alarms]

/** The way out when our outbound road is the trouble: the domain’s own servers send past us for a day at most. */
export function Bypass({ domain }: { readonly domain: string }) {
  const answer = useAnswer(routes.bypass, { params: { domain } }, { every: 30_000 })
  return (
    <Section title="Sending past us" text="when our road to the world is the trouble">
      <Answered answer={answer}>{(found) => <Found domain={domain} found={found} />}</Answered>
    </Section>
  )
}

function Found({
  domain,
  found: { bypass, away, back },
}: {
  readonly domain: string
  readonly found: BypassState
}) {
  const end = useOrder(routes.endBypass, changes)
  const mayWrite = useMay('directory.write')
  return (
    <div className="mk-stack">
      {bypass === null ? (
        <Mark tone="good">It sends through us, as far as we were told</Mark>
      ) : (
        <div>
          <Mark tone="aside">It sends past us</Mark> <span className="mk-soft">ends </span>
          <Due at={bypass.until} />
          <span className="mk-soft">
            , by <bdi>{bypass.who}</bdi>: <bdi>{bypass.why}</bdi>
          </span>
        </div>
      )}
      <Unfold summary={bypass === null ? 'How it sends past us' : 'How it comes back'}>
        <ol className={classes.steps}>
          {(bypass === null ? away : back).map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ol>
      </Unfold>
      {mayWrite && (
        <span>
          {bypass === null ? (
            <DialogButton label="It sends past us now" title={`${domain} sends past us`}>
              {(close) => <BypassForm domain={domain} close={close} />}
            </DialogButton>
          ) : (
            <Button
              variant="default"
              loading={end.isRunning}
              onClick={() =>
                void end
                  .give({ params: { domain } })
                  .then(() => tellDone(`${domain} sends through us again.`), tellFault)
              }
            >
              It sends through us again
            </Button>
          )}
        </span>
      )}
    </div>
  )
}

function BypassForm({ domain, close }: { readonly domain: string; readonly close: () => void }) {
  const [why, setWhy] = useState('')
  const [hours, setHours] = useState('24')
  return (
    <DialogForm
      route={routes.beginBypass}
      changes={changes}
      question={() => ({ params: { domain }, body: { why: why.trim(), hours: Number(hours) } })}
      done={`${domain} is noted as sending past us. What comes in is watched as ever.`}
      close={close}
      submit="Note it"
      isOff={why.trim() === ''}
    >
      <TextField
        name="why"
        label="Why"
        description="This notes what its servers do; follow the steps there first."
        data-autofocus
        maxLength={500}
        value={why}
        onText={setWhy}
      />
      <NativeSelect
        label="Until"
        description="It ends by itself, and is told two hours before."
        value={hours}
        data={['2', '6', '12', '24'].map((each) => ({ value: each, label: `${each} hours from now` }))}
        onChange={(event) => setHours(event.currentTarget.value)}
      />
    </DialogForm>
  )
}
