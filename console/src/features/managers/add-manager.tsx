import { UserPlus } from 'lucide-react'
import { SecretMaker } from '../../ui/secret-maker.tsx'
import { ManagerForm } from './manager-form.tsx'

/** The button that adds a manager, with the dialog behind it and the link that comes of it. */
export function AddManager() {
  return (
    <SecretMaker
      label="Add a manager"
      icon={UserPlus}
      told={() => ({
        title: 'The manager is added',
        text: 'This link signs in once, within a day, for setting a password. It is shown this once.',
      })}
    >
      {(onDone, close) => <ManagerForm known={null} onDone={onDone} onCancel={close} />}
    </SecretMaker>
  )
}
