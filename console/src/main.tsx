import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { guardMarkup } from './trusted-types.ts'

guardMarkup()

const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode>Mailkeep</StrictMode>)
