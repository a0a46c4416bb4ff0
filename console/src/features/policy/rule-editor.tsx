import { type Rule, type RuleWords, routes } from '@mailkeep/contract'
import { NativeSelect, Switch, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { ask } from '../../api/ask.ts'
import { useIsOfPeople, useMayTry } from '../../session/people-scope.ts'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { ActionFields } from './action-fields.tsx'
import { ConditionFields } from './condition-fields.tsx'
import { DryRunPart } from './dry-run.tsx'
import classes from './policy.module.css'
import { type Draft, ruleSentence, textOf } from './rule-words.ts'
import { StartTrial } from './start-trial.tsx'
import { TryRule } from './try-rule.tsx'
import { newestVersion, policyRoutes, useUndo } from './undo-newest.ts'
import { toPolicy } from './use-level.ts'

/** Writes a rule: its words, whether they can be taken, what they would do, and saving them. */
export function RuleEditor({
  level,
  rule,
  start,
  words,
}: {
  readonly level: string
  /** Null: a new one. */
  readonly rule: Rule | null
  readonly start: Draft
  readonly words: RuleWords
}) {
  const [draft, setDraft] = useState(start)
  const mayWrite = useMay('policy.write')
  const mayTry = useMayTry()
  const isOfPeople = useIsOfPeople()
  const { isTaken, why } = useJudged(level, draft)
  const save = useSave(level, rule)
  const go = useGo()
  // Nothing is held against what nobody has typed yet.
  const isTouched = rule !== null || JSON.stringify(draft) !== JSON.stringify(start)
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  return (
    <div className={classes.grid}>
      <Section title="The rule" text={rule?.paused ? `paused: ${rule.paused.why}` : undefined}>
        <Form
          submit={rule === null ? 'Save the rule' : 'Save the change'}
          run={() => save(draft)}
          isOff={!mayWrite || !isTaken}
          onCancel={() => go(toPolicy('/rules', level))}
        >
          <div className={classes.fields}>
            <TextInput
              label="Name"
              className={classes.grow ?? ''}
              value={draft.name}
              maxLength={200}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <NativeSelect
              label="For mail"
              data={[
                { value: 'inbound', label: 'that comes in' },
                { value: 'outbound', label: 'that people send' },
                { value: 'both', label: 'in both directions' },
              ]}
              value={draft.direction}
              onChange={(event) => set({ direction: event.currentTarget.value as Draft['direction'] })}
            />
          </div>
          <ConditionFields
            title="When"
            add="Another condition"
            conditions={draft.conditions}
            words={words}
            onChange={(conditions) => set({ conditions })}
          />
          <ConditionFields
            title="Unless"
            add="An exception"
            conditions={draft.exceptions}
            words={words}
            onChange={(exceptions) => set({ exceptions })}
          />
          <ActionFields actions={draft.actions} words={words} onChange={(actions) => set({ actions })} />
          <div className={classes.fields}>
            <Switch
              label="on"
              checked={draft.enabled}
              onChange={(event) => set({ enabled: event.currentTarget.checked })}
            />
            <Switch
              label="locked: before all rules of levels below"
              checked={draft.locked}
              onChange={(event) => set({ locked: event.currentTarget.checked })}
            />
          </div>
          <TextInput
            label="Who hears when it is too slow"
            placeholder="it-desk@your.example"
            value={draft.owner}
            onChange={(event) => set({ owner: event.currentTarget.value })}
          />
          <p className={classes.sentence} aria-live="polite">
            {ruleSentence(draft)}
          </p>
          {why !== '' && isTouched && <Note tone="aside">It cannot be saved like this: {why}.</Note>}
        </Form>
      </Section>
      <div className={classes.stack}>
        <TryRule level={level} rule={rule} draft={draft} isReady={isTaken} />
        {isOfPeople ? (
          <Note tone="aside">
            Rules of groups and people are not tried on all mail of late before; those of domains are.
          </Note>
        ) : (
          <DryRunPart
            level={level}
            proposal={{
              rule: { id: rule?.id ?? null, text: textOf(draft), enabled: true, locked: draft.locked },
            }}
            isReady={isTaken}
          />
        )}
        {mayTry && (
          <StartTrial
            level={level}
            proposal={{
              rule: {
                id: rule?.id ?? null,
                text: textOf(draft),
                enabled: draft.enabled,
                locked: draft.locked,
              },
            }}
            isReady={isTaken && draft.enabled}
          />
        )}
      </div>
    </div>
  )
}

/** Whether the server takes a draft, a moment after the last letter, and what it says against it. */
function useJudged(level: string, draft: Draft): { readonly isTaken: boolean; readonly why: string } {
  // Null: it has not said anything yet.
  const [why, setWhy] = useState<string | null>(null)
  const text = JSON.stringify(textOf(draft))
  useEffect(() => {
    const stop = new AbortController()
    const timer = window.setTimeout(() => {
      const rule = JSON.parse(text)
      const body = { level, rule: { ...rule, conditions: rule.conditions, actions: rule.actions } }
      ask(routes.checkRule, { body, signal: stop.signal }).then(
        (judged) => setWhy(judged.why ?? ''),
        (fault: Error) => {
          if (!stop.signal.aborted) setWhy(fault.message)
        },
      )
    }, 350)
    return () => {
      stop.abort()
      window.clearTimeout(timer)
    }
  }, [level, text])
  return { isTaken: why === '', why: why ?? '' }
}

function useSave(level: string, rule: Rule | null): (draft: Draft) => Promise<void> {
  const add = useOrder(routes.addRule, policyRoutes)
  const change = useOrder(routes.changeRule, policyRoutes)
  const undo = useUndo()
  const go = useGo()
  return async (draft) => {
    const { enabled, locked, owner } = draft
    const traits = { rule: textOf(draft), enabled, locked, owner }
    const saved =
      rule === null
        ? await add.give({ body: { level, ...traits } })
        : await change.give({ params: { rule: rule.id }, body: traits, ifMatch: `"${rule.etag}"` })
    const version = await newestVersion(level, saved.id)
    go(toPolicy('/rules', level))
    const title = saved.name || saved.id
    tellDone(
      `The rule ${title} is saved${saved.enabled ? ' and on' : ', and off'}.`,
      version === null ? undefined : () => undo(version),
    )
  }
}
