import { type Light, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { RefreshCw } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { enteredValue } from '../../ui/entered-value.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './domain.module.css'

const looks = {
  green: { tone: 'good', word: 'right' },
  amber: { tone: 'aside', word: 'missing' },
  red: { tone: 'bad', word: 'wrong' },
  unknown: { tone: 'none', word: 'unknown' },
} as const

/** What a domain needs in DNS, whether it has it, and what to enter. */
export function DomainLights({ domain }: { readonly domain: string }) {
  const answer = useAnswer(routes.domainLights, { params: { domain } }, { every: 60_000 })
  const again = (
    <Button
      variant="subtle"
      color="gray"
      size="compact-xs"
      leftSection={<RefreshCw size={13} aria-hidden />}
      onClick={answer.again}
    >
      Check again
    </Button>
  )
  const checked = answer.value && (
    <>
      checked <Moment at={answer.value.checkedAt} />
    </>
  )
  return (
    <Section title="Lights" text={checked} actions={again} isFlush>
      <Answered answer={answer} lines={8}>
        {({ lights }) => (
          <ul className={classes.lights}>
            {lights.map((light) => (
              <LightLine key={light.name} light={light} />
            ))}
          </ul>
        )}
      </Answered>
    </Section>
  )
}

function LightLine({ light }: { readonly light: Light }) {
  const { title, state, says, record, type, wanted, found } = light
  const look = looks[state]
  return (
    <li className={classes.light}>
      <div className={classes.lightHead}>
        <Mark tone={look.tone}>{look.word}</Mark>
        <b>{title}</b>
        <span className={classes.says}>{says}</span>
      </div>
      {state !== 'green' && record !== '' && (
        <dl className={classes.record}>
          <Value name={`${type} of`} text={record} isOffered={wanted !== ''} />
          {wanted !== '' && <Value name="enter" text={enteredValue(type, wanted)} isOffered />}
          {found !== '' && <Value name="found" text={enteredValue(type, found)} />}
        </dl>
      )}
    </li>
  )
}

function Value({
  name,
  text,
  isOffered = false,
}: {
  readonly name: string
  readonly text: string
  readonly isOffered?: boolean
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{text}</code>
        {isOffered && <CopyButton text={text} what={name === 'enter' ? 'the value' : 'the name'} />}
      </dd>
    </>
  )
}
