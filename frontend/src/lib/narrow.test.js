import { beforeEach, expect, test } from 'vitest'
import { narrow } from './narrow.js'

beforeEach(() => {
  document.body.innerHTML = `
    <fieldset>
      <input data-narrow><p data-none hidden>Nothing</p>
      <label class="opt"><span class="t">Apple</span></label>
      <details><label class="opt"><span class="t">Télécom</span></label></details>
    </fieldset>`
})

function type(text) {
  const box = document.querySelector('[data-narrow]')
  box.value = text
  narrow(box)
}

const shown = () => [...document.querySelectorAll('.opt')].filter((option) => !option.hidden).map((option) => option.textContent)

test('options are found whatever their accents and case, and the folded rest opens', () => {
  type('TELE')

  expect(shown()).toEqual(['Télécom'])
  expect(document.querySelector('details').open).toBe(true)
})

test('an empty box shows everything, folded as before', () => {
  type('tele')
  type('')

  expect(shown()).toEqual(['Apple', 'Télécom'])
  expect(document.querySelector('details').open).toBe(false)
})

test('nothing found is said', () => {
  type('nokia')

  expect(document.querySelector('[data-none]').hidden).toBe(false)
})
