import { routes, type SyncSource, type SyncToken } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { KeyRound } from 'lucide-react'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Form } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import { SecretMaker } from '../../ui/secret-maker.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './sync.module.css'

const changes = [routes.syncSource, routes.syncSources]
/** The one in use, and the one that takes its place. */
const mostTokens = 2

/** Where a directory pushes its people to, and what it shows there. */
export function PushAccess({ source }: { readonly source: SyncSource }) {
  const { tokens, pushAddress } = source
  const address = pushAddress ?? ''
  return (
    <div className={classes.parts}>
      <Facts
        facts={[
          [
            'Address',
            <>
              <code className={classes.address}>{address}</code>{' '}
              <CopyButton text={address} what="the address" />
            </>,
          ],
          ['Sign-in', 'Bearer token'],
        ]}
      />
      {tokens.length === 0 ? (
        <p className="mk-soft">
          No token yet. The directory shows one when it pushes: make it, and enter it there with the address
          above.
        </p>
      ) : (
        <PlainTable
          label="Tokens"
          heads={['Token', 'Last used', '']}
          rows={tokens.map((each) => ({
            key: each.id,
            cells: [
              <div key="id">
                <code>{each.id}</code>
                <div className="mk-soft">
                  made <Moment at={each.createdAt} /> by <bdi>{each.createdBy}</bdi>
                </div>
              </div>,
              each.usedAt === null ? 'not yet' : <Moment key="used" at={each.usedAt} />,
              <Revoke key="revoke" source={source} token={each} />,
            ],
          }))}
        />
      )}
      {tokens.length >= mostTokens && (
        <p className="mk-soft">Once the directory uses the new token, revoke the old one.</p>
      )}
      {/* Always there: the token that it has made is shown by it. */}
      <div>
        <MakeToken id={source.id} />
      </div>
    </div>
  )
}

function MakeToken({ id }: { readonly id: string }) {
  const make = useOrder(routes.makeSyncToken, changes)
  return (
    <SecretMaker
      label="Make a token"
      icon={KeyRound}
      told={() => ({
        title: 'The token is made',
        text: 'Enter it in the directory as the secret token. It is shown this once, and kept nowhere.',
      })}
    >
      {(onDone, close) => (
        <Form
          submit="Make the token"
          run={async () => onDone((await make.give({ params: { id }, body: {} })).token)}
          onCancel={close}
        >
          <p>
            Whoever has it changes the people of this source, and nothing else. One that is there already
            stays good until you revoke it.
          </p>
        </Form>
      )}
    </SecretMaker>
  )
}

function Revoke({ source, token }: { readonly source: SyncSource; readonly token: SyncToken }) {
  const revoke = useOrder(routes.revokeSyncToken, changes)
  const ask = async () => {
    const isSure = await confirm({
      title: `Revoke the token ${token.id}?`,
      action: 'Revoke the token',
      undo: 'A directory that still shows it is refused; its people stay. You can make another token.',
      isDangerous: true,
    })
    if (isSure)
      await revoke
        .give({ params: { id: source.id, token: token.id } })
        .then(() => tellDone('The token is revoked.'), tellFault)
  }
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      aria-label={`Revoke ${token.id}`}
      onClick={() => void ask()}
    >
      Revoke
    </Button>
  )
}
