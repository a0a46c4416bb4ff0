import { defineConfig, type Plugin } from 'vite'

/** What addresses and fields mean is for the reference page and the OpenAPI document; no browser needs it. */
const withoutWords: Plugin = {
  name: 'contract-without-words',
  enforce: 'pre',
  transform(code, id) {
    if (!/contract\/src\/[\w-]+\.ts$/.test(id)) return null
    return code.replace(
      /\b(summary|description):\s*(?:'(?:[^'\\\n]|\\.)*'|`[^`$]*`)/g,
      (_all, name: string) => `${name}: ''`,
    )
  },
}

// Built by scripts/build-console.mjs, which names the folder to build into.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [withoutWords],
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
