import { routes } from '@mailkeep/contract'
import { useParams, useSearchParams } from 'react-router'
import { useAnswer } from '../../session/use-answer.ts'
import { useMay } from '../../session/who.tsx'
import { Answered, Lines } from '../../ui/answered.tsx'
import { FaultNote } from '../../ui/notes.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { LevelBar } from './level-bar.tsx'
import { mailOfRule } from './mail-of-rule.ts'
import { RuleEditor } from './rule-editor.tsx'
import { draftOf, draftOfText, emptyDraft } from './rule-words.ts'
import { toPolicy, useLevel } from './use-level.ts'
import { useTemplate } from './use-template.ts'

/** A rule that is written or changed. */
export function RulePage() {
  const { rule: id = 'new' } = useParams()
  const level = useLevel()
  const back = { to: toPolicy('/rules', level), label: 'Rules' }
  if (id === 'new')
    return (
      <>
        <PageHead title="New rule" back={back} />
        {level === null ? <Lines count={6} /> : <LevelBar level={level} />}
        {level !== null && <NewOne level={level} />}
      </>
    )
  return <OldOne id={id} back={back} />
}

function NewOne({ level }: { readonly level: string }) {
  const words = useAnswer(routes.ruleWords)
  const template = useTemplate(level, useSearchParams()[0].get('template'))
  if (template.fault) return <FaultNote fault={template.fault} />
  if (template.isLoading) return <Lines count={8} />
  const start = template.text ? draftOfText(template.text) : emptyDraft
  return (
    <Answered answer={words} lines={8}>
      {(known) => (
        <RuleEditor key={`${level} ${start.name}`} level={level} rule={null} start={start} words={known} />
      )}
    </Answered>
  )
}

function OldOne({
  id,
  back,
}: {
  readonly id: string
  readonly back: { readonly to: string; readonly label: string }
}) {
  const words = useAnswer(routes.ruleWords)
  const answer = useAnswer(routes.rule, { params: { rule: id } })
  const mayRead = useMay('mail.read')
  const rule = answer.value
  return (
    <>
      <PageHead
        title={rule ? rule.name || rule.id : 'Rule'}
        back={back}
        actions={mayRead && <ScopedLink to={mailOfRule(id)}>Mail of this rule</ScopedLink>}
      />
      <Answered answer={answer} lines={8}>
        {(found) => (
          <>
            <LevelBar level={found.level} />
            <Answered answer={words}>
              {(known) => (
                <RuleEditor
                  key={found.etag}
                  level={found.level}
                  rule={found}
                  start={draftOf(found)}
                  words={known}
                />
              )}
            </Answered>
          </>
        )}
      </Answered>
    </>
  )
}
