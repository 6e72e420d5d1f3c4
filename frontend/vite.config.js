import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const src = (name) => fileURLToPath(new URL(`./src/${name}`, import.meta.url))

export default defineConfig({
  plugins: [vue()],
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
