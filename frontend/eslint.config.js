import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'

export default [
  { ignores: ['dist/', 'node_modules/'] },
  js.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: { globals: globals.browser },
    rules: {
      complexity: ['error', 8],
      'max-lines': ['error', 300],
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'vue/multi-word-component-names': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      // Strict content security policy: a style attribute would be refused by the browser.
      'vue/no-restricted-static-attribute': ['error', 'style'],
      'vue/no-v-html': 'error'
    }
  }
]
