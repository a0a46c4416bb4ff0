import './ui/tokens.css'
import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { ApiFault } from './api/api-fault.ts'
import { shareAnswer } from './api/ask.ts'
import { createRouter } from './router.tsx'
import { pages } from './routes.tsx'
import { guardMarkup } from './trusted-types.ts'
import { cssVariables, theme } from './ui/theme.ts'

guardMarkup()
const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? ''
const known = new QueryClient({
  defaultOptions: {
    queries: {
      // Asked even where the browser believes to be offline: the server may be on this very machine.
      networkMode: 'always',
      structuralSharing: shareAnswer,
      staleTime: 2000,
      retry: (failures, cause) => failures < 2 && cause instanceof ApiFault && cause.isPassing,
      retryDelay: (failures) => 1000 + 2000 * failures,
    },
    mutations: { networkMode: 'always' },
  },
})

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={known}>
          <Notifications position="bottom-right" limit={4} />
          <RouterProvider router={createRouter(pages)} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
