import { routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Download } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { saveText } from '../../ui/save-text.ts'
import { Section } from '../../ui/section.tsx'
import classes from './incidents.module.css'
import { Markdown } from './markdown.tsx'

/** A postmortem with what was measured filled in: read here, finished elsewhere. */
export function PostmortemDraft({ incident }: { readonly incident: string }) {
  const answer = useAnswer(routes.incidentDraft, { params: { incident } })
  const text = answer.value?.text ?? ''
  return (
    <Section
      title="Draft of a postmortem"
      text="what nobody has measured or said stands there as unknown"
      actions={
        text !== '' && (
          <>
            <CopyButton text={text} what="the draft as Markdown" />
            <Button
              variant="default"
              leftSection={<Download size={14} aria-hidden />}
              onClick={() => saveText(text, `postmortem-${incident}.md`, 'text/markdown')}
            >
              Markdown
            </Button>
          </>
        )
      }
    >
      <Answered answer={answer} lines={12}>
        {(found) => (
          <div className={classes.draft}>
            <Markdown text={found.text} />
          </div>
        )}
      </Answered>
    </Section>
  )
}
