import { Button } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { Empty } from './notes.tsx'

interface Props {
  readonly children: ReactNode
  /** Changes with the page: a new page gets a new try. */
  readonly name: string
}

/** Keeps a fault of one page from taking the others along. */
export class ErrorBoundary extends Component<Props, { readonly fault: Error | null; readonly name: string }> {
  override state = { fault: null, name: this.props.name }

  static getDerivedStateFromError(fault: Error): { fault: Error } {
    return { fault }
  }

  static getDerivedStateFromProps(props: Props, state: { name: string }): object | null {
    return props.name === state.name ? null : { fault: null, name: props.name }
  }

  override render(): ReactNode {
    const { fault } = this.state as { fault: Error | null }
    return fault === null ? this.props.children : <PageFault fault={fault} />
  }
}

/** What stands there instead of a page that has failed. */
export function PageFault({ fault }: { readonly fault: Error }) {
  const isOldPage = /dynamically imported module|module script|Importing a module/i.test(fault.message)
  return (
    <Empty
      title={isOldPage ? 'There is a newer console' : 'This page has a fault'}
      icon={TriangleAlert}
      action={
        <Button variant="default" onClick={() => window.location.reload()}>
          Load anew
        </Button>
      }
    >
      {isOldPage ? (
        'It was changed while you had it open.'
      ) : (
        <>
          Nothing was changed by it, and mail is not touched.{' '}
          <code className="mk-code">{fault.message.slice(0, 300)}</code>
        </>
      )}
    </Empty>
  )
}
