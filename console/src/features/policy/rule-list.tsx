import { type Rule, type RuleLine, type RuleWords, routes } from '@mailkeep/contract'
import { ActionIcon, Button, Menu } from '@mantine/core'
import { ArrowDown, ArrowUp, MoreHorizontal } from 'lucide-react'
import { useGo } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { type List, useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { exactTime, sinceTime } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { mailOfRule } from './mail-of-rule.ts'
import { ruleSentence } from './rule-words.ts'
import { newestVersion, policyRoutes, useUndo } from './undo-newest.ts'
import { toPolicy } from './use-level.ts'

/** Rules of a level in the order in which they decide. */
export function RuleListView({ level }: { readonly level: string }) {
  const list = useList(routes.rules, { level })
  const mayWrite = useMay('policy.write')
  const since = list.lines?.find(({ hits }) => hits !== null)?.hits?.since
  const isShort = since !== undefined && Date.now() - Date.parse(since) < shortMs
  return (
    <DataList
      label="Rules"
      list={list}
      columns={columnsOf(level, list, mayWrite, isShort ? `Since ${sinceTime(since)}` : 'Last day')}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => toPolicy(`/rules/${id}`, level)}
      nameOf={({ name, id }) => `rule ${name || id}`}
      empty={
        <Empty
          title="There are no rules at this level"
          action={
            mayWrite ? (
              <ScopedLink to={toPolicy('/rules/new', level)}>Write the first rule</ScopedLink>
            ) : undefined
          }
        >
          A rule says what is done with mail that has something: words, a sender, a kind of file. The first
          that decides wins; rules of wider levels come after these, unless they are locked.
        </Empty>
      }
    />
  )
}

const dayMs = 86_400_000
/** Less than this is no day: the index has known for a shorter time which rule it was. */
const shortMs = dayMs - 600_000
/** More than this is not counted. */
const mostHits = 10_000

/** How often a rule held of late, and the way to that mail. */
function Hits({ rule: { id, hits } }: { readonly rule: RuleLine }) {
  if (hits === null) return <span className="mk-soft">not known</span>
  const { deliveries, since } = hits
  if (deliveries === 0) return <span className="mk-soft">none</span>
  return (
    <ScopedLink to={mailOfRule(id, since)} title={`since ${exactTime(since)}`}>
      {deliveries >= mostHits ? `${formatCount(mostHits)}+` : formatCount(deliveries)}
    </ScopedLink>
  )
}

function columnsOf(
  level: string,
  list: List<RuleLine>,
  mayWrite: boolean,
  hitsLabel: string,
): readonly Column<RuleLine>[] {
  const columns: Column<RuleLine>[] = [
    {
      name: 'place',
      label: 'Place',
      width: '64px',
      isNumber: true,
      card: 'none',
      render: ({ place }) => place,
    },
    {
      name: 'state',
      label: 'State',
      width: '112px',
      card: 'side',
      render: (rule) => <RuleState rule={rule} />,
    },
    {
      name: 'name',
      label: 'Rule',
      width: 'minmax(140px, 3fr)',
      card: 'lead',
      render: ({ name, id }) => <b>{name || id}</b>,
    },
    {
      name: 'says',
      label: 'What it does',
      width: 'minmax(200px, 7fr)',
      render: (rule) => <span className="mk-soft">{ruleSentence(rule as never)}</span>,
    },
    {
      name: 'hits',
      label: hitsLabel,
      width: '96px',
      isNumber: true,
      render: (rule) => <Hits rule={rule} />,
    },
    {
      name: 'changed',
      label: 'Changed',
      width: '110px',
      isNumber: true,
      card: 'none',
      render: ({ changedAt }) => <Moment at={changedAt} />,
    },
  ]
  if (mayWrite)
    columns.push({
      name: 'do',
      label: '',
      width: '112px',
      render: (rule) => <RuleActions rule={rule} level={level} count={list.lines?.length ?? 0} />,
    })
  return columns
}

export function RuleState({ rule }: { readonly rule: Pick<Rule, 'enabled' | 'paused' | 'locked'> }) {
  if (rule.paused) return <Mark tone="aside">paused</Mark>
  if (!rule.enabled) return <Mark tone="none">off</Mark>
  return <Mark tone="good">{rule.locked ? 'on, locked' : 'on'}</Mark>
}

function RuleActions({
  rule,
  level,
  count,
}: {
  readonly rule: Rule
  readonly level: string
  readonly count: number
}) {
  const { id, place, enabled, paused, name } = rule
  const title = name || id
  const move = useOrder(routes.moveRule, policyRoutes)
  const turn = useOrder(routes.switchRule, policyRoutes)
  const remove = useOrder(routes.deleteRule, policyRoutes)
  const undo = useUndo()
  const params = { rule: id }
  const run = async (work: Promise<unknown>, told: string, subject: string) => {
    try {
      await work
      const version = await newestVersion(level, subject)
      tellDone(told, version === null ? undefined : () => undo(version))
    } catch (fault) {
      tellFault(fault)
    }
  }
  const to = (where: number) =>
    void run(move.give({ params, body: { place: where } }), `${title} is at place ${where}.`, level)
  const drop = async () => {
    const isSure = await confirm({
      title: `Delete the rule ${title}?`,
      action: 'Delete the rule',
      undo: 'You can take this back, also later under Versions.',
      isDangerous: true,
    })
    if (isSure) await run(remove.give({ params }), `The rule ${title} is deleted.`, id)
  }
  const isOn = enabled && paused === null
  return (
    <span className="mk-row" style={{ flexWrap: 'nowrap', gap: 2 }}>
      <ActionIcon
        variant="subtle"
        aria-label={`Move ${title} up`}
        disabled={place === 1}
        onClick={() => to(place - 1)}
      >
        <ArrowUp size={14} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        aria-label={`Move ${title} down`}
        disabled={place >= count}
        onClick={() => to(place + 1)}
      >
        <ArrowDown size={14} />
      </ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" aria-label={`More for ${title}`}>
            <MoreHorizontal size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() =>
              void run(
                turn.give({ params, body: { enabled: !isOn } }),
                `The rule ${title} is ${isOn ? 'off' : 'on'}.`,
                id,
              )
            }
          >
            {isOn ? 'Switch off' : 'Switch on'}
          </Menu.Item>
          <Menu.Item onClick={() => void drop()}>Delete</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  )
}

/** The way to a new rule: an empty one, or what a template says. */
export function NewRule({ level }: { readonly level: string }) {
  const go = useGo()
  const mayWrite = useMay('policy.write')
  const words = useAnswer(routes.ruleWords)
  const templates: RuleWords['templates'] = words.value?.templates ?? []
  if (!mayWrite) return null
  const to = (template: string | null) =>
    go(`${toPolicy('/rules/new', level)}${template === null ? '' : `&template=${template}`}`)
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">From a template</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {templates
            .filter(({ needs }) => needs === null)
            .map(({ name, about }) => (
              <Menu.Item key={name} maw={420} onClick={() => to(name)}>
                {about}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <Button onClick={() => to(null)}>New rule</Button>
    </>
  )
}
