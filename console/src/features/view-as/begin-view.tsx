import { routes } from '@mailkeep/contract'
import { NativeSelect } from '@mantine/core'
import { Eye } from 'lucide-react'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMe } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { Note } from '../../ui/notes.tsx'

interface Props {
  readonly tenant: string
  /** Only this domain of it. */
  readonly domain?: string
}

/** Looks with the eyes of somebody at a tenant: a role, a reason that its people can read, and an end. */
export function BeginView(props: Props) {
  const { rights, viewAs, who } = useMe()
  if (!rights.includes('access.write') || viewAs !== null || !who.startsWith('manager:')) return null
  return (
    <DialogButton
      label="See as they do"
      icon={Eye}
      title={`See ${props.domain ?? props.tenant} as its people do`}
    >
      {(close) => <ViewForm {...props} close={close} />}
    </DialogButton>
  )
}

/** Looks at the review page of a person as he does. */
export function BeginPersonView({ tenant, address }: { readonly tenant: string; readonly address: string }) {
  const { rights, viewAs, who } = useMe()
  if (!rights.includes('access.write') || viewAs !== null || !who.startsWith('manager:')) return null
  return (
    <DialogButton label="See as this person" icon={Eye} title={`See the review page as ${address} does`}>
      {(close) => <ViewForm tenant={tenant} person={address} close={close} />}
    </DialogButton>
  )
}

const lengths = [
  { value: '15', label: '15 minutes' },
  { value: '30', label: '30 minutes' },
  { value: '60', label: '1 hour' },
  { value: '120', label: '2 hours' },
]

function ViewForm({
  tenant,
  domain,
  person,
  close,
}: Props & {
  /** His own address: then it is his review page, and no role is chosen. */
  readonly person?: string
  readonly close: () => void
}) {
  const roles = useAnswer(routes.roles)
  const begin = useOrder(routes.beginView)
  const [role, setRole] = useState(person === undefined ? 'administrator' : 'reader')
  const [reason, setReason] = useState('')
  const [minutes, setMinutes] = useState('30')
  const given = (roles.value?.roles ?? []).filter((each) => each.role !== 'operator')
  const run = async () => {
    const body = {
      tenant,
      role: role as 'administrator',
      reason: reason.trim(),
      minutes: Number(minutes),
      ...(domain !== undefined && { domain }),
      ...(person !== undefined && { domain: `user:${person}` }),
    }
    await begin.give({ body })
    // All that was answered belongs to other eyes: everything is asked anew.
    window.location.assign(person === undefined ? '/' : '/review/as')
  }
  return (
    <Form submit="See as they do" run={run} onCancel={close} isOff={reason.trim().length < 3}>
      <Note tone="aside">
        You can change nothing while it lasts. That you looked, and why, stands in the audit log of{' '}
        <bdi>{tenant}</bdi>.
      </Note>
      <TextField
        name="reason"
        label="Reason"
        placeholder="Ticket 4711: cannot find a message"
        maxLength={300}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {person === undefined && (
        <NativeSelect
          label="As a manager with the role"
          data={given.map((each) => ({ value: each.role, label: each.name }))}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value)}
        />
      )}
      <NativeSelect
        label="For"
        data={lengths}
        value={minutes}
        onChange={(event) => setMinutes(event.currentTarget.value)}
      />
    </Form>
  )
}
