import { Button } from '@mantine/core'
import { Eye } from 'lucide-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useMay } from '../../session/who.tsx'
import { Section } from '../../ui/section.tsx'
import { MessageContent } from './message-content.tsx'

/** The content of a message, read when somebody asks for it: whoever only follows its way does not look into it. */
export function ContentOnDemand({ messageId }: { readonly messageId: string }) {
  const [parameters] = useSearchParams()
  const [isWanted, setWanted] = useState(parameters.has('show'))
  const may = useMay('content.read')
  return (
    <Section title="Content" text="Made safe to look at; each look stands in the audit log.">
      {isWanted || !may ? (
        <MessageContent messageId={messageId} />
      ) : (
        <Button variant="default" leftSection={<Eye size={14} aria-hidden />} onClick={() => setWanted(true)}>
          Look into it
        </Button>
      )}
    </Section>
  )
}
