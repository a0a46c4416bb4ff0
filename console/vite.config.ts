import { pathToFileURL } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

interface Route {
  readonly method: string
  readonly path: string
  readonly query?: { readonly properties?: object }
}

/** Of an address a browser needs how to ask it; what fields may hold is for the door, and a third of the first page. */
function routeForBrowsers({ method, path, query }: Route): object {
  const names = Object.keys(query?.properties ?? {}).map((name) => [name, 0])
  return { method, path, ...(names.length > 0 && { query: { properties: Object.fromEntries(names) } }) }
}

const contractForBrowsers: Plugin = {
  name: 'contract-for-browsers',
  enforce: 'pre',
  async load(id) {
    if (!/contract\/src\/index\.ts$/.test(id)) return null
    const { routes } = (await import(pathToFileURL(id).href)) as { routes: Record<string, Route> }
    const entries = Object.entries(routes).map(([name, route]) => [name, routeForBrowsers(route)])
    return `export const routes = ${JSON.stringify(Object.fromEntries(entries))}`
  },
}

// Built by scripts/build-console.mjs, which names the folder to build into.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [contractForBrowsers],
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    target: ['chrome120', 'firefox121', 'safari17'],
    emptyOutDir: true,
    // The policy of the door allows files of ours alone: nothing may become a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // Libraries mark what runs in browsers for frameworks that render elsewhere too; here all of it does.
      onwarn(warning, warn) {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
      output: {
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules[\\/](react|react-dom|react-router|scheduler)[\\/]/ }],
        },
      },
    },
  },
})
