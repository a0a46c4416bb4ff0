import type { IncidentView } from '@mailkeep/contract'
import { longestMarkdown } from '@mailkeep/contract/markdown'
import { Button, Textarea } from '@mantine/core'
import { Download } from 'lucide-react'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Note } from '../../ui/notes.tsx'
import { saveText } from '../../ui/save-text.ts'
import { Section } from '../../ui/section.tsx'
import classes from './incidents.module.css'
import { Markdown } from './markdown.tsx'
import { usePostmortem } from './use-postmortem.ts'

/** Writes a postmortem beside what its readers will see; keeps it in the house, then publishes it. */
export function PostmortemEditor({
  incident,
  draft,
}: {
  readonly incident: IncidentView
  /** What it begins with where none is kept. */
  readonly draft: string
}) {
  const { id, isPublic, resolvedAt } = incident
  const writing = usePostmortem(incident, draft)
  const { text, isKept, isPublished } = writing
  return (
    <Section
      title={writing.isDraft ? 'Draft of a postmortem' : 'Postmortem'}
      text={standing(writing, isPublic)}
      actions={
        <>
          <CopyButton text={text} what="the text as Markdown" />
          <Button
            variant="default"
            leftSection={<Download size={14} aria-hidden />}
            onClick={() => saveText(text, `postmortem-${id}.md`, 'text/markdown')}
          >
            Markdown
          </Button>
        </>
      }
    >
      {writing.isElsewhere && (
        <Note tone="aside">
          Somebody else has kept another text since you began. Copy yours, then open this page anew.
        </Note>
      )}
      <div className={classes.writing}>
        <Textarea
          label="Text"
          description="headings with #, lists with -, tables with |, **bold**, `code`; addresses become links"
          autosize
          minRows={16}
          maxRows={34}
          maxLength={longestMarkdown}
          value={text}
          classNames={{ input: classes.source ?? '' }}
          onChange={(event) => writing.setText(event.currentTarget.value)}
        />
        <div>
          <h3 className={classes.seen}>{isPublic ? 'What the public will read' : 'What will be read'}</h3>
          <div className={classes.draft}>
            <Markdown text={text} />
          </div>
        </div>
      </div>
      <div className={classes.buttons}>
        <Button
          loading={writing.isKeeping}
          disabled={isKept || text.trim() === ''}
          variant={isKept ? 'default' : 'filled'}
          onClick={() => void writing.keep()}
        >
          Keep the text
        </Button>
        <Button
          loading={writing.isPublishing}
          disabled={!isKept || isPublished || resolvedAt === null}
          variant={isKept && !isPublished ? 'filled' : 'default'}
          onClick={() => void writing.publish()}
        >
          {isPublic ? 'Publish' : 'Make it the last word'}
        </Button>
        {resolvedAt === null && <span className="mk-soft">It is published once the incident is closed.</span>}
      </div>
    </Section>
  )
}

function standing(
  { isDraft, isKept, isPublished }: ReturnType<typeof usePostmortem>,
  isPublic: boolean,
): string {
  if (isDraft) return 'with what was measured filled in; what nobody has measured or said is unknown'
  if (!isKept) return 'changed, not kept yet'
  if (isPublished) return isPublic ? 'published as it stands here' : 'the last word of this incident'
  return 'kept, not published'
}
