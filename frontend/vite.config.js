import vue from '@vitejs/plugin-vue'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { defineConfig } from 'vite'

const src = (name) => fileURLToPath(new URL(`./src/${name}`, import.meta.url))

const COMPRESSIBLE = /\.(js|css|svg)$/
const WORTH_IT = 1024

/** Writes each file's .br and .gz beside it, once at build time: the web server only has to choose. */
const compressed = () => ({
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir }) {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name))
    await Promise.all(
      files.map(async (entry) => {
        const file = join(entry.parentPath, entry.name)
        const content = await readFile(file)
        if (content.length < WORTH_IT) return
        await writeFile(`${file}.br`, await promisify(brotliCompress)(content))
        await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
      })
    )
  }
})

export default defineConfig({
  plugins: [vue(), compressed()],
  // Relative, so that Django's STATIC_URL may point anywhere.
  base: './',
  build: {
    outDir: 'dist',
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { shop: src('shop.js'), office: src('office.js'), admin: src('admin.js'), errors: src('errors.css') },
      output: {
        // Error pages must not read the manifest: their one stylesheet keeps its name.
        assetFileNames: ({ names }) =>
          names?.includes('errors.css') ? '[name][extname]' : 'assets/[name]-[hash][extname]'
      }
    }
  },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  test: { environment: 'jsdom', include: ['src/**/*.test.js'] }
})
