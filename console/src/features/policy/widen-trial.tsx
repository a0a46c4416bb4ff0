import { routes, type TrialDetails } from '@mailkeep/contract'
import { NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { policyRoutes } from './undo-newest.ts'

const shares = [0, 0.01, 0.1, 0.25, 0.5].map((share) => ({
  value: String(share),
  label: share === 0 ? 'nobody but those below' : `${share * 100} % of the people`,
}))

/** Puts a change on trial in force for some: a share of the people, and people by name. */
export function WidenTrial({ trial }: { readonly trial: TrialDetails }) {
  return (
    <DialogButton label="For some" title="Put it in force for some">
      {(close) => <Fields trial={trial} close={close} />}
    </DialogButton>
  )
}

function Fields({ trial, close }: { readonly trial: TrialDetails; readonly close: () => void }) {
  const [share, setShare] = useState(String(trial.share))
  const [text, setText] = useState(trial.people.join('\n'))
  const people = text.split(/[\s,]+/).filter(Boolean)
  const known = shares.some(({ value }) => value === share)
  return (
    <DialogForm
      route={routes.widenPolicyTrial}
      changes={[...policyRoutes, routes.policyTrial]}
      question={() => ({ params: { trial: trial.id }, body: { share: Number(share), people } })}
      done={({ why }) => `The change is ${why}.`}
      close={close}
      submit="Put it in force for them"
      isOff={Number(share) === 0 && people.length === 0}
    >
      <NativeSelect
        label="A share, the same people each time"
        data={known ? shares : [...shares, { value: share, label: `${Number(share) * 100} % of the people` }]}
        value={share}
        onChange={(event) => setShare(event.currentTarget.value)}
      />
      <Textarea
        label="And these people, one a line"
        placeholder="anna@your.example"
        autosize
        minRows={2}
        maxRows={10}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </DialogForm>
  )
}
