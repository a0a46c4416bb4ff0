import { Button, Modal } from '@mantine/core'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { ManagerForm } from './manager-form.tsx'

/** The button that adds a manager, with the dialog behind it and the link that comes of it. */
export function AddManager() {
  const [isOpen, setOpen] = useState(false)
  const [link, setLink] = useState<string | null>(null)
  return (
    <>
      <Button leftSection={<UserPlus size={15} aria-hidden />} onClick={() => setOpen(true)}>
        Add a manager
      </Button>
      {isOpen && (
        <Modal
          opened
          onClose={() => setOpen(false)}
          title="Add a manager"
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <ManagerForm
            known={null}
            onCancel={() => setOpen(false)}
            onDone={(made) => {
              setOpen(false)
              setLink(made)
            }}
          />
        </Modal>
      )}
      {link !== null && (
        <SecretShown
          title="The manager is added"
          text="This link signs in once, within a day, for setting a password. It is shown this once."
          secrets={[link]}
          onClose={() => setLink(null)}
        />
      )}
    </>
  )
}
