import { routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Download, UserX } from 'lucide-react'
import { addressOf } from '../../api/ask.ts'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Section } from '../../ui/section.tsx'
import { ErasePerson } from './erase-person.tsx'

/** What is kept about a person: handed out, and taken out. Also of one who has left. */
export function PersonData({ address }: { readonly address: string }) {
  if (!useMay('person.data')) return null
  return (
    <Section
      title="Data"
      text="what is kept about this person, without content of mail"
      actions={
        <>
          <Button
            component="a"
            variant="default"
            href={addressOf(routes.exportPersonData, { address })}
            download={`${address}.jsonl`}
            leftSection={<Download size={14} aria-hidden />}
          >
            Export
          </Button>
          <DialogButton label="Erase" icon={UserX} about={address} title={`Erase ${address}?`}>
            {(close) => <ErasePerson address={address} close={close} />}
          </DialogButton>
        </>
      }
    >
      <p className="mk-soft">
        An export is a JSON object a line: directory, mail sent, received and refused, reports, lists, rules.
        Erasing takes all of it out, and leaves a name without meaning in the ledger. Both are in the audit
        log.
      </p>
    </Section>
  )
}
