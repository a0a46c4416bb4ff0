import { routes, type TrialDetails } from '@mailkeep/contract'
import { NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { formatShare } from '../../ui/format-number.ts'
import { titleOfTrial } from './trial-words.ts'
import { policyRoutes } from './undo-newest.ts'

const shares = [0, 0.01, 0.1, 0.25, 0.5].map((share) => ({
  value: String(share),
  label: share === 0 ? 'nobody but those below' : `${formatShare(share)} of the people`,
}))

/** Puts a change on trial in force for some: a share of the people, and people by name. */
export function WidenTrial({ trial }: { readonly trial: TrialDetails }) {
  return (
    <DialogButton label="For some" about={titleOfTrial(trial)} title="Put it in force for some">
      {(close) => <Fields trial={trial} close={close} />}
    </DialogButton>
  )
}

function Fields({ trial, close }: { readonly trial: TrialDetails; readonly close: () => void }) {
  const [share, setShare] = useState(String(trial.share))
  const [text, setText] = useState(trial.people.join('\n'))
  const people = text.split(/[\s,]+/).filter(Boolean)
  const isNobody = Number(share) === 0 && people.length === 0
  const known = shares.some(({ value }) => value === share)
  return (
    <DialogForm
      route={routes.widenPolicyTrial}
      changes={[...policyRoutes, routes.policyTrial]}
      question={() => ({ params: { trial: trial.id }, body: { share: Number(share), people } })}
      done={({ why }) => `The change is ${why}.`}
      close={close}
      submit="Put it in force for them"
      isOff={isNobody}
    >
      <p className="mk-soft">
        For them it decides about their mail; for everybody else what is in force stays. It is taken from them
        again when the trial ends.
        {trial.bySteps &&
          ' It goes on by itself from there: after its next step more people have it, also where you choose fewer now.'}
      </p>
      <NativeSelect
        data-autofocus
        label="A share of the people"
        description="The same people each time; a greater share takes nobody out."
        data={
          known ? shares : [...shares, { value: share, label: `${formatShare(Number(share))} of the people` }]
        }
        value={share}
        onChange={(event) => setShare(event.currentTarget.value)}
      />
      <Textarea
        label="And these people"
        description={`Addresses of people of ${trial.level}, one a line; they have it whatever the share.`}
        placeholder="anna@your.example"
        autosize
        minRows={2}
        maxRows={10}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <p className="mk-soft" aria-live="polite">
        {isNobody && 'Choose a share, or name somebody.'}
      </p>
    </DialogForm>
  )
}
