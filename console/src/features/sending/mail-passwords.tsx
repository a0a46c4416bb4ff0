import { type MailPasswordView, routes } from '@mailkeep/contract'
import { ActionIcon } from '@mantine/core'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useIsOfPeople } from '../../session/people-scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { ProgramEntries } from './program-entries.tsx'
import classes from './sending.module.css'

/** What a person’s programs send by, each with a password of its own. */
export function MailPasswords({ address }: { readonly address: string }) {
  // They are of whoever looks after the domain.
  return useIsOfPeople() ? null : <Passwords address={address} />
}

function Passwords({ address }: { readonly address: string }) {
  const answer = useAnswer(routes.mailPasswords, { params: { address } })
  const [secret, setSecret] = useState<string | null>(null)
  const mayWrite = useMay('directory.write')
  const make = mayWrite && (
    <DialogButton label="Make one" title={`A mail password for ${address}`} icon={Plus}>
      {(close) => <PasswordForm address={address} close={close} onMade={setSecret} />}
    </DialogButton>
  )
  return (
    <Section title="Mail passwords" text="one for each program or device that sends" actions={make}>
      <Answered answer={answer} lines={2}>
        {({ lines }) =>
          lines.length === 0 ? (
            <p className="mk-soft">None: this person does not send through here by a mail program.</p>
          ) : (
            <ul className={classes.passwords}>
              {lines.map((each) => (
                <PasswordLine key={each.id} password={each} address={address} mayRemove={mayWrite} />
              ))}
            </ul>
          )
        }
      </Answered>
      {secret !== null && (
        <SecretShown
          title="The mail password"
          text="It is shown this once. Enter it in the program, with what stands below it."
          secrets={[secret]}
          onClose={() => setSecret(null)}
        >
          <ProgramEntries login={address} />
        </SecretShown>
      )}
    </Section>
  )
}

function PasswordLine({
  password,
  address,
  mayRemove,
}: {
  readonly password: MailPasswordView
  readonly address: string
  readonly mayRemove: boolean
}) {
  const remove = useOrder(routes.removeMailPassword, [routes.mailPasswords])
  const take = async () => {
    const yes = await confirm({
      title: `Remove the password “${password.name}”?`,
      text: `The program that has it cannot send as ${address} any more.`,
      action: 'Remove the password',
      undo: 'It cannot be brought back; another one can be made.',
      isDangerous: true,
    })
    if (!yes) return
    const done = remove.give({ params: { address, password: password.id } })
    await done.then(() => tellDone('The password is removed.'), tellFault)
  }
  return (
    <li className={classes.password}>
      <bdi>{password.name}</bdi>
      <span className="mk-soft">
        made <Moment at={password.madeAt} />
      </span>
      {mayRemove && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove the password ${password.name}`}
          onClick={() => void take()}
        >
          <Trash2 size={15} aria-hidden />
        </ActionIcon>
      )}
    </li>
  )
}

function PasswordForm({
  address,
  close,
  onMade,
}: {
  readonly address: string
  readonly close: () => void
  readonly onMade: (secret: string) => void
}) {
  const [name, setName] = useState('')
  return (
    <DialogForm
      route={routes.makeMailPassword}
      changes={[routes.mailPasswords]}
      question={() => ({ params: { address }, body: { name: name.trim() } })}
      done={null}
      onDone={({ secret }) => onMade(secret)}
      close={close}
      submit="Make the password"
      isOff={name.trim() === ''}
    >
      <TextField
        name="name"
        label="Name"
        description="Which program or device it is for."
        placeholder="Telephone"
        data-autofocus
        maxLength={100}
        value={name}
        onText={setName}
      />
    </DialogForm>
  )
}
