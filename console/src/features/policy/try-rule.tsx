import { type BenchAnswer, type Rule, routes } from '@mailkeep/contract'
import { Button, SegmentedControl, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { FaultNote } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark, type Tone } from '../../ui/state-mark.tsx'
import classes from './policy.module.css'
import { type Draft, fieldWords, testWords, textOf } from './rule-words.ts'

/** Asks a draft about one message: pasted, or one that is kept. */
export function TryRule({
  level,
  rule,
  draft,
  isReady,
}: {
  readonly level: string
  readonly rule: Rule | null
  readonly draft: Draft
  readonly isReady: boolean
}) {
  const mayContent = useMay('content.read')
  const [from, setFrom] = useState<'pasted' | 'kept'>('pasted')
  const [text, setText] = useState('')
  const [found, setFound] = useState<BenchAnswer | null>(null)
  const { give, isRunning, fault } = useOrder(routes.tryPolicy)
  const run = async () => {
    const proposal = {
      rule: { id: rule?.id ?? null, text: textOf(draft), enabled: true, locked: draft.locked },
    }
    const message = from === 'kept' ? { messageId: text.trim() } : { message: text }
    setFound(await give({ body: { level, proposal, ...message } }))
  }
  return (
    <Section title="Try it on a message" text="nothing is done to any mail">
      <div className={classes.stack}>
        {mayContent && (
          <SegmentedControl
            aria-label="Which message"
            value={from}
            onChange={(value) => {
              setFrom(value as typeof from)
              setText('')
            }}
            data={[
              { value: 'pasted', label: 'paste one' },
              { value: 'kept', label: 'one that is kept' },
            ]}
          />
        )}
        {from === 'kept' ? (
          <TextInput
            label="Id of the message"
            description="Its content is looked into, and the audit log says so."
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        ) : (
          <Textarea
            aria-label="Source of a message"
            placeholder={'From: a@sender.example\nSubject: Invoice 17\n\nText of the message'}
            autosize
            minRows={5}
            maxRows={14}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <div>
          <Button
            variant="default"
            loading={isRunning}
            disabled={!isReady || text.trim() === ''}
            onClick={() => void run().catch(() => undefined)}
          >
            Try it
          </Button>
        </div>
        {fault && <FaultNote fault={fault} />}
        {found && !isRunning && <Tried found={found} mine={rule?.id ?? 'proposed'} />}
      </div>
    </Section>
  )
}

const tones: Readonly<Record<string, Tone>> = {
  deliver: 'good',
  wait: 'wait',
  quarantine: 'aside',
  hold: 'aside',
  reject: 'bad',
  defer: 'wait',
}

function Tried({ found, mine }: { readonly found: BenchAnswer; readonly mine: string }) {
  const asked = found.rules.find(({ id }) => id === mine)
  return (
    <div className={classes.stack} role="status">
      <div>
        {asked === undefined ? (
          <Mark tone="none">this rule does not look at such mail</Mark>
        ) : asked.stopped ? (
          <Mark tone="bad">too slow: stopped after {asked.ms} ms, and would count as not holding</Mark>
        ) : asked.holds ? (
          <Mark tone="good">the rule holds ({asked.ms} ms)</Mark>
        ) : (
          <Mark tone="none">the rule does not hold ({asked.ms} ms)</Mark>
        )}
        {asked?.on.map(({ part, field, test, value }) => (
          <p key={`${part} ${field} ${test} ${value}`} className="mk-soft">
            {part === 'exception' && 'exception: '}
            {fieldWords[field] ?? field} {testWords[test] ?? test} <bdi className="mk-code">{value}</bdi>
          </p>
        ))}
      </div>
      {found.outcomes.map(({ recipient, disposition, verdict, score, tolerance }) => (
        <p key={recipient}>
          <Mark tone={tones[disposition] ?? 'none'}>{disposition}</Mark>{' '}
          {recipient && <bdi>{recipient}: </bdi>}
          {verdict}, score {score} of {tolerance}
        </p>
      ))}
      <details>
        <summary>
          {found.rules.filter(({ holds }) => holds).length} of {found.rules.length} rules hold,{' '}
          {found.findings.length} findings
        </summary>
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>finding</th>
                <th className={classes.number}>weight</th>
                <th>what it says</th>
              </tr>
            </thead>
            <tbody>
              {found.findings.map(({ code, weight, text }) => (
                <tr key={`${code} ${text}`}>
                  <td className="mk-code">{code}</td>
                  <td className={classes.number}>{weight}</td>
                  <td>{text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      <p className="mk-soft">Not asked here: {found.notAsked.join('; ')}.</p>
    </div>
  )
}
