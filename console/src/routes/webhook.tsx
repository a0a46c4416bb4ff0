import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { HookState } from '../features/webhooks/hook-state.tsx'
import { PostList } from '../features/webhooks/post-list.tsx'
import { WebhookActs } from '../features/webhooks/webhook-acts.tsx'
import { WebhookForm } from '../features/webhooks/webhook-form.tsx'
import classes from '../features/webhooks/webhooks.module.css'
import { useGo } from '../session/scope.ts'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { Facts } from '../ui/facts.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Section } from '../ui/section.tsx'

/** One webhook: how it does, what was sent, and what can be changed. */
export function Page() {
  const { webhook = '' } = useParams()
  const answer = useAnswer(routes.webhook, { params: { webhook } }, { every: 5000 })
  const go = useGo()
  return (
    <>
      <PageHead
        title={answer.value?.name ?? webhook}
        back={{ to: '/webhooks', label: 'Webhooks' }}
        actions={answer.value && <WebhookActs hook={answer.value} onGone={() => go('/webhooks')} />}
      />
      <Answered answer={answer} lines={8}>
        {(hook) => (
          <div className="mk-stack">
            <div className={classes.columns}>
              <Section title="How it does">
                <Facts
                  facts={[
                    ['State', <HookState key="state" hook={hook} isWhole />],
                    ['Reach', <bdi key="reach">{hook.domain ?? hook.tenant}</bdi>],
                    ['Made', <Moment key="made" at={hook.createdAt} />],
                    ['Made by', <bdi key="by">{hook.createdBy}</bdi>],
                  ]}
                />
              </Section>
              <Section title="Address and kinds">
                <WebhookForm key={hook.id} hook={hook} />
              </Section>
            </div>
            <Section title="What was sent" text="newest first, kept for 30 days" isFlush>
              <PostList webhook={hook.id} />
            </Section>
          </div>
        )}
      </Answered>
    </>
  )
}
