import { beforeEach, expect, test, vi } from 'vitest'
import { follow, startSheet } from './sheet.js'

let opener

beforeEach(() => {
  window.matchMedia = vi.fn(() => ({ matches: true, addEventListener: () => {} }))
  document.body.innerHTML = `
    <header></header>
    <main>
      <input type="checkbox" class="sheet-switch" id="filters-open">
      <form><section class="sheet"><button data-close-sheet>Close</button></section><section id="results"></section></form>
    </main>`
  opener = document.getElementById('filters-open')
})

const sheet = () => document.querySelector('.sheet')

function open() {
  opener.checked = true
  follow(opener)
}

test('an open sheet is a dialog with the focus in it, and what lies behind cannot be reached', () => {
  open()

  expect(sheet().getAttribute('role')).toBe('dialog')
  expect(document.activeElement.textContent).toBe('Close')
  expect([document.querySelector('header').inert, document.getElementById('results').inert]).toEqual([true, true])
  expect(sheet().inert).toBeFalsy()
})

test('escape closes it and gives the focus back', () => {
  startSheet()
  open()

  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))

  expect(opener.checked).toBe(false)
  expect(document.activeElement).toBe(opener)
  expect(sheet().hasAttribute('role')).toBe(false)
  expect(document.getElementById('results').inert).toBe(false)
})

test('fresh results stay behind the sheet', () => {
  startSheet()
  open()
  sheet().removeAttribute('role')
  document.dispatchEvent(new CustomEvent('page:swapped'))

  expect(sheet().getAttribute('role')).toBe('dialog')
})
